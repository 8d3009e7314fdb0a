// SPDX-License-Identifier: Apache-2.0

extension ELFFile {
    /// A row of the dynamic symbol table.
    package struct Symbol {
        /// Without its version: `wordexp`.
        package let name: UnsafeRawBufferPointer
        /// Whether this file brings it; if not, another has to.
        package let isDefined: Bool
        /// Whether it is a variable, not a function.
        package let isData: Bool
    }

    /// Calls with every named symbol that the loader knows of this file; none where there is no dynamic table.
    ///
    /// The table is found as the loader finds it, so files without section headers are read too.
    ///
    /// - Throws: ``Malformed`` also where the file does not say how many symbols there are.
    /// - SeeAlso: System V ABI, chapter 5, "Dynamic Section" and "Hash Table".
    package func forEachDynamicSymbol(
        in bytes: UnsafeRawBufferPointer, _ body: (Symbol) -> Void
    ) throws(Malformed) {
        guard let table = dynamic[6] else { return }
        do {
            let size = is64Bit ? 24 : 16
            guard dynamic[11].map({ $0 == UInt64(size) }) ?? true, let start = fileOffset(ofAddress: table),
                let names = stringTable(in: bytes)
            else { throw Malformed.outOfBounds }
            let count = try symbolCount(in: bytes, size: size)
            guard count <= 1 << 22 else { throw Malformed.excessive }
            let rows = try bytes.part(at: start, count: count * size)
            let strings = UnsafeRawBufferPointer(rebasing: bytes[names])
            for row in stride(from: 0, to: rows.count, by: size) {
                let name = try strings.zeroTerminatedBytes(at: Int(rows.littleEndian(UInt32.self, at: row)))
                guard !name.isEmpty else { continue }
                let section: UInt16 = try rows.littleEndian(at: row + (is64Bit ? 6 : 14))
                let info = rows[row + (is64Bit ? 4 : 12)]
                body(Symbol(name: name, isDefined: section != 0, isData: info & 0xF == 1))
            }
        } catch let error as Malformed {
            throw error
        } catch {
            throw .outOfBounds
        }
    }

    /// Where the names of dynamic symbols stand in the file: to the end of the last one, whatever length the table is said to have;
    /// `nil` where there are none.
    package func symbolNames(in bytes: UnsafeRawBufferPointer) throws(Malformed) -> Range<Int>? {
        guard let table = stringTable(in: bytes), let base = bytes.baseAddress else { return nil }
        var end = table.lowerBound
        try forEachDynamicSymbol(in: bytes) { symbol in
            guard let name = symbol.name.baseAddress else { return }
            end = max(end, base.distance(to: name) + symbol.name.count + 1)
        }
        return table.lowerBound..<end
    }

    private func stringTable(in bytes: UnsafeRawBufferPointer) -> Range<Int>? {
        guard let address = dynamic[5], let start = fileOffset(ofAddress: address), start <= bytes.count
        else {
            return nil
        }
        return start..<start + min(Int(clamping: dynamic[10] ?? 0), bytes.count - start)
    }

    /// As many as anything tells of: the hash table, which GNU ld leaves empty where nothing is exported, relocations, sections.
    private func symbolCount(in bytes: UnsafeRawBufferPointer, size: Int) throws -> Int {
        let sections = sections.filter { $0.type == 11 }.map { Int(clamping: $0.size) / size }
        return try max(
            hashedSymbolCount(in: bytes), relocatedSymbolCount(in: bytes), sections.max() ?? 0)
    }

    private func hashedSymbolCount(in bytes: UnsafeRawBufferPointer) throws -> Int {
        if let address = dynamic[4] {
            guard let table = fileOffset(ofAddress: address) else { throw Malformed.outOfBounds }
            return Int(try bytes.littleEndian(UInt32.self, at: table &+ 4))
        }
        guard let address = dynamic[0x6FFF_FEF5], let table = fileOffset(ofAddress: address) else {
            throw Malformed.outOfBounds
        }
        return try symbolCount(ofGNUHashTable: table, in: bytes)
    }

    /// The table has the defined symbols, sorted by bucket and behind all others: the end of the last chain is the end.
    private func symbolCount(ofGNUHashTable table: Int, in bytes: UnsafeRawBufferPointer) throws -> Int {
        let buckets = Int(try bytes.littleEndian(UInt32.self, at: table))
        let first = Int(try bytes.littleEndian(UInt32.self, at: table &+ 4))
        let filter = Int(try bytes.littleEndian(UInt32.self, at: table &+ 8)) * (is64Bit ? 8 : 4)
        let starts = try bytes.part(at: table &+ 16 &+ filter, count: buckets * 4)
        var last = 0
        for offset in stride(from: 0, to: starts.count, by: 4) {
            last = max(last, Int(try starts.littleEndian(UInt32.self, at: offset)))
        }
        guard last >= first else { return first }
        let chains = table &+ 16 &+ filter &+ buckets * 4
        while try bytes.littleEndian(UInt32.self, at: chains &+ (last - first) * 4) & 1 == 0 { last += 1 }
        return last + 1
    }
}

extension UnsafeRawBufferPointer {
    /// The bytes from an offset to the next zero byte.
    fileprivate func zeroTerminatedBytes(at offset: Int) throws(OutOfBounds) -> UnsafeRawBufferPointer {
        guard offset < count, let end = self[offset...].firstIndex(of: 0) else {
            throw OutOfBounds(offset: offset, count: 1)
        }
        return UnsafeRawBufferPointer(rebasing: self[offset..<end])
    }
}
