// SPDX-License-Identifier: Apache-2.0

/// A family of bases that the final image can stand on.
package struct Provider: Sendable {
    /// Shown to users: `distill`.
    package let name: String

    /// How node is called in its final image.
    let node: String

    /// What `ENTRYPOINT` begins with, before node.
    let launcher: [String]

    /// Who the process runs as where the old file did not say.
    let user: String

    /// Whether user names that the build made exist in the final image.
    let keepsUserNames: Bool

    /// Lines that the final stage needs because nothing below it says so.
    let environment: @Sendable (Draft) -> [String]

    /// What an image on it is expected to come to, before any step.
    let expectation: Expectation

    /// Why it helps: one sentence, in lower case.
    package let purpose: String

    /// What a person must know of system packages that the build installs: one sentence.
    let libraries: @Sendable (Draft) -> String

    /// Looks at the base that was, and says in the draft what becomes of the build stage's.
    let prepare: @Sendable (inout Draft) -> Void

    /// The lines between the build stage and the application in the final stage: further stages, and the
    /// final stage up to its own settings.
    let stages: @Sendable (Draft) -> [String]

    package static let all: [Provider] = [.chainguard, .distill]
}
