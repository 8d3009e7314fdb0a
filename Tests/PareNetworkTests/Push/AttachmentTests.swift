// SPDX-License-Identifier: Apache-2.0
import NetworkServers
import PareBytes
import PareImage
import PareModel
import Testing

@testable import PareNetwork

@Suite struct AttachmentTests {
    private let image = SampleImage(noise: [100])

    private func attach(
        _ text: String, to reference: ImageReference, as type: String = ArtifactType.openVEX,
        at created: String = "2026-01-02T03:04:05Z", _ client: RegistryClient
    ) async throws -> Digest {
        let subject = try await client.manifest(reference).descriptor
        let attaching = Attaching(client, reference, subject: subject, created: created)
        let file = Attaching.File(name: "vex.json", mediaType: type, content: Array(text.utf8))
        return try await attaching.attach([file], as: type).digest
    }

    /// Debian's registry does not keep count, so the tag does.
    @Test func tagListsWhatWasAttached() async throws {
        let registry = try await DockerRegistry()
        try await Pushing(to: registry.place).push(image, "app", tag: "1")
        let reference = try ImageReference("\(registry.place)/app:1")
        try await withClient { client in
            let vex = try await attach(#"{"a": 1}"#, to: reference, client)
            let sbom = try await attach(#"{"b": 1}"#, to: reference, as: ArtifactType.cycloneDX, client)
            let found = try await client.search(reference)
            #expect(found.diagnostics.isEmpty)
            #expect(Set(found.attachments.map(\.digest)) == [vex, sbom])
            let one = try #require(found.attachments.first { $0.digest == vex })
            #expect(one.type == ArtifactType.openVEX && one.created == "2026-01-02T03:04:05Z")
            #expect(one.subject == image.manifest.digest)
            #expect(one.files.map(\.name) == ["vex.json"])
            #expect(one.files.map(\.digest) == [SHA256.digest(of: Array(#"{"a": 1}"#.utf8))])
            // Others read it too.
            let tag = "sha256-\(image.manifest.digest.hex)"
            let index = try JSONValue(
                try await skopeo("inspect", "--raw", "docker://\(registry.place)/app:\(tag)"))
            #expect(
                index["manifests"]?.elements?.compactMap { $0["artifactType"]?.text } == [
                    one.type, ArtifactType.cycloneDX,
                ])
            let raw = try await skopeo("inspect", "--raw", "docker://\(registry.place)/app@\(vex)")
            #expect(try JSONValue(raw)["subject"]?["digest"]?.text == image.manifest.digest.description)
            // The same again changes nothing, at any time; as another type it is something else.
            let later = "2027-01-02T03:04:05Z"
            #expect(try await attach(#"{"a": 1}"#, to: reference, at: later, client) == vex)
            #expect(try await client.search(reference).attachments.count == 2)
            #expect(try await attach(#"{"a": 1}"#, to: reference, as: ArtifactType.csaf, client) != vex)
            #expect(try await client.search(reference).attachments.count == 3)
        }
    }

    @Test func tagIsSharedByManyWriters() async throws {
        let registry = try await DockerRegistry()
        try await Pushing(to: registry.place).push(image, "app", tag: "1")
        let reference = try ImageReference("\(registry.place)/app:1")
        let attached = try await withClient { client in
            try await withThrowingTaskGroup(of: Digest.self) { group in
                for number in 0..<4 {
                    group.addTask { try await attach("{\"number\": \(number)}", to: reference, client) }
                }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
        }
        #expect(attached.count == 4)
        let found = try await withClient { try await $0.search(reference) }
        #expect(Set(found.attachments.map(\.digest)) == attached)
    }

    @Test func whatOthersPutUnderTheTagStays() async throws {
        let server = MemoryRegistry(hasReferrers: false)
        let reference = try ImageReference("\(try await server.start())/a:1")
        let tag = "sha256-\(image.manifest.digest.hex)"
        let theirs =
            #"{"schemaVersion": 2, "annotations": {"by": "them"}, "manifests": [{"size": 3, "digest": "sha512:odd", "more": [1.50]}]}"#
        server.change {
            $0.manifests["1"] = .init(mediaType: image.manifest.mediaType, bytes: image.manifest.bytes)
            $0.manifests[tag] = .init(
                mediaType: "application/vnd.oci.image.index.v1+json", bytes: Array(theirs.utf8))
        }
        let digest = try await withClient { try await attach("{}", to: reference, $0) }
        let index = try JSONValue(try #require(server.change { $0.manifests[tag]?.bytes }))
        #expect(index["annotations"]?["by"]?.text == "them")
        let entries = try #require(index["manifests"]?.elements)
        #expect(entries.count == 2 && entries[1]["digest"]?.text == digest.description)
        #expect(entries[0] == (try JSONValue(Array(theirs.utf8)))["manifests"]?.elements?.first)
        await server.stop()
    }

    @Test func somethingElseUnderTheTagIsLeftAlone() async throws {
        let server = MemoryRegistry(hasReferrers: false)
        let reference = try ImageReference("\(try await server.start())/a:1")
        let tag = "sha256-\(image.manifest.digest.hex)"
        let stored = MemoryRegistry.Stored(mediaType: image.manifest.mediaType, bytes: image.manifest.bytes)
        server.change { ($0.manifests["1"], $0.manifests[tag]) = (stored, stored) }
        try await withClient { client in
            await #expect(throws: AttachError.tagTaken(image: reference.name, tag: tag)) {
                try await attach("{}", to: reference, client)
            }
            let found = try await client.search(reference)
            #expect(found.attachments.isEmpty && found.diagnostics.count == 1)
        }
        #expect(server.change { $0.manifests[tag]?.bytes } == image.manifest.bytes)
        await server.stop()
    }

    @Test func apiIsUsedWhereThereIsOne() async throws {
        let server = MemoryRegistry()
        let reference = try ImageReference("\(try await server.start())/a:1")
        server.change {
            $0.manifests["1"] = .init(mediaType: image.manifest.mediaType, bytes: image.manifest.bytes)
            $0.pageLength = 2
        }
        try await withClient { client in
            var attached: Set<Digest> = []
            for number in 0..<5 {
                attached.insert(try await attach("{\"n\": \(number)}", to: reference, client))
            }
            #expect(server.change { $0.manifests["sha256-\(image.manifest.digest.hex)"] } == nil)
            #expect(Set(try await client.search(reference).attachments.map(\.digest)) == attached)
            // Three pages here, and as many as there were before each of the five.
            #expect(server.requests.count { $0.path.contains("/referrers/") } == 3 + 1 + 1 + 1 + 2 + 2)
        }
        await server.stop()
    }

    /// What cosign and BuildKit attach in their own ways; and what of all is a document for VEX.
    @Test func documentsOfAllKindsAreFound() async throws {
        let server = MemoryRegistry()
        let reference = try ImageReference("\(try await server.start())/a:1")
        let type = "application/vnd.oci.image.manifest.v1+json"
        func artifact(_ texts: [String], _ layerType: String) -> [UInt8] {
            let layers = texts.map { text in
                let bytes = Array(text.utf8)
                let digest = SHA256.digest(of: bytes).description
                server.change { $0.blobs[digest] = bytes }
                return #"{"mediaType": "\#(layerType)", "digest": "\#(digest)", "size": \#(bytes.count)}"#
            }
            return Array(#"{"schemaVersion": 2, "layers": [\#(layers.joined(separator: ","))]}"#.utf8)
        }
        let cosign = artifact([#"{"payloadType": "x"}"#], ArtifactType.envelope)
        let buildkit = artifact([#"{"predicateType": "y"}"#, "not JSON"], ArtifactType.statement)
        let index = Array(
            #"""
            {"schemaVersion": 2, "manifests": [
             {"mediaType": "\#(type)", "digest": "\#(image.manifest.digest)", "size": \#(image.manifest.bytes.count),
              "platform": {"os": "linux", "architecture": "\#(Platform.host.architecture)"}},
             {"mediaType": "\#(type)", "digest": "\#(SHA256.digest(of: buildkit))", "size": \#(buildkit.count),
              "annotations": {"vnd.docker.reference.type": "attestation-manifest",
                              "vnd.docker.reference.digest": "\#(image.manifest.digest)"}}]}
            """#.utf8)
        server.change { state in
            state.manifests["1"] = .init(mediaType: "application/vnd.oci.image.index.v1+json", bytes: index)
            for bytes in [image.manifest.bytes, buildkit] {
                state.manifests[SHA256.digest(of: bytes).description] = .init(mediaType: type, bytes: bytes)
            }
            state.blobs[image.config.digest.description] = image.config.bytes
            state.manifests["sha256-\(image.manifest.digest.hex).att"] = .init(mediaType: type, bytes: cosign)
        }
        try await withClient { client in
            _ = try await attach(#"{"to": "the index"}"#, to: reference, client)
            _ = try await attach(#"{"two": "images"}"#, to: reference, as: ArtifactType.proof, client)
            let found = try await registryImage(
                reference, platform: Platform(architecture: Platform.host.architecture), client: client
            ).attachments()
            let texts = found.documents.map { String(decoding: $0.content, as: UTF8.self) }
            #expect(
                Set(texts) == [#"{"to": "the index"}"#, #"{"payloadType": "x"}"#, #"{"predicateType": "y"}"#])
            #expect(found.diagnostics.isEmpty, "\(found.diagnostics)")
            // A document that is not what its digest says is told of, and no reason to give up.
            server.change {
                $0.blobs[SHA256.digest(of: Array(#"{"payloadType": "x"}"#.utf8)).description] = Array(
                    "{}".utf8)
            }
            let less = try await registryImage(reference, platform: nil, client: client).attachments()
            #expect(less.documents.count == 2 && less.diagnostics.count == 1)
        }
        await server.stop()
    }
}
