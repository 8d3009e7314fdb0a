// SPDX-License-Identifier: Apache-2.0
import PareArchive
import PareBytes
import Synchronization

extension Interest.Take {
    /// Whether a file of this size must be in memory as a whole.
    func needsWhole(size: Int64) -> Bool {
        switch self {
        case .content(let limit), .extract(let limit, _): size <= limit
        case .windows: false
        }
    }

    /// Whether only ELF files are taken.
    var isForELF: Bool {
        guard case .content = self else { return true }
        return false
    }

    /// What is kept of a file whose bytes are at hand; `nil` for nothing.
    func kept(of bytes: UnsafeRawBufferPointer, releasing release: (UnsafeRawBufferPointer) -> Void)
        -> [UInt8]?
    {
        switch self {
        case .content(let limit): return bytes.count <= limit ? Array(bytes) : nil
        case .extract(let limit, let extract):
            guard bytes.count <= limit, ELFFile.isELF(bytes) else { return nil }
            return extract(bytes)
        case .windows(let marker, let length):
            guard ELFFile.isELF(bytes) else { return nil }
            var collector = WindowCollector(marker: marker, length: length)
            for start in stride(from: 0, to: bytes.count, by: 8 << 20) {
                let piece = UnsafeRawBufferPointer(rebasing: bytes[start..<min(bytes.count, start + 8 << 20)])
                collector.feed(piece)
                release(piece)
            }
            return collector.finish()
        }
    }
}

/// Gathers the bytes around a marker from a file that comes in pieces.
struct WindowCollector {
    private static let countLimit = 16
    private let marker: [UInt8]
    private let length: Int
    private var search: MarkerSearch
    private var windows: [(start: Int, bytes: [UInt8])] = []
    private var seen = 0

    init(marker: [UInt8], length: Int) {
        self.marker = marker
        self.length = max(0, length)
        search = MarkerSearch(marker)
    }

    mutating func feed(_ piece: UnsafeRawBufferPointer) {
        if windows.count < Self.countLimit {
            for start in search.offsets(in: piece) where windows.count < Self.countLimit {
                // A marker that lies across the seam began in the piece before, with bytes that are known.
                windows.append((start, Array(marker.prefix(min(max(0, seen - start), length)))))
            }
        }
        for index in windows.indices where windows[index].bytes.count < length {
            let from = windows[index].start + windows[index].bytes.count - seen
            guard from >= 0, from < piece.count else { continue }
            windows[index].bytes += piece[from...].prefix(length - windows[index].bytes.count)
        }
        seen += piece.count
    }

    /// All windows joined, each padded with zeros to its length; `nil` where the marker did not come.
    func finish() -> [UInt8]? {
        guard !windows.isEmpty else { return nil }
        return windows.flatMap { $0.bytes + [UInt8](repeating: 0, count: length - $0.bytes.count) }
    }
}

/// Several layers are read at once; long files that must be in memory are there one at a time, in the same memory.
private let longContent = Mutex<[UInt8]>([])
private let longContentSize: Int64 = 16 << 20

/// No program that is wanted as a whole is longer.
private let longestContentSize = 64 << 20

/// Bytes that a layer's memory may have been used for to be used again; hardly any program is longer.
private let keptMemory = 4 << 20

/// Gives back the memory of long files, once layers are read.
func freeLongContent() { longContent.withLock { $0 = [] } }

extension TarCursor {
    /// Takes what interests keep of the current entry, read as a stream.
    ///
    /// - Parameters:
    ///   - takes: What is wanted.
    ///   - entry: The current one.
    ///   - memory: Where programs lie meanwhile; memory that is new each time costs more than what is done in it.
    /// - Returns: What each keeps, in their order; `nil` for nothing.
    /// - Throws: What reading the tar throws.
    mutating func kept(
        _ takes: [Interest.Take], of entry: TarEntry, in memory: inout [UInt8]
    ) throws -> [[UInt8]?] {
        let needsWhole = entry.isSparse || takes.contains { $0.needsWhole(size: entry.size) }
        guard needsWhole, entry.size > longContentSize else {
            defer { memory.removeAll(keepingCapacity: memory.count <= keptMemory) }
            return try keptUnlocked(takes, of: entry, in: &memory, room: Int(longContentSize))
        }
        return try longContent.withLock { memory in
            defer { memory.removeAll(keepingCapacity: true) }
            return try keptUnlocked(takes, of: entry, in: &memory, room: longestContentSize)
        }
    }

    private mutating func keptUnlocked(
        _ takes: [Interest.Take], of entry: TarEntry, in memory: inout [UInt8], room: Int
    ) throws -> [[UInt8]?] {
        if entry.isSparse {
            let limit = takes.map(\.limit).max() ?? 0
            guard let bytes = try content(of: entry, limit: limit) else { return takes.map { _ in nil } }
            return bytes.withUnsafeBytes { bytes in takes.map { $0.kept(of: bytes) { _ in } } }
        }
        guard takes.allSatisfy(\.isForELF) else {
            var own: [UInt8] = []
            let stream = ContentStream(
                takes, size: entry.size, room: min(Int(entry.size), longestContentSize), isForELF: false)
            return try passed(to: stream, whole: &own)
        }
        return try passed(
            to: ContentStream(takes, size: entry.size, room: room, isForELF: true), whole: &memory)
    }

    private mutating func passed(
        to stream: consuming ContentStream, whole: inout [UInt8]
    ) throws -> [[UInt8]?] {
        try forEachPiece { stream.feed($0, whole: &whole) }
        return stream.finish(whole: &whole)
    }
}

extension Interest.Take {
    /// The longest file of which a sparse form is unpacked for this.
    fileprivate var limit: Int {
        switch self {
        case .content(let limit), .extract(let limit, _): limit
        case .windows: 16 << 20
        }
    }
}

/// Takes for several interests what passes once.
private struct ContentStream {
    private let takes: [Interest.Take]
    private let size: Int64
    /// What is reserved for the whole at once: what is not touched takes no memory.
    private let room: Int
    private let isForELF: Bool
    private let needsWhole: Bool
    /// For each take that needs one.
    private var collectors: [WindowCollector?]
    private var head: [UInt8] = []
    private var isELF: Bool?

    init(_ takes: [Interest.Take], size: Int64, room: Int, isForELF: Bool) {
        self.takes = takes
        self.size = size
        self.room = room
        self.isForELF = isForELF
        needsWhole = takes.contains { $0.needsWhole(size: size) }
        collectors = takes.map { take in
            guard case .windows(let marker, let length) = take else { return nil }
            return WindowCollector(marker: marker, length: length)
        }
    }

    /// - Parameters:
    ///   - piece: The next bytes.
    ///   - whole: What came so far, where it is wanted as a whole.
    mutating func feed(_ piece: UnsafeRawBufferPointer, whole: inout [UInt8]) {
        guard isELF == nil else { return pass(piece, &whole) }
        // The first bytes decide; they come alone only where a buffer ended behind the header.
        head += piece.prefix(ELFFile.magic.count - head.count)
        guard head.count == ELFFile.magic.count || Int64(head.count) == size else { return }
        isELF = head == ELFFile.magic
        let rest = head.count - min(head.count, piece.count)
        head.prefix(rest).withUnsafeBytes { pass($0, &whole) }
        pass(piece, &whole)
    }

    private mutating func pass(_ piece: UnsafeRawBufferPointer, _ whole: inout [UInt8]) {
        guard isELF == true || !isForELF else { return }
        if needsWhole {
            if whole.isEmpty { whole.reserveCapacity(room) }
            whole.append(contentsOf: piece)
        }
        if isELF == true { for index in collectors.indices { collectors[index]?.feed(piece) } }
    }

    /// What is kept as it is takes `whole` away.
    consuming func finish(whole: inout [UInt8]) -> [[UInt8]?] {
        if takes.count == 1, case .content(let limit) = takes[0] {
            defer { whole = [] }
            return [size <= limit ? whole : nil]
        }
        return whole.withUnsafeBytes { whole in
            takes.enumerated().map { index, take in
                if let collector = collectors[index] { return collector.finish() }
                return take.needsWhole(size: size) ? take.kept(of: whole) { _ in } : nil
            }
        }
    }
}
