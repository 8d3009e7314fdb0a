// SPDX-License-Identifier: Apache-2.0

/// Turns blocks into entries, whatever brings the blocks: what GNU and PAX headers announce is kept for the entry that
/// follows.
struct TarDecoder {
    /// What a block is.
    enum Step {
        case zero
        /// A header of headers: its content, of so many bytes, goes to ``take(metadata:at:)``.
        case metadata(count: Int)
        /// A map of holes that goes on in the next block, which goes to ``take(continuation:at:)``.
        case continued
        /// An entry, whose content begins after this block.
        case entry(TarEntry)
    }

    private(set) var path: [UInt8] = []
    private(set) var link: [UInt8] = []
    private(set) var sparseMap: SparseMap?
    private var global = PAXRecords()
    private var local: PAXRecords?
    private var longPath: [UInt8]?
    private var longLink: [UInt8]?
    private var metadataType: UInt8 = 0
    private var sparseEntry: TarEntry?

    /// Longer headers of headers than Go's reader takes, which all engines use, are refused.
    private static let metadataLimit: Int64 = 1 << 20
    /// More segments than a file has that was not made to annoy.
    private static let segmentLimit = 1 << 20

    /// Takes a block of 512 bytes where a header must be.
    mutating func take(header block: UnsafeRawBufferPointer, at offset: Int64) throws(ArchiveError) -> Step {
        if TarHeader.isZero(block) { return .zero }
        let header = try TarHeader(block, at: offset)
        switch header.type {
        case UInt8(ascii: "x"), UInt8(ascii: "X"), UInt8(ascii: "g"), UInt8(ascii: "L"), UInt8(ascii: "K"):
            let size = try header.size
            guard size <= Self.metadataLimit else {
                throw header.malformed("\(size) bytes of extended header")
            }
            metadataType = header.type
            return .metadata(count: Int(size))
        default: return try entry(header, at: offset)
        }
    }

    /// Takes the content of the header of headers that was announced last.
    mutating func take(metadata bytes: UnsafeRawBufferPointer, at offset: Int64) throws(ArchiveError) {
        let text = bytes.prefix { $0 != 0 }
        switch metadataType {
        case UInt8(ascii: "L"): longPath = Array(text)
        case UInt8(ascii: "K"): longLink = Array(text)
        case UInt8(ascii: "g"): try global.add(bytes, at: offset)
        default:
            var records = local ?? global
            try records.add(bytes, at: offset)
            local = records
        }
    }

    /// Takes a block of a map of holes; the entry, when it was the last.
    mutating func take(continuation block: UnsafeRawBufferPointer, at offset: Int64) throws(ArchiveError)
        -> Step
    {
        var map = sparseMap ?? SparseMap()
        let isContinued = try TarHeader.continueSparse(block, into: &map, at: offset)
        guard map.segments.count <= Self.segmentLimit else {
            throw .malformed("sparse map", "more than \(Self.segmentLimit) segments", offset: offset)
        }
        sparseMap = map
        guard !isContinued, let entry = sparseEntry else { return .continued }
        return .entry(
            TarEntry(
                kind: entry.kind, mode: entry.mode, size: entry.size, storedSize: entry.storedSize,
                offset: offset + Int64(TarHeader.size), isSparse: true,
                hasCapabilities: entry.hasCapabilities))
    }

    private mutating func entry(_ header: TarHeader, at offset: Int64) throws(ArchiveError) -> Step {
        let records = local ?? global
        defer { (local, longPath, longLink) = (nil, nil, nil) }
        name(header, records)
        let kind = kind(header)
        let claimed: Int64
        if let size = records.size { claimed = size } else { claimed = try header.size }
        let storedSize = hasContent(header.type, kind) ? claimed : 0
        var size = storedSize
        sparseMap = nil
        var isContinued = false
        if header.type == UInt8(ascii: "S") {
            let sparse = try header.sparse()
            (size, sparseMap, isContinued) = (sparse.size, sparse.map, sparse.isContinued)
        } else if records.sparse.isPresent, kind == .file {
            sparseMap = records.sparse.map
            size = records.sparse.size ?? storedSize
        }
        let entry = TarEntry(
            kind: kind, mode: header.mode, size: size, storedSize: storedSize,
            offset: offset + Int64(TarHeader.size), isSparse: sparseMap != nil,
            hasCapabilities: records.hasCapabilities)
        guard isContinued else { return .entry(entry) }
        sparseEntry = entry
        return .continued
    }

    private mutating func name(_ header: TarHeader, _ records: PAXRecords) {
        path.removeAll(keepingCapacity: true)
        if let name = records.sparse.name ?? records.path ?? longPath {
            path.append(contentsOf: name)
        } else {
            let prefix = header.prefix
            if !prefix.isEmpty {
                path.append(contentsOf: prefix)
                path.append(0x2F)
            }
            path.append(contentsOf: header.name)
        }
        link.removeAll(keepingCapacity: true)
        if let target = records.link ?? longLink {
            link.append(contentsOf: target)
        } else {
            link.append(contentsOf: header.link)
        }
    }

    private func kind(_ header: TarHeader) -> TarEntry.Kind {
        switch header.type {
        // Before POSIX a folder was a file whose name ends in a slash.
        case 0, UInt8(ascii: "0"): path.last == 0x2F ? .folder : .file
        case UInt8(ascii: "7"), UInt8(ascii: "S"): .file
        case UInt8(ascii: "1"): .hardLink
        case UInt8(ascii: "2"): .symbolicLink
        case UInt8(ascii: "5"), UInt8(ascii: "D"): .folder
        default: .other
        }
    }

    /// Links, devices, pipes and folders have no content, whatever their header says; GNU's `D` folders do.
    private func hasContent(_ type: UInt8, _ kind: TarEntry.Kind) -> Bool {
        let isHeaderOnly = (UInt8(ascii: "1")...UInt8(ascii: "6")).contains(type)
        return !isHeaderOnly && !(type == 0 && kind == .folder)
    }
}
