// SPDX-License-Identifier: Apache-2.0
import PareAdvisories
import PareImage
import PareInventory
import PareMatch
import PareModel

extension [Finding] {
    /// The same findings, those dismissed that an image's programs show to be out of reach; and why others are not.
    ///
    /// What the distribution has set aside by its word is looked at too: what everybody can check counts for more.
    func dismissedByEvidence(
        in reading: ImageReading, config: ImageConfig, distro: Distro?
    ) throws -> (findings: [Finding], diagnostics: [Diagnostic]) {
        let isWord = { (finding: Finding) in finding.dismissal.map { $0.by == distro?.family } ?? false }
        let known = map { isWord($0) ? $0.reopened : $0 }.flaws(in: Flaw.onBoard, distro: distro)
        guard !known.isEmpty else { return (self, []) }
        let facts = try ProgramFacts(
            of: reading.tree, config: config, gaps: reading.gaps, asking: ProgramQuestion(about: known))
        let judged = dismissed(by: facts, flaws: known)
        let findings = judged.findings.map { finding in
            guard isWord(finding) else { return finding }
            let shown = [finding.reopened].dismissed(by: facts, flaws: known).findings[0]
            return shown.isOpen ? finding : shown
        }
        return (findings, judged.diagnostics)
    }
}
