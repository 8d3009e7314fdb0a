// SPDX-License-Identifier: Apache-2.0

/// Changes to an application's manifest and lock file that close findings in the packages it depends on.
public struct DependencyPatch: Hashable, Sendable, Codable {
    /// The steps, each of which can be taken without the others.
    public let steps: [Step]
    /// What the steps come to in the application's folder, lock file included.
    public let files: [File]

    /// A file of the application, as it was and as it is to be.
    public struct File: Hashable, Sendable, Codable {
        /// From the application's folder: `package-lock.json`.
        public let path: String
        /// `nil` for a file that was not there.
        public let before: String?
        public let after: String
        public init(path: String, before: String?, after: String) {
            self.path = path
            self.before = before
            self.after = after
        }
    }

    /// One change of a manifest, or of what a lock file holds a package to.
    public struct Step: Hashable, Sendable, Codable {
        /// `qs`, `@babel/core`.
        public let package: String
        /// Version before, and the version or range that is asked for.
        public let from: String
        public let to: String
        public let means: Means
        /// From the application down to the package: `["express", "body-parser", "qs"]`.
        public let requiredBy: [String]
        /// Ids of the findings that it closes.
        public let closes: [String]
        public let crossesMajor: Bool
        /// One sentence, in lower case.
        public let reason: String
        /// What has to move with it: these are taken together, or not at all.
        public let companions: [Companion]

        public enum Means: String, Sendable, Codable {
            /// The lock file moves within what the manifests allow.
            case update
            /// The manifest asks for another version of a direct dependency.
            case dependency
            /// The manifest overrules what another package asks for (`overrides`, `resolutions`, constraints).
            case override
            /// The package goes away.
            case removal
        }

        public init(
            package: String, from: String, to: String, means: Means, requiredBy: [String], closes: [String],
            crossesMajor: Bool, reason: String, companions: [Companion] = []
        ) {
            self.package = package
            self.from = from
            self.to = to
            self.means = means
            self.requiredBy = requiredBy
            self.closes = closes
            self.crossesMajor = crossesMajor
            self.reason = reason
            self.companions = companions
        }
    }

    /// A package that has no part in a finding, held to one version that another package's step does not go with.
    public struct Companion: Hashable, Sendable, Codable {
        public let package: String
        public let from: String
        public let to: String
        public let crossesMajor: Bool
        /// One sentence, in lower case: `needed by Flask 3.1.3`.
        public let reason: String

        public init(package: String, from: String, to: String, crossesMajor: Bool, reason: String) {
            self.package = package
            self.from = from
            self.to = to
            self.crossesMajor = crossesMajor
            self.reason = reason
        }
    }

    public init(steps: [Step], files: [File]) {
        self.steps = steps
        self.files = files
    }
}

extension [DependencyPatch.Step] {
    /// What has to move with the steps and is none of them, each package once.
    public var companions: [DependencyPatch.Companion] {
        var seen = Set(map(\.package))
        return flatMap(\.companions).filter { seen.insert($0.package).inserted }
    }
}

extension DependencyPatch.Step {
    /// The reason, and that a major version is crossed where it is.
    public var why: String { crossesMajor ? reason + "; another major version" : reason }
}

extension DependencyPatch.Companion {
    /// The reason, and that a major version is crossed where it is.
    public var why: String { crossesMajor ? reason + "; another major version" : reason }
}
