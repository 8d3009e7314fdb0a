// SPDX-License-Identifier: Apache-2.0

/// Something that an image answers differently each time it runs, so that another image may, too.
///
/// What is tolerated is another value; it must still be there, and of the same kind.
public struct Tolerance: Hashable, Sendable, Codable {
    /// `nil` for the standard output of a command.
    public let question: Question?
    /// Where in the answer: `$.uptime`, `$.message word 3`, `line 2 word 5`, `location word 4`.
    public let place: String
    public let kind: Kind

    /// What two values have to be alike in where they are not equal.
    public enum Kind: String, Sendable, Codable, Hashable {
        case number
        /// A date, a time of day, or both, written the same way.
        case timestamp
        case uuid
        /// A run of letters and digits that no person chose, of about the same length.
        case identifier
    }

    public init(question: Question?, place: String, kind: Kind) {
        self.question = question
        self.place = place
        self.kind = kind
    }

    /// `GET /health`, `standard output`.
    public var subject: String { question?.subject ?? "standard output" }

    /// `GET /health $.uptime (number)`.
    public var description: String { "\(subject) \(place) (\(kind.rawValue))" }
}
