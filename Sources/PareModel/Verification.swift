// SPDX-License-Identifier: Apache-2.0

/// What checking a proof again has shown.
public struct Verification: Sendable, Codable {
    /// The application's name, and when its proof was made, RFC 3339 in UTC.
    public let application: String
    public let made: String
    /// How many files of the proof were looked at, and which are not as they were recorded.
    public let files: Int
    public let damaged: [Change]
    /// What the proof rests on and is not as it was.
    public let inputs: [Change]
    /// Why the image could not be built or started again; `nil` where it could, or was not to be.
    public let failure: String?
    /// How the image that was built anew answers otherwise than the one before the fix did; `nil` where none was started.
    public let differences: [Comparison.Difference]?
    /// How many questions it was asked.
    public let questions: Int
    /// What the proof says of the image, and what is so with today's data.
    public let comparison: Comparison

    /// Something that is not as it was.
    public struct Change: Sendable, Codable, Hashable {
        /// The name of a file, an image, or a program.
        public let subject: String
        /// `changed`, `missing`, `new`, or a few words more.
        public let what: String
        public init(_ subject: String, _ what: String) {
            self.subject = subject
            self.what = what
        }
    }

    public init(
        application: String, made: String, files: Int, damaged: [Change], inputs: [Change], failure: String?,
        differences: [Comparison.Difference]?, questions: Int, comparison: Comparison
    ) {
        self.application = application
        self.made = made
        self.files = files
        self.damaged = damaged
        self.inputs = inputs
        self.failure = failure
        self.differences = differences
        self.questions = questions
        self.comparison = comparison
    }

    /// Whether the proof is whole, and the image can be built and answers as it says.
    public var holds: Bool { damaged.isEmpty && failure == nil && differences?.isEmpty != false }
}
