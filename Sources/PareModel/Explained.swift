// SPDX-License-Identifier: Apache-2.0

/// An error that reaches a person: what happened, and what to do.
public protocol Explained: Error, Sendable {
    /// What happened, in lower case, with the input's name in quotes: `no image in 'a.tar'`.
    var problem: String { get }

    /// The next command or thing to try, where there is one.
    var hint: String? { get }
}

/// Something odd that was survived: it stands beside a result, never in place of one.
public struct Diagnostic: Hashable, Sendable, Codable {
    /// How much it matters.
    public enum Severity: String, Sendable, Codable {
        /// Good to know.
        case note
        /// The result may be incomplete or other than expected.
        case warning
    }

    public let severity: Severity

    /// One sentence, in lower case.
    public let message: String

    /// Where: a path in the image, or `Dockerfile:12`.
    public let location: String?

    public init(_ severity: Severity, _ message: String, at location: String? = nil) {
        self.severity = severity
        self.message = message
        self.location = location
    }
}
