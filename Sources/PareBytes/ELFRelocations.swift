// SPDX-License-Identifier: Apache-2.0

extension ELFFile {
    /// One more than the highest index of a symbol that a relocation names.
    ///
    /// - SeeAlso: System V ABI, chapters 4 "Relocation" and 5 "Dynamic Section".
    func relocatedSymbolCount(in bytes: UnsafeRawBufferPointer) throws -> Int {
        let tables: [(address: UInt64, size: UInt64, hasAddend: Bool)] = [
            (7, 8, true), (17, 18, false), (23, 2, dynamic[20] == 7),
        ]
        var count = 0
        for table in tables {
            guard let address = dynamic[table.address], let size = dynamic[table.size], size > 0 else {
                continue
            }
            guard let start = fileOffset(ofAddress: address) else { throw Malformed.outOfBounds }
            let rows = try bytes.part(at: start, count: Int(clamping: size))
            let row = (is64Bit ? 8 : 4) * (table.hasAddend ? 3 : 2)
            guard rows.count % row == 0 else { throw Malformed.outOfBounds }
            for offset in stride(from: 0, to: rows.count, by: row) {
                count = max(count, 1 + Int(try symbolIndex(ofRelocation: rows, at: offset)))
            }
        }
        return count
    }

    private func symbolIndex(ofRelocation rows: UnsafeRawBufferPointer, at offset: Int) throws -> UInt32 {
        guard is64Bit else { return try rows.littleEndian(UInt32.self, at: offset + 4) >> 8 }
        // MIPS has the index first in both byte orders.
        return try rows.littleEndian(at: offset + (machine == 8 ? 8 : 12))
    }
}
