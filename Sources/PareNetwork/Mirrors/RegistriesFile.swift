// SPDX-License-Identifier: Apache-2.0
import PareBytes

/// `registries.conf` of podman, buildah and skopeo.  Short names are not looked up in it: pare reads them as Docker does.
///
/// - SeeAlso: containers-registries.conf(5).
enum RegistriesFile {
    /// The rules of a file; the first of those with one prefix counts.
    static func rules(in bytes: [UInt8], file: String) throws(MirrorError) -> [MirrorRule] {
        let fields: Fields
        do {
            fields = Fields(json: try JSONValue(toml: String(decoding: bytes, as: UTF8.self)), file: file)
        } catch {
            throw .malformed(file: file, reason: "line \(error.line): \(error.reason)")
        }
        let old = try oldRules(fields)
        let tables = try fields.tables("registry")
        guard old.isEmpty || tables.isEmpty else {
            throw .malformed(file: file, reason: "it has both '[registries…]' and '[[registry]]'")
        }
        var rules: [MirrorRule] = []
        for table in tables { rules.append(try rule(table)) }
        var prefixes: Set<String> = []
        return (old + rules).filter { prefixes.insert($0.prefix).inserted }
    }

    private static func rule(_ table: Fields) throws(MirrorError) -> MirrorRule {
        let location = try table.text("location").map { text throws(MirrorError) in
            try table.location(text)
        }
        guard let prefix = try table.text("prefix") ?? location else {
            throw .malformed(file: table.file, reason: "a '[[registry]]' has neither 'prefix' nor 'location'")
        }
        let isByDigest = try table.flag("mirror-by-digest-only")
        var mirrors: [MirrorRule.Mirror] = []
        for mirror in try table.tables("mirror") {
            guard let location = try mirror.text("location") else {
                throw .malformed(file: table.file, reason: "a mirror of '\(prefix)' has no 'location'")
            }
            var pulls = isByDigest ? MirrorRule.Pulls.byDigest : .all
            if let word = try mirror.text("pull-from-mirror") {
                guard let named = MirrorRule.Pulls(rawValue: word) else {
                    throw .malformed(file: table.file, reason: "'\(word)' is no value of 'pull-from-mirror'")
                }
                guard !isByDigest else {
                    throw .malformed(
                        file: table.file,
                        reason: "'\(prefix)' has both 'mirror-by-digest-only' and 'pull-from-mirror'")
                }
                pulls = named
            }
            mirrors.append(
                .init(
                    location: try mirror.location(location), isInsecure: try mirror.flag("insecure"),
                    pulls: pulls))
        }
        return MirrorRule(
            prefix: try table.prefix(prefix), location: location, isInsecure: try table.flag("insecure"),
            isBlocked: try table.flag("blocked"), mirrors: mirrors, file: table.file)
    }

    /// The first form of the file, which knows no mirrors.
    private static func oldRules(_ fields: Fields) throws(MirrorError) -> [MirrorRule] {
        guard let old = try fields.table("registries") else { return [] }
        let blocked = try old.table("block")?.texts("registries") ?? []
        let insecure = try old.table("insecure")?.texts("registries") ?? []
        var rules: [MirrorRule] = []
        for name in blocked + insecure {
            rules.append(
                MirrorRule(
                    prefix: try fields.prefix(name), isInsecure: insecure.contains(name),
                    isBlocked: blocked.contains(name), file: fields.file))
        }
        return rules
    }
}

/// Members of an object that a file holds, each of the kind that it should have.
struct Fields {
    let json: JSONValue
    let file: String

    private func bad(_ name: String, _ kind: String) -> MirrorError {
        .malformed(file: file, reason: "'\(name)' is not \(kind)")
    }

    /// The text of a member; an empty one is none.
    func text(_ name: String) throws(MirrorError) -> String? {
        guard let value = json[name] else { return nil }
        guard let text = value.text else { throw bad(name, "a text") }
        return text.isEmpty ? nil : text
    }

    func flag(_ name: String) throws(MirrorError) -> Bool {
        guard let value = json[name] else { return false }
        guard case .bool(let flag) = value else { throw bad(name, "true or false") }
        return flag
    }

    func texts(_ name: String) throws(MirrorError) -> [String] {
        guard let value = json[name] else { return [] }
        guard let elements = value.elements, elements.allSatisfy({ $0.text != nil }) else {
            throw bad(name, "a list of texts")
        }
        return value.texts
    }

    func table(_ name: String) throws(MirrorError) -> Fields? {
        guard let value = json[name] else { return nil }
        guard value.members != nil else { throw bad(name, "a table") }
        return Fields(json: value, file: file)
    }

    func tables(_ name: String) throws(MirrorError) -> [Fields] {
        guard let value = json[name] else { return [] }
        guard let elements = value.elements, elements.allSatisfy({ $0.members != nil }) else {
            throw bad(name, "a list of tables")
        }
        return elements.map { Fields(json: $0, file: file) }
    }

    /// A place that images are at: a host, and perhaps a path.
    func location(_ text: String) throws(MirrorError) -> String {
        guard !text.contains("://") else {
            throw .malformed(file: file, reason: "'\(text)' is an address; leave its scheme out")
        }
        let trimmed = text.drop(atEnd: "/")
        // A word alone is the name of a user of Docker Hub, and never meant so.
        let host = trimmed.prefix { $0 != "/" }
        guard host.contains(".") || host.contains(":") || host == "localhost",
            !trimmed.contains(where: \.isWhitespace)
        else {
            throw .malformed(
                file: file,
                reason: "'\(text)' does not begin with a host, such as 'mirror.example' or 'mirror:5000'")
        }
        return String(trimmed)
    }

    /// What names begin with: a location, or `*.` and a domain.
    func prefix(_ text: String) throws(MirrorError) -> String {
        let prefix = try location(text)
        guard let star = prefix.lastIndex(of: "*") else { return prefix }
        guard star == prefix.startIndex, prefix.hasPrefix("*."), prefix.count > 2,
            !prefix.contains("/"), !prefix.contains(":")
        else {
            throw .malformed(file: file, reason: "'\(text)' has a '*' that is not in place of a host's start")
        }
        return prefix
    }
}

extension String {
    fileprivate func drop(atEnd character: Character) -> Substring {
        var rest = self[...]
        while rest.last == character { rest.removeLast() }
        return rest
    }
}
