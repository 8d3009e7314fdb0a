// SPDX-License-Identifier: Apache-2.0

/// What the headers of an ELF file say; little-endian, 32 or 64 bits.
///
/// - SeeAlso: System V ABI, chapters 4 and 5; elf(5).
package struct ELFFile: Sendable, Hashable {
    package let is64Bit: Bool
    /// `e_type`: 2 for an executable, 3 for a shared object or a position-independent executable.
    package let type: UInt16
    /// `e_machine`: 62 for x86-64, 183 for AArch64.
    package let machine: UInt16
    /// The dynamic loader that the file asks for: `/lib64/ld-linux-x86-64.so.2`.
    package let interpreter: String?
    /// Libraries it needs, in their order: `libc.so.6`.
    package private(set) var needed: [String] = []
    package private(set) var soname: String?
    /// Folders to look for libraries in, split at colons, `$ORIGIN` as it stands.
    package private(set) var rpath: [String] = []
    package private(set) var runpath: [String] = []
    package let sections: [Section]
    private let segments: [Segment]
    /// Where the table of sections ends in the file.
    private let sectionTableEnd: UInt64
    /// Values of the dynamic table by their tags, of several the last.
    private(set) var dynamic: [UInt64: UInt64] = [:]

    package struct Section: Sendable, Hashable {
        package let name: String
        package let type: UInt32
        package let address: UInt64
        /// Where its bytes stand in the file.
        package let offset: UInt64
        package let size: UInt64
    }

    package enum Malformed: Error, Hashable, Sendable {
        case notELF
        case bigEndian
        case outOfBounds
        /// More headers or texts than any real file has.
        case excessive
    }

    fileprivate struct Segment: Sendable, Hashable {
        let type: UInt32
        let offset: UInt64
        let address: UInt64
        let size: UInt64
    }

    package static let magic: [UInt8] = [0x7F, 0x45, 0x4C, 0x46]

    /// Whether bytes begin as an ELF file does.
    package static func isELF(_ bytes: UnsafeRawBufferPointer) -> Bool { bytes.starts(with: magic) }

    /// Reads the headers of a file whose bytes are all there.
    package init(_ bytes: UnsafeRawBufferPointer) throws(Malformed) {
        guard Self.isELF(bytes), bytes.count > 6 else { throw .notELF }
        guard bytes[5] == 1 else { throw bytes[5] == 2 ? .bigEndian : .notELF }
        guard bytes[4] == 1 || bytes[4] == 2 else { throw .notELF }
        do {
            let reader = ELFReader(bytes: bytes, is64Bit: bytes[4] == 2)
            is64Bit = reader.is64Bit
            type = try bytes.littleEndian(at: 16)
            machine = try bytes.littleEndian(at: 18)
            segments = try reader.segments()
            sections = try reader.sections()
            sectionTableEnd = try reader.sectionTableEnd(of: sections.count)
            interpreter = try segments.first { $0.type == 3 }.map { segment in
                try bytes.zeroTerminated(at: Int(clamping: segment.offset), limit: 4096)
            }
            try readDynamic(reader)
        } catch let error as Malformed {
            throw error
        } catch {
            throw .outOfBounds
        }
    }

    /// The section of a name, the first of several.
    package func section(_ name: String) -> Section? { sections.first { $0.name == name } }

    /// The bytes of a section, within those of the whole file.
    package func bytes(
        of section: Section, in file: UnsafeRawBufferPointer
    ) throws(OutOfBounds) -> UnsafeRawBufferPointer {
        // SHT_NOBITS takes no room in the file.
        guard section.type != 8 else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return try file.part(at: Int(clamping: section.offset), count: Int(clamping: section.size))
    }

    /// Where in the file the byte stands that is loaded at an address.
    package func fileOffset(ofAddress address: UInt64) -> Int? {
        for segment in segments where segment.type == 1 && address >= segment.address {
            let distance = address - segment.address
            guard distance < segment.size else { continue }
            let (offset, overflow) = segment.offset.addingReportingOverflow(distance)
            return overflow ? nil : Int(exactly: offset)
        }
        return nil
    }

    /// Whether it runs with no other file's code: no loader is asked for, and there is no dynamic table but that of a
    /// static position-independent executable.
    package var isStaticallyLinked: Bool {
        let isStaticPIE = (dynamic[0x6FFF_FFFB] ?? 0) & 0x0800_0000 != 0
        return interpreter == nil && (isStaticPIE || !segments.contains { $0.type == 2 })
    }

    /// Which bytes of a file of some length are loaded when it runs; in order, and none twice.
    package func loadedRanges(ofFileWith count: Int) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        for segment in segments.filter({ $0.type == 1 }).sorted(by: { $0.offset < $1.offset }) {
            let (end, overflow) = segment.offset.addingReportingOverflow(segment.size)
            let upper = overflow ? count : min(count, Int(clamping: end))
            let lower = max(Int(clamping: segment.offset), ranges.last?.upperBound ?? 0)
            if lower < upper { ranges.append(lower..<upper) }
        }
        return ranges
    }

    /// How many bytes stand in a file of some length behind all that its headers tell of: what archives that unpack themselves
    /// and programs with a file system inside carry along.
    package func overlayLength(ofFileWith count: Int) -> Int {
        let parts =
            segments.map { ($0.offset, $0.size) } + sections.map { ($0.offset, $0.type == 8 ? 0 : $0.size) }
        let ends = parts.map { Int(clamping: $0.0.addingReportingOverflow($0.1).partialValue) }
        return max(0, count - ends.reduce(Int(clamping: sectionTableEnd), max))
    }

    private mutating func readDynamic(_ reader: ELFReader) throws {
        let tables = segments.filter { $0.type == 2 }
        guard let segment = tables.first else { return }
        // The loader takes the last table, by its address; a file that could be read in two ways is none of a linker's.
        guard tables.count == 1,
            segment.size == 0 || fileOffset(ofAddress: segment.address) == Int(exactly: segment.offset)
        else { throw Malformed.outOfBounds }
        let entries = try reader.dynamicEntries(segment)
        for entry in entries { dynamic[entry.tag] = entry.value }
        guard let table = entries.last(where: { $0.tag == 5 }),
            let strings = fileOffset(ofAddress: table.value)
        else {
            return
        }
        func text(_ value: UInt64) throws -> String {
            let (offset, overflow) = strings.addingReportingOverflow(Int(clamping: value))
            guard !overflow else { throw Malformed.outOfBounds }
            return try reader.bytes.zeroTerminated(at: offset, limit: 4096)
        }
        for entry in entries {
            switch entry.tag {
            case 1: needed.append(try text(entry.value))
            case 14: soname = try text(entry.value)
            case 15: rpath += try text(entry.value).split(separator: ":").map(String.init)
            case 29: runpath += try text(entry.value).split(separator: ":").map(String.init)
            default: break
            }
        }
    }
}

/// Reads tables whose fields are 4 or 8 bytes wide, by the file's class.
private struct ELFReader {
    let bytes: UnsafeRawBufferPointer
    let is64Bit: Bool

    /// A field that is as wide as an address: `narrow` is its offset in a 32-bit file.
    func word(at start: Int, narrow: Int, wide: Int) throws -> UInt64 {
        if is64Bit { return try bytes.littleEndian(UInt64.self, at: start &+ wide) }
        return UInt64(try bytes.littleEndian(UInt32.self, at: start &+ narrow))
    }

    func half(at start: Int, narrow: Int, wide: Int) throws -> Int {
        Int(try bytes.littleEndian(UInt16.self, at: start &+ (is64Bit ? wide : narrow)))
    }

    /// Offsets of the rows of a table, all of which must lie in the file.
    func rows(of table: UInt64, count: Int, size: Int, atLeast minimum: Int) throws -> [Int] {
        guard count > 0 else { return [] }
        guard size >= minimum else { throw ELFFile.Malformed.outOfBounds }
        guard count <= 1 << 16 else { throw ELFFile.Malformed.excessive }
        let start = Int(clamping: table)
        _ = try bytes.part(at: start, count: count * size)
        return (0..<count).map { start + $0 * size }
    }

    func segments() throws -> [ELFFile.Segment] {
        let table = try word(at: 0, narrow: 28, wide: 32)
        let size = try half(at: 0, narrow: 42, wide: 54)
        let count = try half(at: 0, narrow: 44, wide: 56)
        return try rows(of: table, count: count, size: size, atLeast: is64Bit ? 56 : 32).map { row in
            ELFFile.Segment(
                type: try bytes.littleEndian(at: row),
                offset: try word(at: row, narrow: 4, wide: 8),
                address: try word(at: row, narrow: 8, wide: 16),
                size: try word(at: row, narrow: 16, wide: 32))
        }
    }

    func sections() throws -> [ELFFile.Section] {
        let table = try word(at: 0, narrow: 32, wide: 40)
        guard table != 0 else { return [] }
        let size = try half(at: 0, narrow: 46, wide: 58)
        var count = try half(at: 0, narrow: 48, wide: 60)
        var namesIndex = try half(at: 0, narrow: 50, wide: 62)
        // Numbers too large for the header stand in the first section.
        if count == 0 { count = Int(clamping: try word(at: Int(clamping: table), narrow: 20, wide: 32)) }
        if namesIndex == 0xFFFF, count > 0 {
            namesIndex = Int(
                try bytes.littleEndian(UInt32.self, at: Int(clamping: table) &+ (is64Bit ? 40 : 24)))
        }
        let rows = try rows(of: table, count: count, size: size, atLeast: is64Bit ? 64 : 40)
        guard rows.indices.contains(namesIndex) else { return [] }
        let names = Int(clamping: try word(at: rows[namesIndex], narrow: 16, wide: 24))
        return try rows.map { row in
            let nameOffset = Int(try bytes.littleEndian(UInt32.self, at: row))
            return ELFFile.Section(
                name: try bytes.zeroTerminated(
                    at: names.addingReportingOverflow(nameOffset).partialValue, limit: 4096),
                type: try bytes.littleEndian(at: row + 4),
                address: try word(at: row, narrow: 12, wide: 16),
                offset: try word(at: row, narrow: 16, wide: 24),
                size: try word(at: row, narrow: 20, wide: 32))
        }
    }

    func sectionTableEnd(of count: Int) throws -> UInt64 {
        let table = try word(at: 0, narrow: 32, wide: 40)
        return table &+ UInt64(count * (try half(at: 0, narrow: 46, wide: 58)))
    }

    func dynamicEntries(_ segment: ELFFile.Segment) throws -> [(tag: UInt64, value: UInt64)] {
        let size = is64Bit ? 16 : 8
        let count = Int(clamping: segment.size / UInt64(size))
        let rows = try rows(of: segment.offset, count: count, size: size, atLeast: size)
        var entries: [(tag: UInt64, value: UInt64)] = []
        for row in rows {
            let tag = try word(at: row, narrow: 0, wide: 0)
            if tag == 0 { break }
            entries.append((tag, try word(at: row, narrow: 4, wide: 8)))
        }
        return entries
    }
}
