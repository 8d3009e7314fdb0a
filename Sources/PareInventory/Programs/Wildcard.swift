// SPDX-License-Identifier: Apache-2.0

import PareBytes

/// A pattern of paths in which `*` stands for any run of characters, slashes included.
struct Wildcard: Sendable {
    let text: String
    /// What stands between the stars.
    private let parts: [[UInt8]]

    init(_ text: String) {
        self.text = text
        parts = text.utf8.split(separator: 0x2A, omittingEmptySubsequences: false).map { Array($0) }
    }

    /// Whether the whole of a path is as the pattern says.
    func matches(_ path: String) -> Bool {
        var path = path
        return path.withUTF8 { bytes in
            guard let first = parts.first, let last = parts.last else { return false }
            if parts.count == 1 { return bytes.elementsEqual(first) }
            guard bytes.count >= first.count + last.count, bytes.starts(with: first),
                bytes.suffix(last.count).elementsEqual(last)
            else { return false }
            // The first place of each part in the middle leaves most room for the next.
            var rest = UnsafeRawBufferPointer(
                rebasing: UnsafeRawBufferPointer(bytes)[first.count..<bytes.count - last.count])
            for part in parts.dropFirst().dropLast() where !part.isEmpty {
                guard let place = rest.offset(of: part) else { return false }
                rest = UnsafeRawBufferPointer(rebasing: rest[(place + part.count)...])
            }
            return true
        }
    }
}
