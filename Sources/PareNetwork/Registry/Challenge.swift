// SPDX-License-Identifier: Apache-2.0

/// What a server wants to be convinced with: a `WWW-Authenticate` header, taken apart.
///
/// - SeeAlso: RFC 9110, sections 11.3 and 11.6.1.
struct Challenge: Hashable {
    /// In lower case: `bearer`.
    let scheme: String
    /// Names are in lower case.
    let parameters: [String: String]

    /// All challenges of some header lines, in their order.  From where a line cannot be understood it is left out.
    static func all(in lines: [String]) -> [Challenge] {
        lines.flatMap { line in
            var reader = ChallengeReader(rest: Array(line.utf8)[...])
            return reader.challenges()
        }
    }
}

private struct ChallengeReader {
    var rest: ArraySlice<UInt8>

    mutating func challenges() -> [Challenge] {
        var found: [Challenge] = []
        while true {
            skip { $0 == 0x20 || $0 == 0x09 || $0 == 0x2C }
            guard let scheme = token() else { return found }
            guard let parameters = parameters() else { return found }
            found.append(Challenge(scheme: scheme.lowercased(), parameters: parameters))
        }
    }

    /// The parameters of one challenge, up to the next one; `nil` where they cannot be understood.
    private mutating func parameters() -> [String: String]? {
        var parameters: [String: String] = [:]
        guard rest.isEmpty || rest.first == 0x20 || rest.first == 0x09 || rest.first == 0x2C else {
            return nil
        }
        if skipToken68() { return [:] }
        while true {
            let before = rest
            skip { $0 == 0x20 || $0 == 0x09 || $0 == 0x2C }
            guard let name = token() else { return rest.isEmpty ? parameters : nil }
            skip { $0 == 0x20 || $0 == 0x09 }
            guard rest.first == 0x3D else {
                // Not a parameter, so it is the next challenge's scheme.
                rest = before
                return parameters
            }
            rest.removeFirst()
            skip { $0 == 0x20 || $0 == 0x09 }
            guard let value = rest.first == 0x22 ? quoted() : token() else { return nil }
            parameters[name.lowercased()] = value
        }
    }

    private mutating func skip(while isSkipped: (UInt8) -> Bool) { rest = rest.drop(while: isSkipped) }

    private mutating func token() -> String? {
        let token = rest.prefix(while: Self.isToken)
        guard !token.isEmpty else { return nil }
        rest = rest[token.endIndex...]
        return String(decoding: token, as: UTF8.self)
    }

    private mutating func quoted() -> String? {
        rest.removeFirst()
        var value: [UInt8] = []
        while let byte = rest.popFirst() {
            switch byte {
            case 0x22: return String(decoding: value, as: UTF8.self)
            case 0x5C:
                guard let next = rest.popFirst() else { return nil }
                value.append(next)
            default: value.append(byte)
            }
        }
        return nil
    }

    /// Skips the one long word that some schemes have in place of parameters; `false` where there is none.
    private mutating func skipToken68() -> Bool {
        var after = rest.drop { $0 == 0x20 || $0 == 0x09 }
        let word = after.prefix { Self.isToken($0) || $0 == 0x2F }
        guard !word.isEmpty else { return false }
        after = after[word.endIndex...].drop { $0 == 0x3D }
        after = after.drop { $0 == 0x20 || $0 == 0x09 }
        guard after.isEmpty || after.first == 0x2C else { return false }
        rest = after
        return true
    }

    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
