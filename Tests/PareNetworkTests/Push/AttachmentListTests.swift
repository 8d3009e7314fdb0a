// SPDX-License-Identifier: Apache-2.0
import NIOHTTP1
import NetworkServers
import PareBytes
import PareModel
import Testing

@testable import PareNetwork

/// Lists of attachments as no decent registry gives them.
@Suite struct AttachmentListTests {
    private let image = SampleImage(noise: [100])

    /// A registry that lies about what is attached leads to nothing that is not attached, and is told of.
    @Test func liesArePassedOver() async throws {
        let server = MemoryRegistry()
        let place = try await server.start()
        let reference = try ImageReference("\(place)/a:1")
        let subject = image.manifest.digest.description
        func manifest(_ text: String) -> ([UInt8], Digest) {
            (Array(text.utf8), SHA256.digest(of: Array(text.utf8)))
        }
        func entry(_ digest: Digest, _ size: Int) -> JSONValue {
            .record([("digest", .string(digest.description)), ("size", .number("\(size)"))])
        }
        let type = "application/vnd.oci.image.manifest.v1+json"
        let (good, goodDigest) = manifest(
            #"{"schemaVersion": 2, "subject": {"digest": "\#(subject)"}, "layers": []}"#)
        let (other, otherDigest) = manifest(#"{"schemaVersion": 2, "subject": {"digest": "\#(goodDigest)"}}"#)
        let (changed, changedDigest) = manifest(
            #"{"schemaVersion": 2, "subject": {"digest": "\#(subject)"}, "x": 1}"#)
        let (broken, brokenDigest) = manifest("no manifest at all")
        let (_, goneDigest) = manifest("gone")
        server.change {
            $0.manifests["1"] = .init(mediaType: image.manifest.mediaType, bytes: image.manifest.bytes)
            $0.manifests[goodDigest.description] = .init(mediaType: type, bytes: good)
            $0.manifests[otherDigest.description] = .init(mediaType: type, bytes: other)
            $0.manifests[changedDigest.description] = .init(mediaType: type, bytes: changed + [0x20])
            $0.manifests[brokenDigest.description] = .init(mediaType: type, bytes: broken)
            $0.referrers[subject] = [
                entry(otherDigest, other.count), entry(changedDigest, changed.count),
                entry(goneDigest, 4), entry(brokenDigest, broken.count), entry(goodDigest, good.count),
                .string("nonsense"), .record([("digest", .string("sha256:short")), ("size", .number("1"))]),
            ]
        }
        try await withClient { client in
            let found = try await client.search(reference)
            #expect(found.attachments.map(\.digest) == [goodDigest])
            // One for each of the four, and one for the entries that cannot be read.
            #expect(found.diagnostics.count == 5, "\(found.diagnostics)")
            server.change { $0.referrers[subject] = [entry(goodDigest, good.count + 1)] }
            let longer = try await client.search(reference)
            #expect(longer.attachments.isEmpty && longer.diagnostics.count == 1)
            // Thousands of entries cost no more requests than there are to be looked at.
            server.change {
                $0.referrers[subject] = (0..<5000).map { entry(SHA256.digest(of: Array("\($0)".utf8)), $0) }
            }
            let before = server.requests.count
            let many = try await client.search(reference)
            #expect(many.attachments.isEmpty && server.requests.count - before < 220)
        }
        await server.stop()
    }

    /// Lists without end, elsewhere or of another kind.
    @Test func listsAreBounded() async throws {
        let server = MemoryRegistry()
        let place = try await server.start()
        let reference = try ImageReference("\(place)/a:1")
        let path = "/v2/a/referrers/\(image.manifest.digest)"
        let index = Array(#"{"schemaVersion": 2, "manifests": []}"#.utf8)
        let type = "application/vnd.oci.image.index.v1+json"
        func lie(_ type: String, _ link: String?, _ bytes: [UInt8]) {
            server.change {
                let headers = [("Content-Type", type)] + (link.map { [("Link", $0)] } ?? [])
                $0.lies[path] = .answer(200, .init(headers), bytes)
            }
        }
        server.change {
            $0.manifests["1"] = .init(mediaType: image.manifest.mediaType, bytes: image.manifest.bytes)
        }
        try await withClient { client in
            lie(type, "<\(path)?again>; rel=\"next\"", index)
            let endless = try await client.search(reference)
            #expect(endless.diagnostics.count == 1)
            #expect(server.requests.count { $0.path == path } == 50)
            lie(type, "<http://127.0.0.1:1/v2/a/referrers/>; rel=\"next\"", index)
            let elsewhere = try await client.search(reference)
            #expect(elsewhere.diagnostics.isEmpty)
            // A page for people, as some answer all they do not know; then the tag is asked.
            lie("text/html", nil, Array("<html>".utf8))
            let people = try await client.search(reference)
            #expect(people.attachments.isEmpty)
            #expect(
                server.requests.contains {
                    $0.path.hasSuffix("/manifests/sha256-\(image.manifest.digest.hex)")
                })
            lie(type, nil, [UInt8](repeating: 0x20, count: 5 << 20))
            await #expect(throws: (any Error).self) { try await client.search(reference) }
        }
        await server.stop()
    }

    /// The time limit is for the whole list, however quickly each page of it comes.
    @Test func listsEndAtTheTimeLimit() async throws {
        let type = "application/vnd.oci.image.index.v1+json"
        let server = try await LoopbackServer { request in
            let headers: HTTPHeaders = [
                "Content-Type": type, "Link": "<\(request.path)?n=\(request.uri.count)>; rel=\"next\"",
            ]
            let page = WireStep.answer(200, headers, Array(#"{"schemaVersion":2,"manifests":[]}"#.utf8))
            return request.path.contains("/referrers/") ? [.wait(.milliseconds(200)), page] : [page]
        }
        let reference = try ImageReference("\(server.place)/a:1")
        _ = try await withRegistries(.quick { $0.timeLimit = .seconds(1) }) { client in
            await #expect {
                _ = try await client.search(reference)
            } throws: { error in
                if case .timedOut(_, .total) = error as? NetworkError { true } else { false }
            }
        }
        #expect(server.requests.count < 10)
    }
}

extension RegistryClient {
    /// What is attached to what a name leads to.
    func search(_ reference: ImageReference) async throws -> AttachmentSearch.Result {
        let named = try await manifest(reference).descriptor.digest
        return try await AttachmentSearch(self, reference, subjects: [named]).run()
    }
}
