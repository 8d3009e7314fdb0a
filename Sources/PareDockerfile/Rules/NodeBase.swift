// SPDX-License-Identifier: Apache-2.0

extension Rule {
    /// Looks whether the image is a Node.js application's, and makes of the last stage the one that builds.
    static let nodeBase = Rule(name: "node base") { draft in
        let root = draft.target.root
        guard let base = draft.target.base else {
            return draft.stop(
                root.instructions[0].line,
                "not understood: the base '\(root.base)' hangs on a variable without a value")
        }
        guard base.isNode else {
            return draft.stop(
                root.instructions[0].line, "not understood: the base '\(root.base)' is not a Node.js image")
        }
        draft.nodeMajor = ReleaseTag(base.tag ?? "latest", of: "node", in: draft.releases).major
        draft.provider.prepare(&draft)
    }
}
