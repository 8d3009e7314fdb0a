// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareModel

/// Looks advisories up by name, each name and each vulnerability once.
struct AdvisoryLookup {
    private let bolt: BoltFile
    private var found: [LookupKeys: [Advisory]] = [:]
    private var details: [String: Advisory.Detail?] = [:]
    private var buckets: [LookupKeys.Buckets: [(BoltFile.Bucket, Advisory.DataSource)]] = [:]

    init(_ bolt: BoltFile) { self.bolt = bolt }

    /// In the byte order of the buckets, then of the ids.
    mutating func advisories(_ keys: LookupKeys) throws(BoltFile.Malformed) -> [Advisory] {
        if let advisories = found[keys] { return advisories }
        var advisories: [Advisory] = []
        for (bucket, source) in try roots(keys.buckets) {
            guard let package = try bolt.bucket(keys.name, in: bucket) else { continue }
            try bolt.forEach(in: package) { id, item throws(BoltFile.Malformed) in
                if case .value(let range) = item, let value = try? JSONValue(bolt.bytes(range)) {
                    advisories.append(Advisory(id: id, value, source: source, detail: try detail(id)))
                }
                return true
            }
        }
        found[keys] = advisories
        return advisories
    }

    private mutating func roots(
        _ names: LookupKeys.Buckets
    ) throws(BoltFile.Malformed) -> [(BoltFile.Bucket, Advisory.DataSource)] {
        if let roots = buckets[names] { return roots }
        var roots: [(BoltFile.Bucket, Advisory.DataSource)] = []
        switch names {
        case .exactly(let name):
            if let bucket = try bolt.bucket(name, in: bolt.root) { roots = [(bucket, try source(name))] }
        case .prefixed(let prefix):
            try bolt.forEach(in: bolt.root, from: prefix) { name, item throws(BoltFile.Malformed) in
                guard name.hasPrefix(prefix) else { return false }
                if case .bucket(let bucket) = item { roots.append((bucket, try source(name))) }
                return true
            }
        }
        buckets[names] = roots
        return roots
    }

    private func source(_ name: String) throws(BoltFile.Malformed) -> Advisory.DataSource {
        let sources = try bolt.bucket("data-source", in: bolt.root)
        let bytes =
            try sources.map { bucket throws(BoltFile.Malformed) in try bolt.value(name, in: bucket) } ?? nil
        let value = bytes.flatMap { try? JSONValue($0) }
        return Advisory.DataSource(
            id: value?["ID"]?.text ?? "", name: value?["Name"]?.text ?? "", url: value?["URL"]?.text ?? "")
    }

    private mutating func detail(_ id: String) throws(BoltFile.Malformed) -> Advisory.Detail? {
        if let detail = details[id] { return detail }
        var detail: Advisory.Detail?
        if let bucket = try bolt.bucket("vulnerability", in: bolt.root),
            let bytes = try bolt.value(id, in: bucket)
        {
            detail = (try? JSONValue(bytes)).map(Advisory.Detail.init)
        }
        details[id] = .some(detail)
        return detail
    }
}

extension Advisory {
    /// - SeeAlso: trivy-db, `types.Advisory`.
    fileprivate init(id: String, _ value: JSONValue, source: DataSource, detail: Detail?) {
        let severity = value["Severity"]?.integer.flatMap(Severity.init(rawValue:))
        self.init(
            id: id, fixedVersion: value["FixedVersion"]?.text ?? "",
            vulnerableVersions: value["VulnerableVersions"]?.texts ?? [],
            patchedVersions: value["PatchedVersions"]?.texts ?? [],
            unaffectedVersions: value["UnaffectedVersions"]?.texts ?? [],
            status: FixStatus(trivyNumber: value["Status"]?.integer ?? 0),
            severity: severity == .unknown ? nil : severity, vendorIDs: value["VendorIDs"]?.texts ?? [],
            source: source, detail: detail)
    }
}

extension Advisory.Detail {
    /// - SeeAlso: trivy-db, `types.Vulnerability`.
    fileprivate init(_ value: JSONValue) {
        let severities = (value["VendorSeverity"]?.members ?? []).compactMap { member in
            member.value.integer.flatMap(Severity.init(rawValue:)).map { (member.name, $0) }
        }
        let scores = (value["CVSS"]?.members ?? []).map { ($0.name, Advisory.CVSS($0.value)) }
        self.init(
            title: value["Title"]?.text ?? "", description: value["Description"]?.text ?? "",
            severity: value["Severity"]?.text.flatMap(Severity.init(name:)) ?? .unknown,
            vendorSeverities: Dictionary(severities) { $1 }, cvss: Dictionary(scores) { $1 },
            weaknesses: value["CweIDs"]?.texts ?? [], references: value["References"]?.texts ?? [],
            published: value["PublishedDate"]?.text ?? "", modified: value["LastModifiedDate"]?.text ?? "")
    }
}

extension Advisory.CVSS {
    fileprivate init(_ value: JSONValue) {
        self.init(
            v2Vector: value["V2Vector"]?.text, v3Vector: value["V3Vector"]?.text,
            v40Vector: value["V40Vector"]?.text, v2Score: value["V2Score"]?.double,
            v3Score: value["V3Score"]?.double, v40Score: value["V40Score"]?.double)
    }
}
