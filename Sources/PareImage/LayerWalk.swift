// SPDX-License-Identifier: Apache-2.0
import PareArchive
import PareBytes

/// What eStargz puts into a layer's tar for those who fetch it in parts, which is no file of the image.
///
/// - SeeAlso: stargz-snapshotter, `docs/estargz.md`.
private let forReadersOfParts = Set(
    ["stargz.index.json", ".prefetch.landmark", ".no.prefetch.landmark"].map { Array($0.utf8) })

/// Goes through the tar of one layer: writes down every path, and keeps what interests take.
struct LayerWalk<Cursor: TarCursor> {
    private var cursor: Cursor
    private let matcher: InterestMatcher
    private let layer: Int
    private let mapped: MappedTar?
    private(set) var reading = LayerReading()
    private var path: [UInt8] = []
    private var matched: [Int] = []
    /// The content of a file, while it is looked at.
    private var memory: [UInt8] = []

    /// - Parameters:
    ///   - cursor: At the start of the tar.
    ///   - matcher: What is wanted.
    ///   - layer: Index of the layer.
    ///   - mapped: The same bytes, where they lie in memory.
    init(_ cursor: Cursor, matcher: InterestMatcher, layer: Int, mapped: MappedTar? = nil) {
        self.cursor = cursor
        self.matcher = matcher
        self.layer = layer
        self.mapped = mapped
    }

    mutating func run() throws {
        while let entry = try cursor.next() {
            mapped?.passed(Int(entry.offset))
            switch clean(cursor.path, into: &path) {
            case .root: continue
            case .nowhere:
                reading.notes.add(.outside, String(decoding: cursor.path.prefix(200), as: UTF8.self))
            case .inside where entry.kind == .file && forReadersOfParts.contains(path): continue
            case .inside: if !takeMark() { try take(entry) }
            }
        }
    }

    /// Whether the path is a mark of removal, of whatever type the entry is; then it is written down as one.
    ///
    /// - SeeAlso: OCI image specification, layer.md, "Whiteouts".
    private mutating func takeMark() -> Bool {
        let start = path.lastIndex(of: 0x2F).map { $0 + 1 } ?? 0
        let mark = Array(".wh.".utf8)
        guard path[start...].starts(with: mark) else { return false }
        let rest = path[(start + mark.count)...]
        if path[start...].elementsEqual(".wh..wh..opq".utf8) {
            add(Array(path[..<max(0, start - 1)]), .opaque)
        } else if rest.isEmpty {
            reading.notes.add(.nameless, String(decoding: path, as: UTF8.self))
        } else if !rest.starts(with: mark) {
            // Names that begin with two marks are aufs's own affairs.
            add(Array(path[..<start] + rest), .whiteout)
        }
        return true
    }

    private mutating func add(_ path: [UInt8], _ kind: LayerIndex.Kind) {
        let hash = path.withUnsafeBytes { PathHash.of($0) }
        if !reading.index.add(path: path, hash: hash, kind: kind) {
            reading.notes.add(.full, String(decoding: path, as: UTF8.self))
        }
    }

    private mutating func take(_ entry: TarEntry) throws {
        let hash = path.withUnsafeBytes { PathHash.of($0) }
        let kind: LayerIndex.Kind =
            switch entry.kind {
            case .file: .file
            case .hardLink: .hardLink
            case .symbolicLink: .symbolicLink
            case .folder: .folder
            case .other: .other
            }
        let isLink = kind == .symbolicLink || kind == .hardLink
        let link = isLink && cursor.link.count <= pathLimit ? cursor.link : []
        let isAdded = reading.index.add(
            path: path, link: link, hash: hash, kind: kind, mode: entry.mode, size: entry.size,
            offset: entry.isSparse ? -1 : entry.offset, hasCapabilities: entry.hasCapabilities)
        guard isAdded else { return reading.notes.add(.full, String(decoding: path, as: UTF8.self)) }
        guard kind == .file else { return }
        path.withUnsafeBytes { path in
            matcher.match(path, hash: hash, mode: entry.mode, size: entry.size, into: &matched)
        }
        if !matched.isEmpty { try keep(entry) }
    }

    private mutating func keep(_ entry: TarEntry) throws {
        let name = String(decoding: path, as: UTF8.self)
        let takes = matched.map { matcher.interests[$0].take }
        let contents =
            if let mapped, !entry.isSparse {
                mapped.withContent(of: entry) { bytes in
                    takes.map { $0.kept(of: bytes, releasing: mapped.release) }
                }
            } else {
                try cursor.kept(takes, of: entry, in: &memory)
            }
        for (index, content) in zip(matched, contents) {
            reading.keep(
                content, interest: matcher.interests[index], path: name, layer: layer, mode: entry.mode,
                size: entry.size, entry: reading.index.entries.count - 1)
        }
    }

    /// The cursor, for whoever goes on with it.
    consuming func finish() -> (Cursor, LayerReading) { (cursor, reading) }
}

extension LayerReading {
    /// Keeps what an interest took; writes down that it could not, where it should have.
    mutating func keep(
        _ content: [UInt8]?, interest: Interest, path: String, layer: Int, mode: UInt16, size: Int64,
        entry: Int,
        original: Int? = nil
    ) {
        if let content {
            guard reserve(content.count) else { return notes.add(.tooMuch, path) }
            let file = KeptFile(
                interest: interest.name, path: path, layer: layer, mode: mode, size: size, content: content)
            kept.append(Kept(file: file, entry: entry, original: original))
        } else if case .content(let limit) = interest.take, size > limit {
            notes.add(.tooLong, path)
        }
    }
}

/// The bytes of an uncompressed tar in a mapped file, given back to the system when they have been passed.
final class MappedTar {
    private let file: MappedFile
    private let range: Range<Int>
    private var released: Int

    init(_ file: MappedFile, _ range: Range<Int>) {
        self.file = file
        self.range = range
        released = range.lowerBound
    }

    /// Gives back what lies before an offset of the tar, when that is worth a call.
    func passed(_ offset: Int) {
        guard range.lowerBound + offset - released > 16 << 20 else { return }
        let end = range.lowerBound + offset - 4096
        file.release(released..<end)
        released = end
    }

    func withContent<Result>(of entry: TarEntry, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        let start = range.lowerBound + Int(entry.offset)
        return file.withBytes(in: start..<start + Int(entry.storedSize), body)
    }

    func release(_ piece: UnsafeRawBufferPointer) { file.release(piece) }
}
