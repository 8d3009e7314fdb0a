// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareModel

extension LayerReading {
    /// Changes when the bytes of ``cached()`` mean something else.
    static let cacheFormat = "pare layer 5, \(MemoryLayout<LayerIndex.Entry>.stride)"

    /// The reading as bytes: a sum of the rest, then numbers of 8 bytes, and texts with their length before them.
    func cached() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Self.sumLength)
        func put(_ number: some BinaryInteger) {
            withUnsafeBytes(of: Int64(truncatingIfNeeded: number).littleEndian) {
                bytes.append(contentsOf: $0)
            }
        }
        func put(_ content: UnsafeRawBufferPointer) {
            put(content.count)
            bytes.append(contentsOf: content)
        }
        put(size)
        put(compressedSize ?? -1)
        Array((tarDigest?.description ?? "").utf8).withUnsafeBytes { put($0) }
        index.arena.withUnsafeBytes { put($0) }
        index.entries.withUnsafeBytes { put($0) }
        put(kept.count)
        for kept in kept {
            for text in [kept.file.interest, kept.file.path] { Array(text.utf8).withUnsafeBytes { put($0) } }
            kept.file.content.withUnsafeBytes { put($0) }
            for number in [
                Int64(kept.file.mode), kept.file.size, Int64(kept.entry), Int64(kept.original ?? -1),
            ] {
                put(number)
            }
        }
        let noted = notes.cached()
        put(noted.count)
        for note in noted {
            put(note.count)
            for text in [note.kind, note.example] { Array(text.utf8).withUnsafeBytes { put($0) } }
        }
        let sum = bytes.withUnsafeBytes {
            checksum(of: UnsafeRawBufferPointer(rebasing: $0[Self.sumLength...]))
        }
        withUnsafeBytes(of: sum.littleEndian) { bytes.replaceSubrange(..<Self.sumLength, with: $0) }
        return bytes
    }

    private static let sumLength = 8

    /// Reads back what ``cached()`` made; `nil` for anything else.
    init?(cached bytes: UnsafeRawBufferPointer, layer: Int) {
        guard let sum = try? bytes.littleEndian(UInt64.self, at: 0) else { return nil }
        let content = UnsafeRawBufferPointer(rebasing: bytes[Self.sumLength...])
        guard checksum(of: content) == sum else { return nil }
        var reader = CacheReader(bytes: content)
        do {
            size = try reader.number()
            let compressed = try reader.number()
            compressedSize = compressed < 0 ? nil : compressed
            tarDigest = Digest(try reader.text())
            let arena = Array(try reader.content())
            let entries = try reader.content()
            let stride = MemoryLayout<LayerIndex.Entry>.stride
            let table = [LayerIndex.Entry](unsafeUninitializedCapacity: entries.count / stride) {
                buffer, count in
                count = entries.count / stride
                UnsafeMutableRawBufferPointer(buffer).copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: entries[..<(count * stride)]))
            }
            guard let index = LayerIndex(arena: arena, entries: table) else { return nil }
            self.index = index
            for _ in 0..<(try reader.count()) {
                kept.append(try reader.kept(layer: layer, entries: table.count))
            }
            for _ in 0..<(try reader.count()) {
                let count = Int(clamping: try reader.number())
                notes.restore(kind: try reader.text(), count: count, example: try reader.text())
            }
        } catch {
            return nil
        }
    }
}

extension LayerNotes {
    fileprivate func cached() -> [(kind: String, count: Int, example: String)] {
        found.sorted { $0.key.rawValue < $1.key.rawValue }.map {
            ($0.key.rawValue, $0.value.count, $0.value.example)
        }
    }

    fileprivate mutating func restore(kind: String, count: Int, example: String) {
        if let kind = Kind(rawValue: kind) { found[kind] = (count, example) }
    }
}

private struct CacheReader {
    let bytes: UnsafeRawBufferPointer
    private var offset = 0

    init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    mutating func number() throws(OutOfBounds) -> Int64 {
        let number = try bytes.littleEndian(Int64.self, at: offset)
        offset += 8
        return number
    }

    mutating func count() throws(OutOfBounds) -> Int {
        let number = try number()
        guard number >= 0 else { throw OutOfBounds(offset: offset, count: 8) }
        return Int(number)
    }

    mutating func content() throws(OutOfBounds) -> UnsafeRawBufferPointer {
        let count = try count()
        let content = try bytes.part(at: offset, count: count)
        offset += count
        return content
    }

    mutating func text() throws(OutOfBounds) -> String { String(decoding: try content(), as: UTF8.self) }

    mutating func kept(layer: Int, entries: Int) throws(OutOfBounds) -> LayerReading.Kept {
        let interest = try text()
        let path = try text()
        let content = Array(try content())
        let mode = UInt16(truncatingIfNeeded: try number())
        let size = try number()
        let entry = Int(clamping: try number())
        let original = Int(clamping: try number())
        guard entry >= 0, entry < entries, original < entries else {
            throw OutOfBounds(offset: entry, count: 1)
        }
        let file = KeptFile(
            interest: interest, path: path, layer: layer, mode: mode, size: size, content: content)
        return LayerReading.Kept(file: file, entry: entry, original: original < 0 ? nil : original)
    }
}
