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
        /// Go programs are built without C's library, so that nothing of the system is needed.
        case linkStatically
        /// Modules of Python's library that link to more of the system are left out where nothing imports them.
        case withoutUnusedModules
        /// So is `ctypes`, by which a program may call any function of any library.
        case withoutForeignFunctions

        /// The kinds of applications that it means something to.
        var kinds: Set<ApplicationKind> {
            switch self {
            case .linkStatically: [.program]
            case .withoutUnusedModules, .withoutForeignFunctions: [.python]
            default: Set(ApplicationKind.allCases)
            }
        }
    }

    /// Shown to users: `distill+compiled`.
    package let name: String
    package let provider: Provider
    package let steps: Set<Step>
    /// What it is made for.
    package let kinds: Set<ApplicationKind>

    init(
        name: String, provider: Provider, kinds: Set<ApplicationKind> = [.node], steps: Set<Step>
    ) {
        self.name = name
        self.provider = provider
        self.kinds = kinds
        self.steps = steps
    }

    /// The plainest first; they are tried in the order of what they are expected to come to.
    package static let all: [Recipe] = [
        Recipe(name: "chainguard", provider: .chainguard, steps: []),
        Recipe(name: "distill", provider: .distill, kinds: Set(ApplicationKind.allCases), steps: []),
        Recipe(
            name: "distill+compiled", provider: .distill, kinds: [.node, .python, .program],
            steps: [.productionDependenciesOnly, .compileAhead, .strip]),
        Recipe(
            name: "distill+compiled+static", provider: .distill, kinds: [.program],
            steps: [.productionDependenciesOnly, .linkStatically]),
        Recipe(
            name: "distill+compiled+lean", provider: .distill, kinds: [.python],
            steps: [.productionDependenciesOnly, .compileAhead, .strip, .withoutUnusedModules]),
        Recipe(
            name: "distill+compiled+lean+noctypes", provider: .distill, kinds: [.python],
            steps: [
                .productionDependenciesOnly, .compileAhead, .strip, .withoutUnusedModules,
                .withoutForeignFunctions,
            ]),
        Recipe(
            name: "distill+compiled+node24", provider: .distill,
            steps: [.productionDependenciesOnly, .compileAhead, .strip, .supportedRuntime]),
        Recipe(
            name: "distill+compiled+current", provider: .distill, kinds: Set(ApplicationKind.allCases),
            steps: all(.supportedRuntime, .newestPatch, .upgradedPackages)),
        Recipe(
            name: "distill+compiled+current+debian", provider: .distill,
            kinds: Set(ApplicationKind.allCases),
            steps: all(.supportedRuntime, .newestPatch, .upgradedPackages, .newerDebian)),
    ]

    /// All steps that leave out what is not needed, of whatever kind, and some more.
    private static func all(_ more: Step...) -> Set<Step> {
        let usual: Set<Step> = [
            .productionDependenciesOnly, .compileAhead, .strip, .linkStatically, .withoutUnusedModules,
            .withoutForeignFunctions,
        ]
        return usual.union(more)
    }

    /// Those that are made for what a Dockerfile builds, with the steps that mean something to it; all where that is not
    /// understood, so that they say why.
    package static func fitting(_ dockerfile: Dockerfile) -> [Recipe] {
        guard let kind = try? Kind(of: Target(of: dockerfile)).id else { return all }
        return all.filter { $0.kinds.contains(kind) }.map { recipe in
            Recipe(
                name: recipe.name, provider: recipe.provider, kinds: recipe.kinds,
                steps: recipe.steps.filter { $0.kinds.contains(kind) })
        }
    }

    package static func named(_ name: String) -> Recipe? { all.first { $0.name == name } }
}
