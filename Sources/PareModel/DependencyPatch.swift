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
            crossesMajor: Bool, reason: String
        ) {
            self.package = package
            self.from = from
            self.to = to
            self.means = means
            self.requiredBy = requiredBy
            self.closes = closes
            self.crossesMajor = crossesMajor
            self.reason = reason
        }
    }

    public init(steps: [Step], files: [File]) {
        self.steps = steps
        self.files = files
    }
}
