// SPDX-License-Identifier: Apache-2.0

/// The name of an image in a registry, with what Docker leaves out of short names filled in:
/// `node:20` is `docker.io/library/node:20`.
///
/// - SeeAlso: distribution/reference, `reference.go` and `normalize.go`; OCI distribution specification, "Pulling manifests".
public struct ImageReference: Hashable, Sendable {
    /// Host, and port where one is named: `docker.io`, `127.0.0.1:5000`.
    public let registry: String
    /// Path in the registry: `library/node`.
    public let repository: String
    /// `nil` only where there is a digest.
    public let tag: String?
    public let digest: Digest?

    /// The registry of names that do not say one.
    public static let dockerHub = "docker.io"

    public init(registry: String, repository: String, tag: String? = nil, digest: Digest? = nil) {
        self.registry = registry
        self.repository = repository
        self.tag = tag ?? (digest == nil ? "latest" : nil)
        self.digest = digest
    }

    /// The reference that a person means by a text.
    ///
    /// - Throws: ``ReferenceError`` for what Docker would not take either.
    public init(_ text: String) throws(ReferenceError) {
        func bad(_ reason: String) -> ReferenceError { ReferenceError(text: text, reason: reason) }
        var rest = text[...]
        var digest: Digest?
        if let at = rest.firstIndex(of: "@") {
            digest = Digest(rest[rest.index(after: at)...])
            guard digest != nil else {
                throw bad("what follows the '@' is no digest, such as sha256:64 hexadecimal digits")
            }
            rest = rest[..<at]
        }
        var tag: Substring?
        if let colon = rest.lastIndex(of: ":"), !rest[colon...].contains("/") {
            tag = rest[rest.index(after: colon)...]
            rest = rest[..<colon]
        }
        guard tag.map(Self.isTag) ?? true else {
            throw bad("a tag is letters, digits, '_', '.' and '-', at most 128 of them")
        }
        let parts = rest.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let isRegistry = parts.count == 2 && Self.isRegistry(parts[0])
        var registry = isRegistry ? String(parts[0]) : Self.dockerHub
        if registry == "index.docker.io" || registry == "registry-1.docker.io" { registry = Self.dockerHub }
        var repository = String(isRegistry ? parts[1] : rest)
        if registry == Self.dockerHub, !repository.contains("/") { repository = "library/" + repository }
        guard repository.utf8.count <= 255 else { throw bad("its name is longer than 255 characters") }
        guard repository.split(separator: "/", omittingEmptySubsequences: false).allSatisfy(Self.isComponent)
        else {
            throw bad(
                rest.contains { $0.isUppercase }
                    ? "a repository's name is in lower case"
                    : "a repository's name is lower-case letters and digits, with '.', '_', '-' and '/' between"
            )
        }
        self.init(registry: registry, repository: repository, tag: tag.map(String.init), digest: digest)
    }

    /// Whether the first part of a name is a registry, as Docker tells them from user names.
    private static func isRegistry(_ text: Substring) -> Bool {
        guard text.contains(where: { $0 == "." || $0 == ":" || $0.isUppercase }) || text == "localhost" else {
            return false
        }
        return text.utf8.allSatisfy { byte in
            isLetterOrDigit(byte) || (0x41...0x5A).contains(byte)
                || [0x2D, 0x2E, 0x3A, 0x5B, 0x5D].contains(byte)
        }
    }

    private static func isTag(_ text: Substring) -> Bool {
        guard (1...128).contains(text.utf8.count), let first = text.utf8.first else { return false }
        let isWord = { (byte: UInt8) in isLetterOrDigit(byte) || (0x41...0x5A).contains(byte) || byte == 0x5F
        }
        return isWord(first) && text.utf8.allSatisfy { isWord($0) || $0 == 0x2E || $0 == 0x2D }
    }

    /// Lower-case letters and digits, with one `.`, one or two `_`, or any number of `-` between them.
    private static func isComponent(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, let last = text.utf8.last, isLetterOrDigit(first),
            isLetterOrDigit(last)
        else { return false }
        return text.utf8.split(whereSeparator: isLetterOrDigit).allSatisfy { between in
            let word = String(between) ?? ""
            return word == "." || word == "_" || word == "__"
                || word.allSatisfy { $0 == "-" } && !word.isEmpty
        }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
    }

    /// What stands for it in a manifest's address: the digest where there is one.
    public var manifestName: String { digest?.description ?? tag ?? "latest" }

    /// The repository with its registry: `docker.io/library/node`.
    public var name: String { "\(registry)/\(repository)" }
}

extension ImageReference: CustomStringConvertible {
    /// In full: `docker.io/library/node:20`.
    public var description: String {
        name + (tag.map { ":" + $0 } ?? "") + (digest.map { "@\($0)" } ?? "")
    }

    /// As people write it: `node:20`.
    public var familiar: String {
        let official = "\(Self.dockerHub)/library/"
        let hub = Self.dockerHub + "/"
        let text = description
        if text.hasPrefix(official) { return String(text.dropFirst(official.count)) }
        return text.hasPrefix(hub) ? String(text.dropFirst(hub.count)) : text
    }
}

/// Why a text is not the name of an image.
public struct ReferenceError: Explained, Hashable {
    let text: String
    public let reason: String

    public var problem: String { "'\(text)' is not an image's name: \(reason)" }
    public var hint: String? {
        "name it as Docker does: 'node:20', 'registry.example:5000/team/app@sha256:…'"
    }
}
