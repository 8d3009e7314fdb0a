// SPDX-License-Identifier: Apache-2.0

package import PareModel

/// How good an image is: by open findings, the critical ones first, then by size.  Less is better.
package struct CandidateScore: Comparable, Hashable, Sendable {
    /// Open findings from critical down to unknown.
    package let openFindings: [Int]
    /// Of the uncompressed layers; as great as can be where not known.
    package let size: ByteCount

    package init(_ report: ScanReport) {
        let counts = Dictionary(report.open.map { ($0.severity, 1) }, uniquingKeysWith: +)
        openFindings = Severity.allCases.sorted(by: >).map { counts[$0] ?? 0 }
        size = report.image?.size ?? ByteCount(Int64.max)
    }

    package static func < (left: Self, right: Self) -> Bool {
        left.openFindings == right.openFindings
            ? left.size < right.size : left.openFindings.lexicographicallyPrecedes(right.openFindings)
    }
}
