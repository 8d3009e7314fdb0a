// SPDX-License-Identifier: Apache-2.0
import NIOHTTP1
import PareBytes
import PareImage
package import PareModel

extension RegistryClient {
    /// The manifest or index that a reference names, verified: against the digest that is asked for, or else the one that the
    /// registry says; where a mirror gives something else, the next place is asked.  The deadline is for all of it.
    ///
    /// - Throws: ``RegistryError``, ``NetworkError``; `CancellationError`.
    package func manifest(_ reference: ImageReference, until deadline: Deadline? = nil) async throws
        -> Manifest
    {
        try await read(
            "manifests/\(reference.manifestName)", of: reference, headers: ["Accept": Manifest.accepted],
            until: deadline
        ) { answer, place in
            var manifest = try await Manifest(answer, of: reference)
            manifest.detour = place.detour(from: reference)
            return manifest
        }
    }

    /// What a reference leads to, without its content: by HEAD, or by GET where a registry does not answer that.
    ///
    /// - Throws: ``RegistryError``, ``NetworkError``; `CancellationError`.
    package func descriptor(of reference: ImageReference) async throws -> Descriptor {
        let answer = try await request(
            .HEAD, "manifests/\(reference.manifestName)", of: reference,
            headers: ["Accept": Manifest.accepted],
            accepting: [200, 400, 404, 405, 501])
        let headers = answer.headers
        guard answer.status == 200,
            let digest = headers.first(name: "Docker-Content-Digest").flatMap({ Digest($0) }),
            let size = headers.first(name: "Content-Length").flatMap({ Int64($0) }), size >= 0,
            reference.digest.map({ $0 == digest }) ?? true
        else { return try await manifest(reference).descriptor }
        return Descriptor(
            mediaType: headers.first(name: "Content-Type") ?? "", digest: digest, size: size)
    }
}

extension Manifest {
    /// What a registry answers, read to its end and verified.
    fileprivate init(_ answer: HTTPAnswer, of reference: ImageReference) async throws {
        let image = reference.familiar
        let bytes: [UInt8]
        do {
            bytes = try await answer.body.collect(limit: Manifest.lengthLimit, from: answer.url)
        } catch NetworkError.tooLong(_, let limit) {
            throw RegistryError.tooLong(image: image, part: "the manifest", limit: limit)
        }
        let claimed =
            reference.digest ?? answer.headers.first(name: "Docker-Content-Digest").flatMap { Digest($0) }
        let actual = RunningDigest.digest(of: bytes, by: claimed?.algorithm ?? .sha256)
        if let claimed, claimed != actual {
            throw RegistryError.digestLies(
                image: image, part: "the manifest", claimed: claimed, actual: actual)
        }
        try self.init(
            bytes, digest: actual, type: answer.headers.first(name: "Content-Type"), of: image)
    }

    /// What the bytes say.  `type` is what the registry says that they are; what they say of themselves counts for more.
    ///
    /// - Throws: ``RegistryError``, in which `image` is named.
    init(_ bytes: [UInt8], digest: Digest, type: String?, of image: String) throws(RegistryError) {
        let json: JSONValue
        do {
            json = try JSONValue(bytes)
        } catch {
            throw .broken(image: image, part: "the manifest", reason: "not JSON, at byte \(error.offset)")
        }
        guard json.members != nil else {
            throw .broken(image: image, part: "the manifest", reason: "it is not an object")
        }
        let told = type.map { String($0.prefix { $0 != ";" }) } ?? ""
        let mediaType = json["mediaType"]?.text ?? told
        guard json["schemaVersion"]?.integer != 1, !mediaType.contains("distribution.manifest.v1") else {
            throw .schema1(image: image)
        }
        // Readers that go by the type and readers that go by the content would see two images.
        guard json["manifests"] == nil || json["layers"] == nil && json["config"] == nil else {
            throw .broken(
                image: image, part: "the manifest", reason: "it is that of an image and an index at once")
        }
        let descriptor = Descriptor(mediaType: mediaType, digest: digest, size: Int64(bytes.count))
        self.init(descriptor: descriptor, bytes: bytes, json: json)
    }

    /// Whether it lists images, by its type or by what it holds.
    package var isIndex: Bool {
        ListedImage.isIndex(descriptor.mediaType) || json["manifests"] != nil
    }
}
