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
}
