// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareModel

/// Looks advisories up by name, each name and each vulnerability once.
struct AdvisoryLookup {
    private let bolt: BoltFile
    private let details: BoltBucket?
    private let sources: BoltBucket?
    private var buckets: [LookupPlace.Buckets: [(bucket: BoltBucket, source: Advisory.DataSource)]] = [:]
    private var found: [LookupPlace: [Advisory]] = [:]
    private var foundDetails: [String: Advisory.Detail?] = [:]

    init(_ bolt: BoltFile) throws {
        self.bolt = bolt
        details = try bolt.bucket(["vulnerability"])
        sources = try bolt.bucket(["data-source"])
        // What an image with a kernel in it leads to.
        foundDetails.reserveCapacity(4096)
    }

    /// In the byte order of the buckets, then of the ids.
    ///
    /// - Throws: ``BoltError``, and ``AdvisoryError/corrupt(file:reason:)`` for a value that is not JSON.
    mutating func advisories(at place: LookupPlace) throws -> [Advisory] {
        if let advisories = found[place] { return advisories }
        var advisories: [Advisory] = []
        for (bucket, source) in try roots(place.buckets) {
            for entry in try bucket.bucket(place.name)?.entries() ?? [] where !entry.isBucket {
                let id = entry.key
                let record = try json(entry.value, of: id)
                advisories.append(Advisory(id: id, record, source: source, detail: try detail(id)))
            }
        }
        found[place] = advisories
        return advisories
    }

    private mutating func roots(
        _ place: LookupPlace.Buckets
    ) throws -> [(bucket: BoltBucket, source: Advisory.DataSource)] {
        if let roots = buckets[place] { return roots }
        let entries =
            switch place {
            case .exactly(let name): [try bolt.root.entry(name)].compactMap(\.self)
            case .prefixed(let prefix): try bolt.root.entries(startingWith: prefix)
            }
        let roots = try entries.compactMap { entry in
            try entry.bucket.map { (bucket: $0, source: try source(of: entry.key)) }
        }
        buckets[place] = roots
        return roots
    }

    private func source(of bucket: String) throws -> Advisory.DataSource {
        let record = try sources?.value(bucket).map { try json($0, of: bucket) }
        return Advisory.DataSource(
            id: record?["ID"]?.text ?? "", name: record?["Name"]?.text ?? "", url: record?["URL"]?.text ?? "")
    }

    private mutating func detail(_ id: String) throws -> Advisory.Detail? {
        if let detail = foundDetails[id] { return detail }
        let detail = try details?.value(id).map { Advisory.Detail(try json($0, of: id)) }
        foundDetails[id] = .some(detail)
        return detail
    }

    private func json(_ bytes: [UInt8], of key: String) throws -> JSONValue {
        do throws(JSONValue.Malformed) {
            return try JSONValue(bytes)
        } catch {
            throw AdvisoryError.corrupt(file: bolt.path, reason: "what it says of '\(key)' is not JSON")
        }
    }
}

extension Advisory {
    /// - SeeAlso: trivy-db, `types.Advisory`.
    fileprivate init(id: String, _ record: JSONValue, source: DataSource, detail: Detail?) {
        let severity = record["Severity"]?.integer.flatMap(Severity.init(rawValue:))
        self.init(
            id: id, fixedVersion: record["FixedVersion"]?.text ?? "",
            vulnerableVersions: record["VulnerableVersions"]?.texts ?? [],
            patchedVersions: record["PatchedVersions"]?.texts ?? [],
            unaffectedVersions: record["UnaffectedVersions"]?.texts ?? [],
            status: FixStatus(trivyNumber: record["Status"]?.integer ?? 0),
            severity: severity == .unknown ? nil : severity, vendorIDs: record["VendorIDs"]?.texts ?? [],
            source: source, detail: detail)
    }
}

extension Advisory.Detail {
    /// - SeeAlso: trivy-db, `types.Vulnerability`.
    fileprivate init(_ record: JSONValue) {
        let severities = (record["VendorSeverity"]?.members ?? []).compactMap { member in
            member.value.integer.flatMap(Severity.init(rawValue:)).map { (member.name, $0) }
        }
        let scores = (record["CVSS"]?.members ?? []).map { ($0.name, Advisory.CVSS($0.value)) }
        self.init(
            title: record["Title"]?.text ?? "", description: record["Description"]?.text ?? "",
            severity: record["Severity"]?.text.flatMap(Severity.init(name:)) ?? .unknown,
            vendorSeverities: Dictionary(severities) { $1 }, cvss: Dictionary(scores) { $1 },
            weaknesses: record["CweIDs"]?.texts ?? [], references: record["References"]?.texts ?? [],
            published: record["PublishedDate"]?.text ?? "", modified: record["LastModifiedDate"]?.text ?? "")
    }
}

extension Advisory.CVSS {
    fileprivate init(_ record: JSONValue) {
        self.init(
            v2Vector: record["V2Vector"]?.text, v3Vector: record["V3Vector"]?.text,
            v40Vector: record["V40Vector"]?.text, v2Score: record["V2Score"]?.double,
            v3Score: record["V3Score"]?.double, v40Score: record["V40Score"]?.double)
    }
}
