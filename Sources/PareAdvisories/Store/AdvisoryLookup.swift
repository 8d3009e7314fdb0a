// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareModel

/// Looks advisories up by the name of their package.
struct AdvisoryLookup {
    private let bolt: BoltFile
    private let sources: BoltBucket?
    private var buckets: [LookupPlace.Buckets: [(bucket: BoltBucket, source: Advisory.DataSource)]] = [:]

    init(_ bolt: BoltFile) throws {
        self.bolt = bolt
        sources = try bolt.bucket(["data-source"])
    }

    /// Entries of one bucket at a place, which are still to be read.
    struct Pile: Sendable {
        let place: LookupPlace
        fileprivate let bolt: BoltFile
        fileprivate let source: Advisory.DataSource
        fileprivate let entries: ArraySlice<BoltEntry>

        /// Without details.
        ///
        /// - Throws: ``AdvisoryError/corrupt(file:reason:)`` for a value that is not JSON.
        func advisories() throws(AdvisoryError) -> [Advisory] {
            var advisories: [Advisory] = []
            advisories.reserveCapacity(entries.count)
            for entry in entries where !entry.isBucket {
                let id = entry.key
                advisories.append(Advisory(id: id, try bolt.json(entry.value, of: id), source: source))
            }
            return advisories
        }
    }

    /// A kernel has thousands of entries, most packages a few.
    private static let pileLimit = 64

    /// In the byte order of the buckets, then of the ids.
    ///
    /// - Throws: ``BoltError``, and ``AdvisoryError/corrupt(file:reason:)`` for a source that is not JSON.
    mutating func piles(at place: LookupPlace) throws -> [Pile] {
        var piles: [Pile] = []
        for (bucket, source) in try roots(place.buckets) {
            var entries = try (bucket.bucket(place.name)?.entries() ?? [])[...]
            while !entries.isEmpty {
                let part = entries.prefix(Self.pileLimit)
                piles.append(Pile(place: place, bolt: bolt, source: source, entries: part))
                entries = entries[part.endIndex...]
            }
        }
        return piles
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
        let record = try sources?.value(bucket).map { try bolt.json($0, of: bucket) }
        return Advisory.DataSource(
            id: record?["ID"]?.text ?? "", name: record?["Name"]?.text ?? "", url: record?["URL"]?.text ?? "")
    }
}

extension BoltFile {
    /// What a value says.
    func json(_ bytes: [UInt8], of key: String) throws(AdvisoryError) -> JSONValue {
        do throws(JSONValue.Malformed) {
            return try JSONValue(bytes)
        } catch {
            throw AdvisoryError.corrupt(file: path, reason: "what it says of '\(key)' is not JSON")
        }
    }
}

extension Advisory {
    /// - SeeAlso: trivy-db, `types.Advisory`.
    fileprivate init(id: String, _ record: JSONValue, source: DataSource) {
        let severity = record["Severity"]?.integer.flatMap(Severity.init(rawValue:))
        self.init(
            id: id, fixedVersion: record["FixedVersion"]?.text ?? "",
            vulnerableVersions: record["VulnerableVersions"]?.texts ?? [],
            patchedVersions: record["PatchedVersions"]?.texts ?? [],
            unaffectedVersions: record["UnaffectedVersions"]?.texts ?? [],
            status: FixStatus(trivyNumber: record["Status"]?.integer ?? 0),
            severity: severity == .unknown ? nil : severity, vendorIDs: record["VendorIDs"]?.texts ?? [],
            source: source)
    }
}
