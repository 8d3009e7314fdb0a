// SPDX-License-Identifier: Apache-2.0

import PareBytes

/// The bytes of a file that are ICU's common data: tables of languages, scripts and calendars, tens of megabytes of numbers.
///
/// The data begins with a header that says what it is, and a table of contents; what lies from the header to the beginning of the
/// last item is the archive's.
///
/// - SeeAlso: ICU, `udata.h` (UDataInfo) and `ucmndata.h` (the table of contents).
func icuArchives(in bytes: UnsafeRawBufferPointer) -> [Range<Int>] {
    // Magic, length of the information, reserved, little-endian, ASCII, two-byte characters, reserved, "CmnD".
    let marker: [UInt8] = [0xDA, 0x27, 20, 0, 0, 0, 0, 0, 2, 0, 0x43, 0x6D, 0x6E, 0x44]
    var ranges: [Range<Int>] = []
    var from = 0
    while let place = bytes.offset(of: marker, from: from) {
        from = place + marker.count
        if place >= 2, let end = try? endOfICUArchive(at: place - 2, in: bytes), end <= bytes.count {
            ranges.append(place - 2..<max(end, place))
            from = max(from, end)
        }
    }
    return ranges
}

/// Where the last item of an archive begins.
private func endOfICUArchive(at start: Int, in bytes: UnsafeRawBufferPointer) throws(OutOfBounds) -> Int? {
    let contents = start + Int(try bytes.littleEndian(UInt16.self, at: start))
    let count = Int(try bytes.littleEndian(UInt32.self, at: contents))
    let items = try bytes.part(at: contents + 4, count: count * 8)
    var previous = 0
    for item in stride(from: 0, to: items.count, by: 8) {
        // Items lie in the order of their names, so offsets that do not rise are no table of contents.
        let offset = Int(try items.littleEndian(UInt32.self, at: item + 4))
        guard offset > previous else { return nil }
        previous = offset
    }
    return count == 0 ? nil : contents + previous
}
