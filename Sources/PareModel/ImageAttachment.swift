// SPDX-License-Identifier: Apache-2.0

/// Something that is attached to an image in a registry: one document, or several that belong together.
public struct ImageAttachment: Hashable, Sendable {
    /// Of its manifest.
    public let digest: Digest
    /// A media type, as whoever attached it says: `application/vnd.cyclonedx+json`.
    public let type: String
    /// When it was attached, as it says itself.
    public let created: String?
    /// The manifest or index that it is attached to.
    public let subject: Digest
    public let files: [File]

    public init(digest: Digest, type: String, created: String?, subject: Digest, files: [File]) {
        self.digest = digest
        self.type = type
        self.created = created
        self.subject = subject
        self.files = files
    }

    /// One of its documents.
    public struct File: Hashable, Sendable {
        /// As whoever attached it says; to be cleaned before it names anything.
        public let name: String?
        public let mediaType: String
        public let digest: Digest
        public let size: ByteCount

        public init(name: String?, mediaType: String, digest: Digest, size: ByteCount) {
            self.name = name
            self.mediaType = mediaType
            self.digest = digest
            self.size = size
        }
    }

    /// Of all its files.
    public var size: ByteCount { files.map(\.size).reduce(.zero, +) }
}

/// All that is attached to an image in a registry.
public struct AttachmentList: Hashable, Sendable {
    /// As it was asked for.
    public let image: String
    /// Of the manifest or index that the name leads to.
    public let digest: Digest
    /// Oldest first, as far as they say when they were attached.
    public let attachments: [ImageAttachment]
    public let diagnostics: [Diagnostic]

    public init(image: String, digest: Digest, attachments: [ImageAttachment], diagnostics: [Diagnostic]) {
        self.image = image
        self.digest = digest
        self.attachments = attachments
        self.diagnostics = diagnostics
    }
}
