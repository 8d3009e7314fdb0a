// SPDX-License-Identifier: Apache-2.0
import PareAdvisories
import PareImage
import PareInventory
import PareMatch
import PareModel

extension [Finding] {
    /// The same findings, those dismissed that an image's programs show to be out of reach; and why others are not.
    func dismissedByEvidence(
        in tree: FileTree, config: ImageConfig, distro: Distro?
    ) throws -> (findings: [Finding], diagnostics: [Diagnostic]) {
        let known = flaws(in: Flaw.onBoard, distro: distro)
        guard !known.isEmpty else { return (self, []) }
        let facts = try ProgramFacts(of: tree, config: config, asking: ProgramQuestion(about: known))
        return dismissed(by: facts, flaws: known)
    }
}
