// SPDX-License-Identifier: Apache-2.0

/// What a fix is going to try.
public struct FixPlan: Sendable, Codable, Hashable {
    /// In the order in which they are tried.
    public let candidates: [Entry]
    /// Recipes that come to nothing here.
    public let leftOut: [LeftOut]

    /// A candidate.
    public struct Entry: Sendable, Codable, Hashable {
        /// The recipe's name.
        public let name: String
        /// What is done and why it is expected to help, a sentence each.
        public let purposes: [String]
        /// How many changes to the Dockerfile it takes.
        public let edits: Int
        /// Images that its build starts from.
        public let bases: [String]

        public init(name: String, purposes: [String], edits: Int, bases: [String]) {
            self.name = name
            self.purposes = purposes
            self.edits = edits
            self.bases = bases
        }
    }

    /// A recipe that is not tried.
    public struct LeftOut: Sendable, Codable, Hashable {
        public let name: String
        public let reason: String

        public init(name: String, reason: String) {
            self.name = name
            self.reason = reason
        }
    }

    public init(candidates: [Entry], leftOut: [LeftOut]) {
        self.candidates = candidates
        self.leftOut = leftOut
    }
}
