// SPDX-License-Identifier: Apache-2.0

import Glibc
package import PareModel

extension [Finding] {
    /// Each id once for a package at a place: of several the first with the greatest fixed version.
    var unique: [Finding] {
        var seen = Set<FindingKey>(minimumCapacity: count)
        // Mostly there is nothing to do, and to copy.
        if allSatisfy({ seen.insert(FindingKey($0)).inserted }) { return self }
        var places: [FindingKey: Int] = [:]
        var kept: [Finding] = []
        for finding in self {
            let key = FindingKey(finding)
            if let place = places[key] {
                if kept[place].fixedVersion.precedes(finding.fixedVersion) { kept[place] = finding }
            } else {
                places[key] = kept.count
                kept.append(finding)
            }
        }
        return kept
    }

    /// In the order of a report: the distribution's packages, then the others by where they are listed;
    /// there by package, version, severity from critical down, id and path, texts by their bytes.
    package var inReportOrder: [Finding] {
        let isDone = indices.dropFirst().allSatisfy { !self[$0].precedes(self[$0 - 1]) }
        return isDone ? self : sorted { $0.precedes($1) }
    }
}

/// What makes two findings the same one.
private struct FindingKey: Hashable {
    let kind: Package.Kind
    let id: String
    let name: String
    let version: String
    let path: String

    init(_ finding: Finding) {
        kind = finding.package.kind
        id = finding.id
        name = finding.package.name
        version = finding.package.version
        path = finding.package.listedPath
    }
}

extension Finding {
    fileprivate func precedes(_ other: Finding) -> Bool {
        let (left, right) = (package, other.package)
        if left.reportSection != right.reportSection {
            return left.reportSection.precedes(right.reportSection)
        }
        if left.name != right.name { return left.name.precedes(right.name) }
        if left.version != right.version { return left.version.precedes(right.version) }
        if severity != other.severity { return severity > other.severity }
        if id != other.id { return id.precedes(other.id) }
        return left.listedPath.precedes(right.listedPath)
    }
}

extension Package {
    /// What a report lists the package under; empty for the distribution's, which come first.
    fileprivate var reportSection: String {
        switch kind {
        case .dpkg, .apk: ""
        case .npm: "Node.js"
        case .python: "Python"
        case .gem: "Ruby"
        case .jar: "Java"
        case .go, .cargo, .node, .cpython: evidence.path
        }
    }

    /// The path that tells two records of one package apart; the distribution has only one record of each.
    fileprivate var listedPath: String { kind.isOperatingSystem ? "" : evidence.path }
}

extension String {
    /// Whether it comes first in the order of bytes.
    func precedes(_ other: String) -> Bool {
        // In one comparison where they lie in one piece, as nearly all do.
        let isBefore = utf8.withContiguousStorageIfAvailable { left in
            other.utf8.withContiguousStorageIfAvailable { right in
                guard let one = left.baseAddress, let two = right.baseAddress else {
                    return left.count < right.count
                }
                let order = memcmp(one, two, min(left.count, right.count))
                return order == 0 ? left.count < right.count : order < 0
            }
        }
        return (isBefore ?? nil) ?? utf8.lexicographicallyPrecedes(other.utf8)
    }
}
