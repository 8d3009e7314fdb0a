// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The end of a stream of any length.
final class Tail: Sendable {
    /// The bytes, at most twice the limit of them.
    private let bytes = Mutex<[UInt8]>([])
    private let limit: Int

    /// - Parameter limit: How many bytes are kept.
    init(limit: Int = 256 << 10) { self.limit = limit }

    func append(_ more: [UInt8]) {
        bytes.withLock { bytes in
            bytes.append(contentsOf: more.suffix(limit))
            if bytes.count > 2 * limit { bytes.removeFirst(bytes.count - limit) }
        }
    }

    /// What is kept; broken UTF-8 becomes U+FFFD, but a character cut at the start is left out.
    var text: String {
        bytes.withLock { bytes in
            var kept = bytes.suffix(limit)
            if kept.count < bytes.count { kept = kept.drop { $0 & 0xC0 == 0x80 } }
            return String(decoding: kept, as: UTF8.self)
        }
    }

    /// The last lines that say something, fit for a terminal.
    func lastLines(_ count: Int = 12) -> [String] { Array(text.lines.suffix(count)) }
}

/// Cuts a stream into lines.
struct LineCutter {
    private var pending: [UInt8] = []
    /// Longer lines are cut, since a terminal shows them; in bytes.
    private static let limit = 4096

    /// The lines that are complete with these bytes, fit for a terminal, empty ones left out.
    mutating func cut(_ bytes: [UInt8]) -> [String] {
        var lines: [String] = []
        for byte in bytes {
            if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                if let line = flush() { lines.append(line) }
            } else if pending.count < Self.limit {
                pending.append(byte)
            }
        }
        return lines
    }

    /// What is left without a line break.
    mutating func flush() -> String? {
        defer { pending.removeAll(keepingCapacity: true) }
        let line = String(decoding: pending, as: UTF8.self).printable
        return line.allSatisfy(\.isWhitespace) ? nil : line
    }
}

extension String {
    /// The lines that are not blank, fit for a terminal.
    var lines: [String] {
        split { $0 == "\n" || $0 == "\r" || $0 == "\r\n" }.map { String($0).printable }
            .filter { !$0.allSatisfy(\.isWhitespace) }
    }

    /// Without terminal control sequences and control characters: what a build or an application says is not
    /// to steer the terminal it is shown on.
    var printable: String {
        guard unicodeScalars.contains(where: \.isControl) else { return self }
        var kept = UnicodeScalarView()
        var scalars = unicodeScalars.makeIterator()
        while let scalar = scalars.next() {
            if scalar == "\u{1B}" {
                guard scalars.next() == "[" else { continue }
                while let next = scalars.next(), !(0x40...0x7E).contains(next.value) {}
            } else if scalar == "\t" {
                kept.append(" ")
            } else if !scalar.isControl {
                kept.append(scalar)
            }
        }
        return String(kept)
    }
}

extension Unicode.Scalar {
    fileprivate var isControl: Bool { value < 0x20 || (0x7F...0x9F).contains(value) }
}
