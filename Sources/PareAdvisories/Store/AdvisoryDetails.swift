// SPDX-License-Identifier: Apache-2.0
import PareBytes
package import PareModel
import Synchronization

/// What a store knows of vulnerabilities whatever the package.  Each is read once, when it is first asked for; several may
/// ask at the same time.
package final class AdvisoryDetails: Sendable {
    private let store: AdvisoryStore
    private let feeds: BoltBucket?
    private let runtime: BoltBucket?
    private let known = Mutex(Dictionary<Place, Advisory.Detail?>(minimumCapacity: 1024))

    private struct Place: Hashable {
        let isOfRuntime: Bool
        let id: String
    }

    /// The buckets are of what the feeds say and of what is said of runtimes.
    init(of store: AdvisoryStore, feeds: BoltBucket?, runtime: BoltBucket?) {
        self.store = store
        self.feeds = feeds
        self.runtime = runtime
    }

    /// What is known of the vulnerability that an advisory on a package is about; `nil` for nothing.
    ///
    /// - Throws: ``AdvisoryError``.
    package func detail(of advisory: Advisory, on package: Package) throws -> Advisory.Detail? {
        let place = Place(isOfRuntime: package.kind == .node, id: advisory.id)
        if let detail = known.withLock({ $0[place] }) { return detail }
        let detail = try store.explaining {
            let (bolt, bucket) = place.isOfRuntime ? (store.runtime, runtime) : (store.bolt, feeds)
            return try bucket?.value(advisory.id).map { Advisory.Detail(try bolt.json($0, of: advisory.id)) }
        }
        known.withLock { $0[place] = .some(detail) }
        return detail
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
