// SPDX-License-Identifier: Apache-2.0

/// One thing to ask a running application.
public struct Question: Hashable, Sendable, Codable {
    public let method: String
    /// With a leading slash.
    public let path: String
    public let contentType: String?
    public let body: String?
    /// More header fields, in the order in which they are sent.
    public let headers: [HeaderField]
    /// What the user calls it; tells it from others of the same method and path.
    public let name: String?

    public init(
        method: String = "GET", path: String, contentType: String? = nil, body: String? = nil,
        headers: [HeaderField] = [], name: String? = nil
    ) {
        self.method = method
        self.path = path
        self.contentType = contentType
        self.body = body
        self.headers = headers
        self.name = name
    }

    /// `GET /health`, or `GET /books (as a guest)` for one with a name.
    public var subject: String { "\(method) \(path)" + (name.map { " (\($0))" } ?? "") }
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
    /// The other header fields that a client acts upon, names in lower case; of cookies no value.
    public let headers: [HeaderField]

    public init(
        question: Question, status: Int, contentType: String, body: String, isCut: Bool = false,
        headers: [HeaderField] = []
    ) {
        self.question = question
        self.status = status
        self.contentType = contentType
        self.body = body
        self.isCut = isCut
        self.headers = headers
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
    /// The most memory that its processes had together, without what the kernel caches of files that they only
    /// read; `nil` where it was not seen.
    public let peakMemory: ByteCount?
    /// Who its first process was; `nil` where that was not seen.
    public let user: UserNumbers?
    /// What two runs of the image answered differently; empty where it ran only once.
    public let tolerances: [Tolerance]
    /// Where it listened, and where it should have: on the port that its image or the user names.  `nil` for a command.
    public let port: Int?
    public let namedPort: Int?

    public init(
        answers: [Answer], startSeconds: Double, exitCode: Int?, output: String, errors: String,
        peakMemory: ByteCount? = nil, user: UserNumbers? = nil, tolerances: [Tolerance] = [],
        port: Int? = nil,
        namedPort: Int? = nil
    ) {
        self.answers = answers
        self.startSeconds = startSeconds
        self.exitCode = exitCode
        self.output = output
        self.errors = errors
        self.peakMemory = peakMemory
        self.user = user
        self.tolerances = tolerances
        self.port = port
        self.namedPort = namedPort
    }

    /// The same with what may differ from run to run.
    public func tolerating(_ tolerances: [Tolerance]) -> Behaviour {
        Behaviour(
            answers: answers, startSeconds: startSeconds, exitCode: exitCode, output: output, errors: errors,
            peakMemory: peakMemory, user: user, tolerances: tolerances, port: port, namedPort: namedPort)
    }
}

/// A user and a group by their numbers.
public struct UserNumbers: Hashable, Sendable, Codable {
    public let user: UInt32
    public let group: UInt32

    public init(user: UInt32, group: UInt32) {
        self.user = user
        self.group = group
    }
}

extension KeyedDecodingContainer {
    /// Behaviours that were written down before there were these lists lack them; what the compiler derives comes here.
    func decode(_ type: [HeaderField].Type, forKey key: Key) throws -> [HeaderField] {
        try decodeIfPresent(type, forKey: key) ?? []
    }

    func decode(_ type: [Tolerance].Type, forKey key: Key) throws -> [Tolerance] {
        try decodeIfPresent(type, forKey: key) ?? []
    }
}
