// SPDX-License-Identifier: Apache-2.0

/// What an image is expected to come to before it is built: rough figures that order candidates and are in no result.
package struct Expectation: Comparable, Hashable, Sendable {
    package let openFindings: Int
    package let megabytes: Int

    package init(openFindings: Int, megabytes: Int) {
        self.openFindings = openFindings
        self.megabytes = megabytes
    }

    /// The fewest findings first, then the smallest.
    package static func < (left: Self, right: Self) -> Bool {
        (left.openFindings, left.megabytes) < (right.openFindings, right.megabytes)
    }

    package static func + (left: Self, right: Self) -> Expectation {
        Expectation(
            openFindings: left.openFindings + right.openFindings, megabytes: left.megabytes + right.megabytes)
    }
}

extension Recipe {
    package var expectation: Expectation { steps.map(\.traits.change).reduce(provider.expectation, +) }

    /// What is done, and why it is expected to help: a sentence for the base and one for each step.
    package var purposes: [String] {
        [provider.purpose] + Step.allCases.filter(steps.contains).map(\.traits.purpose)
    }

    /// Whether an image by this recipe has all that one by another has and maybe more, so that it cannot be better.
    package func isContained(in other: Recipe) -> Bool {
        provider.name == other.provider.name && steps.isStrictSubset(of: other.steps)
            && other.steps.subtracting(steps).allSatisfy(\.traits.onlyTakesAway)
    }
}

/// What is known of a step before it is tried.
private struct Traits {
    /// By how much it is expected to change an image.
    let change: Expectation
    /// Whether it puts no package into the image, and takes away more than it adds.
    let onlyTakesAway: Bool
    /// Why it helps: one sentence.
    let purpose: String

    init(_ findings: Int, _ megabytes: Int, onlyTakesAway: Bool, _ purpose: String) {
        change = Expectation(openFindings: findings, megabytes: megabytes)
        self.onlyTakesAway = onlyTakesAway
        self.purpose = purpose
    }
}

extension Recipe.Step {
    /// What moves what the image is made of, and may close nothing, is expected to close nothing: it is tried where plainer
    /// recipes leave something open.
    fileprivate var traits: Traits {
        switch self {
        case .productionDependenciesOnly:
            Traits(
                -1, -60, onlyTakesAway: true,
                "what only development needs goes away, and its findings with it")
        case .compileAhead:
            Traits(
                0, -20, onlyTakesAway: true,
                "what is compiled is compiled in the build, so that compilers stay there")
        case .strip: Traits(0, -10, onlyTakesAway: true, "programs lose their symbol tables")
        case .linkStatically:
            Traits(
                -10, -40, onlyTakesAway: false,
                "a Go program is built so that it needs nothing of the system")
        case .withoutUnusedModules:
            Traits(
                0, 0, onlyTakesAway: true, "Python loses modules that nothing imports, and what they link to")
        case .withoutForeignFunctions:
            Traits(0, 0, onlyTakesAway: true, "Python loses ctypes, by which any function could be reached")
        case .supportedRuntime:
            Traits(-10, 0, onlyTakesAway: false, "the runtime moves to a release line that still gets fixes")
        case .newestPatch:
            Traits(
                0, 0, onlyTakesAway: false, "a base that is pinned to a patch moves to the newest of its line"
            )
        case .upgradedPackages:
            Traits(0, 0, onlyTakesAway: false, "packages of the system are upgraded to what the archive has")
        case .newerDebian:
            Traits(
                0, 0, onlyTakesAway: false,
                "bases move to the newest Debian, whose libraries may have fewer findings")
        }
    }
}
