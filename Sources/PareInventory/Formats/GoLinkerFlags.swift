// SPDX-License-Identifier: Apache-2.0

/// The version that a build stamps into a Go program by `-ldflags '-X main.version=1.2.3'`.
package enum GoLinkerFlags {
    /// The version of a module by its linker flags; empty where there is none, or several that contradict.
    ///
    /// Variables named `….version` or `….ver` count whose value is a semantic version: first those below the module's
    /// `cmd/`, then those of packages `main`, `common`, `version` and `cmd`, then all others.
    ///
    /// - SeeAlso: Trivy's `ParseLDFlags`.
    package static func version(of module: String, in flags: String) -> String {
        var classes: [[String]] = [[], [], []]
        for (name, value) in assignments(in: words(of: flags)) {
            let lowered = name.lowercased()
            guard lowered.hasSuffix(".version") || lowered.hasSuffix(".ver"), isSemantic(value) else {
                continue
            }
            let package = (lowered.split(separator: "/").last ?? "").prefix { $0 != "." }
            if name.hasPrefix(module + "/cmd/") {
                classes[0].append(value)
            } else {
                classes[["main", "common", "version", "cmd"].contains(package) ? 1 : 2].append(value)
            }
        }
        guard let first = classes.first(where: { !$0.isEmpty }), first.count == 1 else { return "" }
        return first[0]
    }

    /// `NAME=VALUE` of every `-X`; of one name the last.
    private static func assignments(in words: [String]) -> [String: String] {
        var values: [String: String] = [:]
        var index = 0
        while index < words.count {
            var word = words[index]
            index += 1
            guard word.hasPrefix("-X") else { continue }
            word.removeFirst(2)
            if word.isEmpty, index < words.count {
                word = words[index]
                index += 1
            }
            if word.hasPrefix("=") { word.removeFirst() }
            if let (name, value) = word.cut("=") { values[String(name)] = String(value) }
        }
        return values
    }

    /// Splits as a shell does: quotes of both kinds hold together, a backslash takes the next character as it is.
    package static func words(of flags: String) -> [String] {
        var words: [String] = []
        var word: [UInt8]?
        var quote: UInt8?
        var isEscaped = false
        for byte in flags.utf8 {
            if isEscaped {
                word = (word ?? []) + [byte]
                isEscaped = false
            } else if byte == UInt8(ascii: "\\"), quote != UInt8(ascii: "'") {
                isEscaped = true
            } else if byte == quote {
                quote = nil
            } else if quote == nil, byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
                quote = byte
                word = word ?? []
            } else if quote == nil, byte.isBlank || byte == 0x0A {
                if let word { words.append(String(decoding: word, as: UTF8.self)) }
                word = nil
            } else {
                word = word ?? []
                word?.append(byte)
            }
        }
        if let word { words.append(String(decoding: word, as: UTF8.self)) }
        return words
    }

    /// `1.2.3-pre+build`, perhaps with `v` before it and without the last numbers.
    static func isSemantic(_ version: String) -> Bool {
        let withoutV = version.hasPrefix("v") ? version.dropFirst() : version[...]
        let withoutBuild = withoutV.prefix { $0 != "+" }
        let core = withoutBuild.prefix { $0 != "-" }
        let numbers = core.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...3).contains(numbers.count), numbers.count == 3 || core.count == withoutV.count else {
            return false
        }
        let isPlain = { (part: Substring) in
            !part.isEmpty && part.utf8.allSatisfy { $0.isDigit || $0.isLetter || $0 == UInt8(ascii: "-") }
        }
        for tail in [withoutBuild.dropFirst(core.count), withoutV.dropFirst(withoutBuild.count)]
        where !tail.isEmpty {
            let parts = tail.dropFirst().split(separator: ".", omittingEmptySubsequences: false)
            guard parts.allSatisfy(isPlain) else { return false }
        }
        return numbers.allSatisfy { $0.utf8.allSatisfy(\.isDigit) && ($0 == "0" || ($0.first ?? "0") != "0") }
    }
}

/// Texts in Go's quotes, as `go version -m` prints settings that hold blanks or quotes.
package enum GoQuoting {
    /// The text that quotes hold; a text without quotes as it is.
    package static func unquoted(_ text: some StringProtocol) -> String {
        guard text.utf8.count >= 2, let quote = text.first, text.last == quote, quote == "\"" || quote == "`"
        else {
            return String(text)
        }
        let inside = text.dropFirst().dropLast()
        guard quote == "\"" else { return String(inside) }
        var bytes: [UInt8] = []
        var isEscaped = false
        for byte in inside.utf8 {
            if isEscaped {
                bytes.append(escapes[byte] ?? byte)
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let escapes: [UInt8: UInt8] = [
        UInt8(ascii: "n"): 0x0A, UInt8(ascii: "t"): 0x09, UInt8(ascii: "r"): 0x0D,
    ]
}
