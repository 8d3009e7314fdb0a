// SPDX-License-Identifier: Apache-2.0

/// A file by its name and content.
public struct FileDigest: Sendable, Codable, Hashable {
    /// From the folder that is spoken of, or as a person named it.
    public let path: String
    /// Of its bytes.
    public let digest: Digest
    public init(path: String, digest: Digest) {
        self.path = path
        self.digest = digest
    }
}

/// What a fix rests on, so that it can be checked again later.
public struct FixInputs: Sendable, Codable {
    /// The program's version.
    public let pare: String
    /// The Dockerfile, under the name it was found by.
    public let dockerfile: FileDigest
    /// Of the list of the build context's files: the SHA-256 of the text that is written as `context.sha256`.
    public let context: Digest
    /// The images that the Dockerfiles start from, each by the ID that the engine has it under.
    public let bases: [Base]
    /// Which advisory data, and the digest of its file; `nil` where that could not be read.
    public let data: StoreFacts
    public let dataDigest: Digest?
    /// The file of ids that were set aside; `nil` where there was none.
    public let ignoreFile: String?
    /// Where VEX documents were, as they were named.
    public let vex: [String]
    /// The digests of the ignore file and of those VEX documents that are single files.
    public let documents: [FileDigest]
    /// Severities that count; `nil` for all.
    public let severities: [Severity]?
    /// Whether findings that no version fixes were left out.
    public let ignoresUnfixed: Bool
    /// Whether nothing was set aside, whoever said what.
    public let dismissesNothing: Bool
    /// What was asked, in this order.
    public let questions: [Question]
    /// The port that was asked; `nil` for the exposed one.
    public let port: Int?
    /// Seconds the application had until it listened.
    public let startLimit: Int

    /// An image that a build starts from.
    public struct Base: Sendable, Codable, Hashable {
        public let name: String
        /// `sha256:…`.
        public let id: String
        public init(name: String, id: String) {
            self.name = name
            self.id = id
        }
    }

    public init(
        pare: String, dockerfile: FileDigest, context: Digest, bases: [Base], data: StoreFacts,
        dataDigest: Digest?, ignoreFile: String?, vex: [String], documents: [FileDigest],
        severities: [Severity]?, ignoresUnfixed: Bool,
        dismissesNothing: Bool, questions: [Question], port: Int?, startLimit: Int
    ) {
        self.pare = pare
        self.dockerfile = dockerfile
        self.context = context
        self.bases = bases
        self.data = data
        self.dataDigest = dataDigest
        self.ignoreFile = ignoreFile
        self.vex = vex
        self.documents = documents
        self.severities = severities
        self.ignoresUnfixed = ignoresUnfixed
        self.dismissesNothing = dismissesNothing
        self.questions = questions
        self.port = port
        self.startLimit = startLimit
    }
}
