// SPDX-License-Identifier: Apache-2.0

/// One way to fix an application: where its image is to come from, and what is done to the application.
package struct Recipe: Sendable {
    /// What can be done beside changing the base.
    package enum Step: String, Sendable, CaseIterable {
        /// What only development needs is taken away before the image is put together.
        case productionDependenciesOnly
        /// TypeScript is compiled in the build, and not at each start.
        case compileAhead
        /// Bases past the end of their release line are moved to one that still gets updates.
        case supportedRuntime
        /// Bases that are pinned to a patch are moved to the newest of their line.
        case newestPatch
        /// Bases are moved to the newest Debian.
        case newerDebian
        /// Debian packages of which the image keeps something are upgraded to what the archive has.
        case upgradedPackages
        /// Symbol tables are taken out of the runtime's executable.
        case strip
    }

    /// Shown to users: `distill+compiled`.
    package let name: String
    package let provider: Provider
    package let steps: Set<Step>

    /// The plainest first; they are tried in the order of what they are expected to come to.
    package static let all: [Recipe] = [
        Recipe(name: "chainguard", provider: .chainguard, steps: []),
        Recipe(name: "distill", provider: .distill, steps: []),
        Recipe(
            name: "distill+compiled", provider: .distill,
            steps: [.productionDependenciesOnly, .compileAhead, .strip]),
        Recipe(
            name: "distill+compiled+node24", provider: .distill,
            steps: [.productionDependenciesOnly, .compileAhead, .strip, .supportedRuntime]),
        Recipe(
            name: "distill+compiled+current", provider: .distill,
            steps: [
                .productionDependenciesOnly, .compileAhead, .strip, .supportedRuntime, .newestPatch,
                .upgradedPackages,
            ]),
        Recipe(
            name: "distill+compiled+current+debian", provider: .distill,
            steps: [
                .productionDependenciesOnly, .compileAhead, .strip, .supportedRuntime, .newestPatch,
                .upgradedPackages, .newerDebian,
            ]),
    ]

    package static func named(_ name: String) -> Recipe? { all.first { $0.name == name } }
}
