// SPDX-License-Identifier: Apache-2.0

package import PareModel

/// A Dockerfile made of another, with the reason of each change.
package struct Rewrite: Sendable {
    /// One change.
    package struct Edit: Sendable, Hashable {
        /// Of the original file, from 1: what was changed, or what gave rise to something new.
        package let line: Int
        /// One sentence, in lower case.
        package let reason: String

        package init(line: Int, reason: String) {
            self.line = line
            self.reason = reason
        }
    }

    /// By line.  Empty where the file could not be rewritten: ``diagnostics`` then say why.
    package let edits: [Edit]

    /// What was not understood, is not carried over, or may behave otherwise; by line.
    package let diagnostics: [Diagnostic]

    /// The new file; the old one unchanged where there are no edits.
    package let text: String
}

/// Rewrites a Dockerfile by a recipe: text to text; nothing is built, read or asked for.
///
/// Each line of the old file is carried over, changed with an edit that says why, or reported in a
/// diagnostic.  A file that is not understood comes back as it was, without edits.
///
/// - Parameters:
///   - dockerfile: the file as it is.
///   - application: what the build context says.
///   - recipe: what is to be done.
///   - day: the day on which support of release lines is judged.
///   - releases: the table of release lines to judge by.
/// - Returns: the new file, with the reasons.
package func rewrite(
    _ dockerfile: Dockerfile, for application: ApplicationFacts, recipe: Recipe, on day: Day,
    releases: ReleaseTable = .onBoard
) -> Rewrite {
    let target = Target(of: dockerfile)
    let kind: Kind
    do throws(StartCommand.Unavailable) { kind = try Kind(of: target) } catch {
        let remark = Remark(
            severity: .warning, message: "not understood: \(error.reason)",
            line: target.root.instructions[0].line)
        return Rewrite(edits: [], diagnostics: [remark.diagnostic], text: dockerfile.text)
    }
    var draft = Draft(
        dockerfile, target: target, kind: kind, application: application, recipe: recipe, day: day,
        releases: releases)
    for rule in Rule.all where draft.obstacle == nil { rule.apply(&draft) }
    let diagnostics = draft.diagnostics.sorted { $0.line < $1.line }
    if let obstacle = draft.obstacle {
        let all = diagnostics.filter { $0.severity == .note } + [obstacle]
        return Rewrite(edits: [], diagnostics: all.map(\.diagnostic), text: dockerfile.text)
    }
    return Rewrite(
        edits: draft.edits.enumerated().sorted { ($0.1.line, $0.0) < ($1.1.line, $1.0) }.map(\.1),
        diagnostics: diagnostics.map(\.diagnostic), text: draft.rendered)
}

/// Something to tell about a line.
struct Remark {
    let severity: Diagnostic.Severity
    let message: String
    let line: Int

    var diagnostic: Diagnostic { Diagnostic(severity, message, at: "Dockerfile:\(line)") }
}
