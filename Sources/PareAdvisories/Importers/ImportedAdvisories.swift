// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareModel
import PareVersions

/// What was taken from a feed, by where it will stand in the store.
package struct ImportedAdvisories: Sendable {
    /// By bucket, package and id.
    private(set) var rows: [String: [String: [String: Row]]] = [:]
    private(set) var sources: [String: Advisory.DataSource] = [:]
    private(set) var details: [String: Detail] = [:]

    package var counts = Counts()

    /// About how much memory all of it takes, in bytes, and how often something was compared to get it.
    private var weight = 0
    private var effort = 0
    /// Several times what the longest feed comes to.
    private static let weightLimit = 1 << 30
    private static let effortLimit = 1 << 26

    /// Whether there is more of it than any feed has.
    var isTooMuch: Bool { weight > Self.weightLimit || effort > Self.effortLimit }

    /// Counts comparisons.
    mutating func spend(_ effort: Int) { self.effort += effort }

    /// How many records were taken, and why others were not.
    package struct Counts: Sendable, Hashable {
        package var taken = 0
        package var withdrawn = 0
        /// Packages that are harmful by themselves, which are no flaws of others.
        package var malware = 0
        package var malformed = 0
        /// Of other releases or ecosystems, or with nothing that the store has a place for.
        package var elsewhere = 0
        var all: Int { taken + withdrawn + malware + malformed + elsewhere }
    }

    /// What a store says of a vulnerability in a package.
    struct Row: Sendable, Hashable {
        var fixedVersion = ""
        var vulnerableVersions: [String] = []
        var patchedVersions: [String] = []
        var vendorIDs: [String] = []
        var severity: Severity?
        /// Whether it is from the record about this very vulnerability, and not from one about an update that closes several.
        var isOwn = true
    }

    /// What a store says of a vulnerability whatever the package.
    struct Detail: Sendable {
        var title = ""
        var text = ""
        var severities: [String: Severity] = [:]
        var vectors: [String: Advisory.CVSS] = [:]
        var weaknesses: Set<String> = []
        var references: Set<String> = []
        var published = ""
        var modified = ""
    }

    mutating func add(
        _ row: Row, _ id: String, package: String, bucket: String, from source: Advisory.DataSource,
        in scheme: VersionScheme
    ) {
        sources[bucket] = source
        guard let old = rows[bucket]?[package]?[id] else {
            rows[bucket, default: [:]][package, default: [:]][id] = row
            weight += row.weight + id.utf8.count
            return
        }
        let joined = old.joined(with: row, in: scheme)
        rows[bucket]?[package]?[id] = joined
        weight += joined.weight - old.weight
        if joined.length > Self.shortLength { effort += joined.length }
    }

    /// Lists of this length cost nothing to speak of.
    private static let shortLength = 64

    mutating func add(_ detail: Detail, _ id: String) {
        let joined = details[id].map { $0.joined(with: detail) } ?? detail
        weight += joined.weight - (details[id]?.weight ?? 0)
        details[id] = joined
    }
}

extension ImportedAdvisories.Row {
    /// Of all its lists.
    fileprivate var length: Int { vulnerableVersions.count + patchedVersions.count + vendorIDs.count }

    fileprivate var weight: Int {
        let lists = [vulnerableVersions, patchedVersions, vendorIDs]
        return 150 + fixedVersion.utf8.count + lists.reduce(0) { $0 + $1.utf8Count }
    }
}

extension ImportedAdvisories.Detail {
    fileprivate var weight: Int {
        300 + title.utf8.count + text.utf8.count + references.utf8Count + weaknesses.utf8Count
    }
}

extension Collection<String> {
    /// Of the texts with what keeps them apart.
    fileprivate var utf8Count: Int { reduce(0) { $0 + $1.utf8.count + 16 } }
}

extension ImportedAdvisories.Row {
    fileprivate func joined(with other: Self, in scheme: VersionScheme) -> Self {
        var joined = self
        func unite(_ path: WritableKeyPath<Self, [String]>) {
            guard !other[keyPath: path].isEmpty else { return }
            let known = Set(self[keyPath: path])
            joined[keyPath: path] += other[keyPath: path].filter { !known.contains($0) }
        }
        unite(\.vulnerableVersions)
        unite(\.patchedVersions)
        unite(\.vendorIDs)
        joined.severity = severity ?? other.severity
        if other.isOwn == isOwn {
            // An update may follow another that did not close it all; no fix at all is the last word.
            joined.fixedVersion = later(fixedVersion, other.fixedVersion, in: scheme)
        } else if other.isOwn {
            joined.fixedVersion = other.fixedVersion
            joined.isOwn = true
        }
        return joined
    }

    private func later(_ one: String, _ other: String, in scheme: VersionScheme) -> String {
        guard !one.isEmpty, !other.isEmpty else { return "" }
        guard let left = Version(one, in: scheme), let right = Version(other, in: scheme) else { return one }
        return left < right ? other : one
    }

    /// - SeeAlso: trivy-db, `types.Advisory`.
    func json(isDistribution: Bool) -> JSONValue {
        func list(_ texts: [String]) -> JSONValue? { texts.isEmpty ? nil : .texts(texts) }
        return .record([
            ("VendorIDs", list(vendorIDs)),
            ("Status", isDistribution && fixedVersion.isEmpty ? .number("2") : nil),
            ("Severity", severity.map { .number("\($0.rawValue)") }),
            ("FixedVersion", fixedVersion.isEmpty ? nil : .string(fixedVersion)),
            ("VulnerableVersions", list(vulnerableVersions)), ("PatchedVersions", list(patchedVersions)),
        ])
    }
}

extension ImportedAdvisories.Detail {
    func joined(with other: Self) -> Self {
        var joined = self
        if joined.title.isEmpty { joined.title = other.title }
        if joined.text.isEmpty { joined.text = other.text }
        joined.severities.merge(other.severities) { max($0, $1) }
        joined.vectors.merge(other.vectors) { old, _ in old }
        joined.weaknesses.formUnion(other.weaknesses)
        joined.references.formUnion(other.references)
        joined.published = [published, other.published].filter { !$0.isEmpty }.min() ?? ""
        joined.modified = max(modified, other.modified)
        return joined
    }

    /// As the store has it, on top of what it says already.
    ///
    /// - SeeAlso: trivy-db, `types.Vulnerability`.
    func json(over old: JSONValue?) -> JSONValue {
        func merged(_ name: String, _ new: [(String, JSONValue)]) -> JSONValue? {
            let names = Set(new.map(\.0))
            let kept = (old?[name]?.members ?? []).filter { !names.contains($0.name) }.map {
                ($0.name, $0.value)
            }
            let all = (kept + new).sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
            return all.isEmpty ? nil : .record(all.map { ($0.0, Optional($0.1)) })
        }
        func text(_ name: String, _ new: String) -> JSONValue? {
            if let old = old?[name]?.text, !old.isEmpty { return .string(old) }
            return new.isEmpty ? nil : .string(new)
        }
        func list(_ name: String, _ new: Set<String>) -> JSONValue? {
            let all = new.union(old?[name]?.texts ?? []).sorted()
            return all.isEmpty ? nil : .texts(all)
        }
        return .record([
            ("Title", text("Title", title)), ("Description", text("Description", self.text)),
            ("Severity", text("Severity", (severities.values.max() ?? .unknown).name)),
            ("CweIDs", list("CweIDs", weaknesses)),
            ("VendorSeverity", merged("VendorSeverity", severities.map { ($0, .number("\($1.rawValue)")) })),
            ("CVSS", merged("CVSS", vectors.map { ($0, $1.json) })),
            ("References", list("References", references)),
            ("PublishedDate", text("PublishedDate", published)),
            ("LastModifiedDate", text("LastModifiedDate", modified)),
        ])
    }
}

extension Advisory.CVSS {
    fileprivate var json: JSONValue {
        .record([
            ("V3Vector", v3Vector.map(JSONValue.string)), ("V40Vector", v40Vector.map(JSONValue.string)),
            ("V3Score", v3Score.map { .number($0.formatted(decimals: 1)) }),
        ])
    }
}
