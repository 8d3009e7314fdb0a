// SPDX-License-Identifier: Apache-2.0
import NIOHTTP1
import PareBytes
import PareModel

/// Media types of the OCI image specification that pare writes.
package enum MediaType {
    package static let manifest = "application/vnd.oci.image.manifest.v1+json"
    package static let index = "application/vnd.oci.image.index.v1+json"
    package static let config = "application/vnd.oci.image.config.v1+json"
    package static let layer = "application/vnd.oci.image.layer.v1.tar"
    package static let empty = "application/vnd.oci.empty.v1+json"
}

extension Descriptor {
    /// As it stands in manifests and indexes.
    var json: JSONValue {
        .record([
            ("mediaType", .string(mediaType)), ("digest", .string(digest.description)),
            ("size", .number("\(size)")), ("artifactType", artifactType.map(JSONValue.string)),
            ("platform", platform?.json),
            ("annotations", annotations.isEmpty ? nil : .object(annotations: annotations)),
        ])
    }
}

extension Platform {
    fileprivate var json: JSONValue {
        .record([
            ("architecture", .string(architecture)), ("os", .string(os)),
            ("variant", variant.isEmpty ? nil : .string(variant)),
        ])
    }
}

extension JSONValue {
    static func object(annotations: [String: String]) -> JSONValue {
        .record(annotations.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
    }
}

extension RegistryClient {
    private static var manifestTries: Int { 4 }

    /// Stores a manifest or index under a tag, or under its own digest.
    ///
    /// - Parameters:
    ///   - bytes: As they are to be stored.
    ///   - mediaType: What they are.
    ///   - digest: Of the bytes.
    ///   - tag: `nil` to store it under its digest only.
    ///   - reference: The repository.
    /// - Returns: The answer's headers.
    /// - Throws: ``PushError/digestDiffers(reference:sent:registry:)``, ``NetworkError`` and what the registry answers.
    @discardableResult
    func put(
        _ bytes: [UInt8], mediaType: String, digest: Digest, tag: String?, of reference: ImageReference
    ) async throws -> HTTPHeaders {
        let answer: HTTPAnswer
        var number = 1
        while true {
            do {
                answer = try await request(
                    .PUT, "manifests/\(tag ?? digest.description)", of: reference,
                    headers: ["Content-Type": mediaType], body: .bytes(bytes), pushing: true,
                    accepting: [200, 201, 202])
                break
            } catch RegistryError.refused(_, 400, _) where number < Self.manifestTries {
                // Debian's registry does not find a blob at the moment in which somebody else sends the same.
                try await Task.sleep(for: .milliseconds(100 * number))
                number += 1
            }
        }
        try await answer.finish()
        let name = reference.name + (tag.map { ":\($0)" } ?? "@\(digest)")
        if let stored = answer.headers.first(name: "Docker-Content-Digest"),
            let other = Digest(stored), other.algorithm == digest.algorithm, other != digest
        {
            throw PushError.digestDiffers(reference: name, sent: digest, registry: stored)
        }
        return answer.headers
    }
}
