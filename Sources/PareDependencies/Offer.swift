// SPDX-License-Identifier: Apache-2.0
import PareBytes
package import PareVersions

/// A version of a package that its registry offers.
package struct Offer: Sendable {
    package let version: String
    let parsed: Version
    /// Ranges by name: what it needs, whatever the kind.
    let dependencies: [String: String]
    /// Versions of Node.js that it runs on; `nil` for all.
    private let engine: VersionRange?
    let isDeprecated: Bool

    package init(
        version: String, parsed: Version, dependencies: [String: String] = [:], engine: VersionRange? = nil,
        isDeprecated: Bool = false
    ) {
        self.version = version
        self.parsed = parsed
        self.dependencies = dependencies
        self.engine = engine
        self.isDeprecated = isDeprecated
    }

    /// Whether it may be chosen where this Node.js runs.
    func suits(_ node: Version?) -> Bool {
        guard !isDeprecated else { return false }
        guard let engine, let node else { return true }
        return engine.contains(node)
    }

    /// What `npm view NAME@>=0.0.0 version dependencies … --json` printed, in the order of versions.
    ///
    /// - Throws: ``DependencyError``.
    package static func offers(ofNpm text: String, named name: String) throws(DependencyError) -> [Offer] {
        let value: JSONValue
        do throws(JSONValue.Malformed) {
            value = try JSONValue(Array(text.utf8))
        } catch {
            throw .notJSON(file: "what the registry says of \(name)", offset: error.offset)
        }
        return (value.elements ?? [value]).compactMap(offer).sorted { $0.parsed < $1.parsed }
    }

    private static func offer(_ record: JSONValue) -> Offer? {
        guard let text = record["version"]?.text, let version = Version(text, in: .npm) else { return nil }
        var dependencies = record["peerDependencies"].ranges
        dependencies.merge(record["dependencies"].ranges) { $1 }
        dependencies.merge(record["optionalDependencies"].ranges) { $1 }
        let engine = record["engines.node"]?.text ?? record["engines"]?["node"]?.text
        return Offer(
            version: text, parsed: version, dependencies: dependencies,
            engine: engine.flatMap { try? VersionRange($0, in: .npm) },
            isDeprecated: record["deprecated"]?.text != nil)
    }
}

extension String {
    /// Whether a range as manifests have it takes a version; a range that is none, such as a folder or an address, takes
    /// nothing.
    func takes(_ version: Version) -> Bool {
        if self == "" || self == "latest" { return true }
        let range = hasPrefix("npm:") ? aliased.range : self
        return (try? VersionRange(range, in: version.scheme))?.contains(version) ?? false
    }

    /// `("bar", "^1")` of `npm:bar@^1`.
    private var aliased: (name: String, range: String) {
        let rest = dropFirst(4)
        guard let at = rest.lastIndex(of: "@"), at != rest.startIndex else { return (String(rest), "*") }
        return (String(rest[..<at]), String(rest[rest.index(after: at)...]))
    }

    /// The range with another version in it, in the style it had: `^4.21.2` of `^4.18.2`.
    func asking(for version: String) -> String {
        if hasPrefix("npm:") { return "npm:\(aliased.name)@" + aliased.range.asking(for: version) }
        if version.hasPrefix("=") || hasPrefix("=") || Version(self, in: .npm) != nil { return version }
        if hasPrefix("~") { return "~" + version }
        return "^" + version
    }
}

/// Whether a step from one version to another is one that semantic versioning lets break things: another first number,
/// or another second one below 1.0.
package func crossesMajor(_ old: String, _ new: String) -> Bool {
    guard let version = Version(new, in: .npm) else { return true }
    return !("^" + old).takes(version) && !(Version(old, in: .npm).map { version < $0 } ?? false)
}
