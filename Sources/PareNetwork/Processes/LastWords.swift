// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The last that a program said on standard error.
struct LastWords {
    private var bytes: [UInt8] = []
    private(set) var hasEnded = false
    private static let limit = 16 << 10

    init() {}

    init(_ bytes: [UInt8]) { self.bytes = bytes.suffix(Self.limit) }

    /// Takes what is there; waits where nothing is.
    mutating func take(from descriptor: Int32) {
        // What a pipe holds, so that a flood passes quickly.
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        let count = read(descriptor, &piece, piece.count)
        if count > 0 {
            let new = piece[..<count].suffix(Self.limit)
            bytes = Array(bytes.suffix(Self.limit - new.count) + new)
        } else if count == 0 || errno != EINTR {
            hasEnded = true
        }
    }

    /// Takes what is there and does not wait: a child of the program may hold the descriptor open, and go on writing.
    mutating func takeRest(from descriptor: Int32) { take(atMost: 256, from: descriptor) }

    /// The same in so many pieces at most.
    mutating func take(atMost count: Int, from descriptor: Int32) {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        for _ in 0..<count where !hasEnded && poll(&waiting, 1, 0) > 0 { take(from: descriptor) }
    }

    /// The last line, fit for a terminal, without what loggers put around it: `time="…" level=fatal msg="the reason"`.
    var line: String? {
        let lines = String(decoding: bytes, as: UTF8.self).split { $0 == "\n" || $0 == "\r" || $0 == "\r\n" }
        guard let last = lines.last(where: { !$0.allSatisfy(\.isWhitespace) }) else { return nil }
        let plain = String(
            String.UnicodeScalarView(last.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? " " : $0 }))
        var text = plain[...]
        if let mark = text.firstRange(of: " msg=\"") {
            text = text[mark.upperBound...]
            if text.last == "\"" { text = text.dropLast() }
        } else {
            for word in ["Error: ", "ctr: "] where text.hasPrefix(word) { text = text.dropFirst(word.count) }
        }
        return String(text.prefix(400)).replacing("\\\"", with: "\"")
    }
}
