// SPDX-License-Identifier: Apache-2.0

/// One thing to ask a running application.
public struct Question: Hashable, Sendable, Codable {
    public let method: String
    /// With a leading slash.
    public let path: String
    public let contentType: String?
    public let body: String?

    public init(method: String = "GET", path: String, contentType: String? = nil, body: String? = nil) {
        self.method = method
        self.path = path
        self.contentType = contentType
        self.body = body
    }
}

/// What an application said to one question.
public struct Answer: Hashable, Sendable, Codable {
    public let question: Question
    /// HTTP status, 100 … 599.
    public let status: Int
    public let contentType: String
    public let body: String
    /// Whether the body was cut at the limit.
    public let isCut: Bool

    public init(question: Question, status: Int, contentType: String, body: String, isCut: Bool = false) {
        self.question = question
        self.status = status
        self.contentType = contentType
        self.body = body
        self.isCut = isCut
    }
}

/// What a started image did.
public struct Behaviour: Sendable, Codable {
    /// In the order of the questions; empty for an image without a port.
    public let answers: [Answer]
    /// From start to the first answer, or to the end of a command, in seconds.
    public let startSeconds: Double
    /// For a command that ended by itself.
    public let exitCode: Int?
    /// Standard output and standard error, the last 256 KiB of each.
    public let output: String
    public let errors: String

    public init(answers: [Answer], startSeconds: Double, exitCode: Int?, output: String, errors: String) {
        self.answers = answers
        self.startSeconds = startSeconds
        self.exitCode = exitCode
        self.output = output
        self.errors = errors
    }
}
