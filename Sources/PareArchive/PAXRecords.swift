// SPDX-License-Identifier: Apache-2.0

/// The records of a PAX header that change what an entry is.
///
/// - SeeAlso: POSIX.1-2017 pax, "pax Extended Header".
struct PAXRecords {
    var path: [UInt8]?
    var link: [UInt8]?
    var size: Int64?
    /// Whether the file is to have capabilities, which writers keep with other extended attributes.
    var hasCapabilities = false
    var sparse = Sparse()

    /// GNU's records of sparse files, in their versions 0.0, 0.1 and 1.0.
    struct Sparse {
        var isPresent = false
        var isInContent = false
        var name: [UInt8]?
        var size: Int64?
        var numbers: [Int64] = []
    }

    /// Adds records of the form `LENGTH KEY=VALUE\n`, where the length counts the whole record.
    mutating func add(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(ArchiveError) {
        var rest = bytes[...]
        // Some writers pad with zeros.
        while let first = rest.first, first != 0 {
            guard let space = rest.prefix(20).firstIndex(of: 0x20),
                let length = Int(String(decoding: rest[..<space], as: UTF8.self)),
                length > space - rest.startIndex + 1, length <= rest.count
            else { throw .malformed("PAX header", "length of a record", offset: offset) }
            let record = rest[(space + 1)..<(rest.startIndex + length)]
            guard record.last == 0x0A, let equals = record.firstIndex(of: 0x3D) else {
                throw .malformed("PAX header", "a record without '='", offset: offset)
            }
            try take(
                String(decoding: record[..<equals], as: UTF8.self), record[(equals + 1)...].dropLast(),
                at: offset)
            rest = rest.dropFirst(length)
        }
    }

    private mutating func take(
        _ key: String, _ value: Slice<UnsafeRawBufferPointer>, at offset: Int64
    ) throws(ArchiveError) {
        func number() throws(ArchiveError) -> Int64 {
            guard let number = Int64(String(decoding: value, as: UTF8.self)), number >= 0 else {
                throw .malformed("PAX header", "\(key) is not a number", offset: offset)
            }
            return number
        }
        func text() throws(ArchiveError) -> [UInt8] {
            guard !value.contains(0) else {
                throw .malformed("PAX header", "a zero byte in \(key)", offset: offset)
            }
            return Array(value)
        }
        switch key {
        // An empty value withdraws a global one.
        case "path": path = value.isEmpty ? nil : try text()
        case "linkpath": link = value.isEmpty ? nil : try text()
        case "size": size = value.isEmpty ? nil : try number()
        case "GNU.sparse.name": sparse.name = try text()
        case "GNU.sparse.major":
            sparse.isPresent = true
            sparse.isInContent = try number() == 1
        case "GNU.sparse.size", "GNU.sparse.realsize":
            sparse.isPresent = true
            sparse.size = try number()
        case "GNU.sparse.offset", "GNU.sparse.numbytes": sparse.numbers.append(try number())
        case "GNU.sparse.map":
            for part in value.split(separator: 0x2C) {
                guard let number = Int64(String(decoding: part, as: UTF8.self)) else {
                    throw .malformed("PAX header", "sparse map", offset: offset)
                }
                sparse.numbers.append(number)
            }
        // `SCHILY.xattr.` before it, as all tools for images write it, or another writer's prefix.
        case _ where key.hasSuffix(".security.capability"): hasCapabilities = !value.isEmpty
        default: break
        }
    }
}

extension PAXRecords.Sparse {
    var map: SparseMap {
        var map = SparseMap()
        map.isInContent = isInContent
        for index in stride(from: 0, to: numbers.count - 1, by: 2) {
            map.segments.append(SparseMap.Segment(offset: numbers[index], count: numbers[index + 1]))
        }
        return map
    }
}
