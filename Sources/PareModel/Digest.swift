// SPDX-License-Identifier: Apache-2.0

/// The name of a content: `sha256:` and 64 hexadecimal digits, or `sha512:` and 128.
///
/// - SeeAlso: OCI image specification, descriptor.md, "Digests".
public struct Digest: Hashable, Sendable, Comparable {
    public enum Algorithm: String, Sendable { case sha256, sha512 }

    public let algorithm: Algorithm

    /// Lower-case hexadecimal digits.
    public let hex: String

    /// The digest written in a text; `nil` where the text is not one.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let algorithm = Algorithm(rawValue: String(parts[0])) else { return nil }
        let length = algorithm == .sha256 ? 64 : 128
        let isHex = parts[1].utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        guard parts[1].utf8.count == length, isHex else { return nil }
        self.algorithm = algorithm
        self.hex = String(parts[1])
    }

    /// The SHA-256 digest with the given 32 bytes.
    public init(sha256 bytes: some Sequence<UInt8>) { self.init(.sha256, bytes) }

    /// The SHA-512 digest with the given 64 bytes.
    public init(sha512 bytes: some Sequence<UInt8>) { self.init(.sha512, bytes) }

    private init(_ algorithm: Algorithm, _ bytes: some Sequence<UInt8>) {
        let digits = Array("0123456789abcdef".utf8)
        self.algorithm = algorithm
        hex = String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    public static func < (left: Self, right: Self) -> Bool { left.description < right.description }
}

extension Digest: CustomStringConvertible {
    public var description: String { algorithm.rawValue + ":" + hex }

    /// Twelve digits, as Docker shows them.
    public var short: String { String(hex.prefix(12)) }
}

extension Digest: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let digest = Digest(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "'\(text)' is not a digest")
        }
        self = digest
    }
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
