// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareModel

/// One record of OSV's.
struct OSVRecord {
    let id: String
    private let json: JSONValue
    private let comparisons: Int

    /// `nil` for what is no record, or says more than any may.
    init?(_ json: JSONValue) {
        guard let id = json["id"]?.text, !id.isEmpty, id.utf8.count < 200,
            json["affected"]?.elements != nil, let comparisons = OSVLimits.comparisons(in: json)
        else {
            return nil
        }
        self.id = id
        self.comparisons = comparisons
        self.json = json
    }

    var isWithdrawn: Bool { !(json["withdrawn"]?.text ?? "").isEmpty }

    /// Adds what it says of an ecosystem's packages; `false` where that is nothing.
    func add(to imported: inout ImportedAdvisories, of ecosystem: FeedEcosystem) -> Bool {
        let source = ecosystem.source(of: id)
        let names = names(in: ecosystem)
        var isAdded = false
        imported.spend(comparisons)
        for affected in json["affected"]?.elements ?? [] where !imported.isTooMuch {
            guard let package = affected["package"]?["name"]?.text, !package.isEmpty,
                let bucket = ecosystem.bucket(
                    for: affected["package"]?["ecosystem"]?.text ?? "", from: source),
                let row = row(affected, names.vendor, in: ecosystem)
            else { continue }
            for id in names.ids {
                imported.add(
                    row, id, package: ecosystem.packageName(package), bucket: bucket, from: source,
                    in: ecosystem.scheme)
            }
            isAdded = true
        }
        guard isAdded else { return false }
        let detail = detail(source.id)
        for id in names.ids { imported.add(detail, id) }
        return true
    }

    /// What the vulnerabilities are called, and what the feed calls this record: CVE ids where there are some.
    ///
    /// - SeeAlso: trivy-db, `groupVulnIDs` in `pkg/vulnsrc/osv/osv.go`.
    private func names(in ecosystem: FeedEcosystem) -> (ids: [String], vendor: [String]) {
        var others = json["aliases"]?.texts ?? []
        if case .distribution = ecosystem.kind {
            // Records of distributions are about an upstream's vulnerabilities; updates name the ones that they close.
            others += json["upstream"]?.texts ?? []
            if isUpdate { others += json["related"]?.texts ?? [] }
        }
        var all = others + [trackedID.map(String.init) ?? id]
        var seen: Set<String> = []
        all = all.filter { !$0.isEmpty && $0.utf8.count < 200 && seen.insert($0).inserted }
        let ids = all.filter { $0.hasPrefix("CVE-") }
        let vendor = all.filter { !$0.hasPrefix("CVE-") && $0 != id } + (trackedID == nil ? [id] : [])
        return ids.isEmpty ? ([id], all.filter { $0 != id }) : (ids, vendor)
    }

    /// `CVE-2024-1` of a distribution's record about it, `DEBIAN-CVE-2024-1`.
    private var trackedID: Substring? {
        for prefix in ["DEBIAN-", "UBUNTU-", "ALPINE-"] where id.hasPrefix(prefix + "CVE-") {
            return id.dropFirst(prefix.count)
        }
        return nil
    }

    /// Whether it tells of an update rather than of a flaw.
    private var isUpdate: Bool { ["DSA-", "DLA-", "USN-"].contains { id.hasPrefix($0) } }

    private func row(
        _ affected: JSONValue, _ vendorIDs: [String], in ecosystem: FeedEcosystem
    ) -> ImportedAdvisories.Row? {
        let ranges = OSVRanges(affected, in: ecosystem.scheme)
        var row = ImportedAdvisories.Row(vendorIDs: vendorIDs)
        switch ecosystem.kind {
        case .distribution:
            guard let fix = ranges.distributionFix else { return nil }
            row.fixedVersion = fix
            row.isOwn = !isUpdate
            row.severity = Self.urgency(affected["ecosystem_specific"]?["urgency"]?.text)
        case .language:
            row.vulnerableVersions = ranges.texts.map { text in
                // GitHub knows of some where it ends, and no fix: `< 2.0`.
                guard !text.contains("<"), !text.hasPrefix("="),
                    let last = affected["database_specific"]?["last_known_affected_version_range"]?.text
                else { return text }
                return "\(text), \(last.filter { $0 != " " })"
            }
            guard !row.vulnerableVersions.isEmpty else { return nil }
            row.patchedVersions = ranges.fixes
        }
        return row
    }

    /// Debian's own weight of a flaw in a package.
    ///
    /// - SeeAlso: trivy-db, `severityFromUrgency` in `pkg/vulnsrc/debian`.
    private static func urgency(_ text: String?) -> Severity? {
        switch text?.prefix(while: { $0 != "*" }) {
        case "unimportant", "low": .low
        case "medium": .medium
        case "high": .high
        default: nil
        }
    }

    private func detail(_ source: String) -> ImportedAdvisories.Detail {
        var detail = ImportedAdvisories.Detail()
        // What is said of an update is said of the package, and not of each flaw that it closes.
        detail.title = isUpdate ? "" : OSVLimits.cut(json["summary"]?.text ?? "")
        detail.text = isUpdate ? "" : OSVLimits.cut(json["details"]?.text ?? "")
        detail.references = OSVLimits.short(
            (json["references"]?.elements ?? []).compactMap { $0["url"]?.text })
        detail.weaknesses = OSVLimits.short(json["database_specific"]?["cwe_ids"]?.texts ?? [])
        (detail.published, detail.modified) = (time("published"), time("modified"))
        let (severity, vector) = weight
        if let severity { detail.severities[source] = severity }
        if let vector { detail.vectors[source] = vector }
        return detail
    }

    /// What it weighs: in the data base's word for it, else by the score of its vector.
    private var weight: (Severity?, Advisory.CVSS?) {
        var all = json["severity"]?.elements ?? []
        for affected in json["affected"]?.elements ?? [] { all += affected["severity"]?.elements ?? [] }
        func vector(_ type: String) -> String? {
            all.first { $0["type"]?.text == type }?["score"]?.text.map {
                $0.hasSuffix("/") ? String($0.dropLast()) : $0
            }
        }
        let third = vector("CVSS_V3").flatMap { text in
            text.utf8.count <= OSVLimits.shortTextLength ? cvss3Score(text).map { (text, $0) } : nil
        }
        let fourth = vector("CVSS_V4").flatMap { $0.utf8.count <= OSVLimits.shortTextLength ? $0 : nil }
        let cvss = Advisory.CVSS(v3Vector: third?.0, v40Vector: fourth, v3Score: third?.1)
        let word = json["database_specific"]?["severity"]?.text ?? vector("Ubuntu")
        let severity = word.flatMap(Self.severity) ?? third.map { Severity(cvssScore: $0.1) }
        return (severity, third == nil && fourth == nil ? nil : cvss)
    }

    private static func severity(_ word: String) -> Severity? {
        switch word.lowercased() {
        case "negligible", "low": .low
        case "moderate", "medium": .medium
        case "high": .high
        case "critical": .critical
        default: nil
        }
    }

    /// A time that Go reads too; empty for other texts.
    private func time(_ name: String) -> String {
        guard let text = json[name]?.text, milliseconds(ofTime: text) > 0, text.hasSuffix("Z"),
            text.utf8.count < 40
        else { return "" }
        return text
    }
}
