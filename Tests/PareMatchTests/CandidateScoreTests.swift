// SPDX-License-Identifier: Apache-2.0

import PareMatch
import PareModel
import Testing

@Suite struct CandidateScoreTests {
    static func report(_ severities: [Severity], size: Int?, dismissed: Int = 0) -> ScanReport {
        let open = severities.map { Finding.sample(severity: $0) }
        let aside = (0..<dismissed).map { _ in
            Finding.sample(severity: .critical, dismissal: Dismissal(by: "x", reason: "y"))
        }
        return .sample(findings: open + aside, size: size)
    }

    /// From best to worst.
    static let ordered = [
        report([], size: 10), report([], size: 20, dismissed: 3), report([], size: nil),
        report([.unknown], size: 1),
        report([.low], size: 1), report([.medium], size: 1), report([.high], size: 1),
        report([.high, .low, .low], size: 1), report([.high, .high], size: 1), report([.critical], size: 1),
        report([.critical, .high], size: 1),
    ].map { CandidateScore($0) }

    @Test func countsTheWorstFindingsFirst() {
        for (score, next) in zip(Self.ordered, Self.ordered.dropFirst()) {
            #expect(score < next)
            #expect(!(next < score))
        }
        #expect(CandidateScore(Self.report([.low], size: 1)) == CandidateScore(Self.report([.low], size: 1)))
    }

    /// Findings, packages, size and edits of two images, the first of which is the better one.
    @Test(arguments: [
        (better: ([Severity.low], 9, 9, 9), worse: ([Severity.medium], 1, 1, 1), by: "findings"),
        (([], 9, 9, 9), ([.unknown], 1, 1, 1), "findings"),
        (([.high], 1, 9, 9), ([.high], 2, 1, 1), "packages"),
        (([.high], 2, 1, 9), ([.high], 2, 2, 1), "size"),
        (([], 2, 2, 1), ([], 2, 2, 2), "edits"),
    ])
    func tiesAreBroken(
        better: ([Severity], Int, Int, Int), worse: ([Severity], Int, Int, Int), by what: String
    ) {
        let (left, right) = (Self.score(better), Self.score(worse))
        #expect(left < right && !(right < left) && left != right, "\(what)")
    }

    private static func score(_ image: ([Severity], Int, Int, Int)) -> CandidateScore {
        let packages = (0..<image.1).map { Package.sample(.npm, "p\($0)") }
        let findings = image.0.map { Finding.sample(severity: $0) }
        return CandidateScore(
            .sample(packages: packages, findings: findings, size: image.2), edits: image.3)
    }
}
