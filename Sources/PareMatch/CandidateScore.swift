// SPDX-License-Identifier: Apache-2.0

package import PareModel

/// How good an image is.  Less is better: first open findings, the critical ones first, then packages, then size, and of
/// two that are alike in all of these the one that changes less.
package struct CandidateScore: Comparable, Hashable, Sendable {
    /// Open findings from critical down to unknown.
    package let openFindings: [Int]
    package let packages: Int
    /// Of the uncompressed layers; as great as can be where not known.
    package let size: ByteCount
    /// How much of the Dockerfile and of the manifests was changed to get there.
    package let edits: Int

    package init(_ report: ScanReport, edits: Int = 0) {
        let counts = Dictionary(report.open.map { ($0.severity, 1) }, uniquingKeysWith: +)
        openFindings = Severity.allCases.sorted(by: >).map { counts[$0] ?? 0 }
        packages = report.packages.count
        size = report.image?.size ?? ByteCount(Int64.max)
        self.edits = edits
    }

    package static func < (left: Self, right: Self) -> Bool {
        guard left.openFindings == right.openFindings else {
            return left.openFindings.lexicographicallyPrecedes(right.openFindings)
        }
        return (left.packages, left.size, left.edits) < (right.packages, right.size, right.edits)
    }
}
