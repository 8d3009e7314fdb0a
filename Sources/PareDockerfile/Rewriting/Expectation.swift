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
    package var expectation: Expectation { steps.map(\.change).reduce(provider.expectation, +) }

    /// What is done, and why it is expected to help: a sentence for the base and one for each step.
    package var purposes: [String] {
        [provider.purpose] + Step.allCases.filter(steps.contains).map(\.purpose)
    }

    /// Whether an image by this recipe has all that one by another has and maybe more, so that it cannot be better.
    package func isContained(in other: Recipe) -> Bool {
        provider.name == other.provider.name && steps.isStrictSubset(of: other.steps)
            && other.steps.subtracting(steps).allSatisfy(\.onlyTakesAway)
    }
}

extension Recipe.Step {
    /// By how much it is expected to change an image.
    fileprivate var change: Expectation {
        switch self {
        case .productionDependenciesOnly: Expectation(openFindings: -1, megabytes: -60)
        case .compileAhead: Expectation(openFindings: 0, megabytes: -20)
        case .supportedRuntime: Expectation(openFindings: -10, megabytes: 0)
        case .strip: Expectation(openFindings: 0, megabytes: -10)
        }
    }

    fileprivate var purpose: String {
        switch self {
        case .productionDependenciesOnly: "what only development needs goes away, and its findings with it"
        case .compileAhead: "TypeScript is compiled in the build, so that the compiler can stay there"
        case .supportedRuntime: "the runtime moves to a release line that still gets fixes"
        case .strip: "the runtime's executable loses its symbol tables"
        }
    }

    /// Whether it puts no package into the image, and takes away more than it adds.
    fileprivate var onlyTakesAway: Bool {
        switch self {
        case .productionDependenciesOnly, .compileAhead, .strip: true
        case .supportedRuntime: false
        }
    }
}
