// SPDX-License-Identifier: Apache-2.0
import CGNU

extension UnsafeRawBufferPointer {
    /// Where a marker begins, at or after an offset; `nil` where it does not, or the marker is empty.
    package func offset(of marker: [UInt8], from start: Int = 0) -> Int? {
        guard let base = baseAddress, !marker.isEmpty, start >= 0, start < count else { return nil }
        let found = marker.withUnsafeBytes {
            pare_memmem(base + start, count - start, $0.baseAddress, $0.count)
        }
        return found.map { $0 - base }
    }
}

/// Finds a marker in bytes that come in pieces, also where it lies across two of them.
package struct MarkerSearch: Sendable {
    private let marker: [UInt8]
    /// The last bytes seen, one fewer than the marker has.
    private var tail: [UInt8] = []
    /// How many bytes were put in.
    private var seen = 0

    package init(_ marker: [UInt8]) { self.marker = marker }

    /// Takes the next piece, and gives the offsets, from the first byte of all, of markers that end in it.
    package mutating func offsets(in piece: UnsafeRawBufferPointer) -> [Int] {
        guard !marker.isEmpty else { return [] }
        var found: [Int] = []
        let overlap = marker.count - 1
        if !tail.isEmpty {
            let seam = tail + piece.prefix(overlap)
            seam.withUnsafeBytes { bytes in
                var from = 0
                while let offset = bytes.offset(of: marker, from: from) {
                    found.append(seen - tail.count + offset)
                    from = offset + 1
                }
            }
        }
        var from = 0
        while let offset = piece.offset(of: marker, from: from) {
            found.append(seen + offset)
            from = offset + 1
        }
        tail = Array((tail + piece.suffix(overlap)).suffix(overlap))
        seen += piece.count
        return found
    }
}
