// SPDX-License-Identifier: Apache-2.0
import PareBytes

/// `.pare.json` of a project, and `pare.json` of a user.  Only a user's own says whom to trust: `insecure` is without effect in
/// a project's, which comes with what is cloned or unpacked.
///
/// ```json
/// {"registries": {"docker.io": {"mirrors": ["mirror.corp/hub", {"location": "10.0.0.1:5000", "insecure": true}]}}}
/// ```
enum PareFile {
    private static let words = ["mirrors", "location", "insecure", "blocked"]

    static func rules(in bytes: [UInt8], file: String) throws(MirrorError) -> [MirrorRule] {
        let json: JSONValue
        do { json = try JSONValue(bytes) } catch {
            throw .malformed(file: file, reason: "it is not JSON at byte \(error.offset)")
        }
        let whole = Fields(json: json, file: file)
        try whole.allow(["registries"], in: "it")
        guard let registries = try whole.table("registries") else { return [] }
        var rules: [MirrorRule] = []
        for member in registries.json.members ?? [] {
            guard let fields = try registries.table(member.name) else { continue }
            try fields.allow(words, in: "'\(member.name)'")
            guard !rules.contains(where: { $0.prefix == member.name }) else {
                throw .malformed(file: file, reason: "'\(member.name)' is there twice")
            }
            rules.append(try rule(fields, prefix: member.name))
        }
        return rules
    }

    private static func rule(_ fields: Fields, prefix: String) throws(MirrorError) -> MirrorRule {
        var rule = MirrorRule(
            prefix: try fields.prefix(prefix), isInsecure: try fields.flag("insecure"),
            isBlocked: try fields.flag("blocked"), file: fields.file)
        if let location = try fields.text("location") { rule.location = try fields.location(location) }
        guard let mirrors = fields.json["mirrors"] else { return rule }
        guard let elements = mirrors.elements else {
            throw .malformed(file: fields.file, reason: "the 'mirrors' of '\(prefix)' are not a list")
        }
        for element in elements {
            if let location = element.text {
                rule.mirrors.append(.init(location: try fields.location(location)))
                continue
            }
            let mirror = Fields(json: element, file: fields.file)
            try mirror.allow(["location", "insecure"], in: "a mirror of '\(prefix)'")
            guard let location = try mirror.text("location") else {
                throw .malformed(file: fields.file, reason: "a mirror of '\(prefix)' has no 'location'")
            }
            rule.mirrors.append(
                .init(location: try mirror.location(location), isInsecure: try mirror.flag("insecure")))
        }
        return rule
    }
}

extension MirrorRule {
    /// Whether it says `insecure` of anything.
    var saysInsecure: Bool { isInsecure || mirrors.contains(where: \.isInsecure) }

    /// The rule as it counts in a working folder's file.
    var ofFolder: MirrorRule {
        var rule = self
        rule.isOfFolder = true
        rule.isInsecure = false
        for index in rule.mirrors.indices { rule.mirrors[index].isInsecure = false }
        return rule
    }
}

extension Fields {
    /// - Throws: ``MirrorError`` for a member of another name, or where this is no object.
    fileprivate func allow(_ names: [String], in place: String) throws(MirrorError) {
        guard let members = json.members else {
            throw .malformed(file: file, reason: "\(place) is not an object")
        }
        guard let other = members.first(where: { !names.contains($0.name) }) else { return }
        let known = names.map { "'\($0)'" }.joined(separator: ", ")
        throw .malformed(file: file, reason: "\(place) has '\(other.name)', which is none of \(known)")
    }
}
