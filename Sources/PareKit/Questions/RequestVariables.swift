// SPDX-License-Identifier: Apache-2.0

/// The variables that a file of requests defines.
struct RequestVariables {
    /// Why a text cannot be filled in: the end of a sentence.
    struct Problem: Error {
        let reason: String
    }

    private var values: [String: String] = [:]

    /// Values hold others' values, so they could double from line to line; in bytes.
    private static let limit = 1 << 20

    mutating func define(_ name: String, _ value: String) { values[name] = value }

    /// Whether the variable that an address begins with is known.
    func isDefined(atStartOf target: Substring) -> Bool {
        values[target.dropFirst(2).prefix { $0 != "}" }.trimmed] != nil
    }

    /// The text with the value of each `{{name}}` in its place.
    func filled(_ text: some StringProtocol) -> Result<String, Problem> {
        let bytes = Array(text.utf8)
        guard bytes.contains(UInt8(ascii: "{")) else { return .success(String(text)) }
        var filled: [UInt8] = []
        var index = 0
        while index < bytes.count {
            guard bytes[index...].starts(with: "{{".utf8),
                let end = bytes[index...].prefix(200).firstIndex(of: UInt8(ascii: "}")),
                bytes[end...].starts(with: "}}".utf8)
            else {
                filled.append(bytes[index])
                index += 1
                continue
            }
            let name = String(decoding: bytes[(index + 2)..<end], as: UTF8.self).trimmed
            if name.hasPrefix("$") {
                return .failure(
                    Problem(
                        reason: "'{{\(name)}}' is another value each time, and a question must stay the same")
                )
            }
            guard let value = values[name] else {
                return .failure(Problem(reason: "the variable '\(name)' is not defined in this file"))
            }
            filled += value.utf8
            guard filled.count <= Self.limit else {
                return .failure(Problem(reason: "with its variables filled in it is longer than 1 MiB"))
            }
            index = end + 2
        }
        return .success(String(decoding: filled, as: UTF8.self))
    }
}

/// The path of an address, and whose it is.
struct RequestTarget {
    /// With its query, and a leading slash.
    let path: String
    /// The server's name where it is not this machine.
    let foreignHost: String?

    /// Reads `/path`, `http://host:8080/path`, or `host:8080/path`; `isPath` where the server is known to be cut off.
    init?(_ text: String, isPath: Bool = false) {
        let whole = text.prefix { $0 != "#" }
        guard !isPath, !whole.hasPrefix("/") else {
            path = whole.hasPrefix("/") ? String(whole) : "/" + whole
            foreignHost = nil
            return
        }
        let schemes = ["http://", "https://"]
        let scheme = schemes.first { whole.lowercased().hasPrefix($0) }
        let rest = whole.dropFirst(scheme?.count ?? 0)
        let server = rest.prefix { $0 != "/" && $0 != "?" }
        let isServer = !server.isEmpty && (scheme != nil || server.contains(":") || server.contains("."))
        guard isServer, !rest.hasPrefix("/") else { return nil }
        let tail = rest.dropFirst(server.count)
        path = tail.hasPrefix("/") ? String(tail) : "/" + tail
        let host = server.prefix { $0 != ":" }
        let isOwn = ["localhost", "127.0.0.1", "0.0.0.0", "[", ""].contains(host)
        foreignHost = isOwn ? nil : String(host)
    }
}

extension StringProtocol {
    /// Without spaces and tabs at its ends.
    var trimmed: String {
        let isSpace = { (character: Character) in character.isWhitespace }
        return String(drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    }
}
