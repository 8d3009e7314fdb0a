// SPDX-License-Identifier: Apache-2.0
import NetworkServers
import PareBytes
import PareModel
import Testing

@testable import PareKit

@Suite struct HostileAttachmentTests {
    /// Sizes that a number does not hold together are too much, and nothing is fetched.
    @Test(arguments: [[Int64.max, .max], [.max, .max, 2], [Int64(1) << 30, 1], [Int64.max]])
    func fetchesNoMoreThanFits(_ sizes: [Int64]) async throws {
        let image = Array(#"{"schemaVersion":2,"config":{},"layers":[]}"#.utf8)
        let layers = sizes.enumerated().map { number, size in
            let digest = SHA256.digest(of: Array("\(number)".utf8))
            return #"{"mediaType":"application/json","digest":"\#(digest)","size":\#(size)}"#
        }
        let subject = SHA256.digest(of: image)
        let artifact = Array(
            #"{"schemaVersion":2,"layers":[\#(layers.joined(separator: ","))],"subject":{"digest":"\#(subject)"}}"#
                .utf8)
        let index = #"""
            {"schemaVersion":2,"manifests":[{"digest":"\#(SHA256.digest(of: artifact))","size":\#(artifact.count)}]}
            """#
        let server = try await LoopbackServer { request in
            switch request.path.split(separator: "/").dropFirst(2).first {
            case "referrers":
                return [answer(Array(index.utf8), "application/vnd.oci.image.index.v1+json")]
            case "manifests" where request.path.hasSuffix("/1"): return [answer(image)]
            case "manifests" where request.path.hasSuffix("\(SHA256.digest(of: artifact))"):
                return [answer(artifact)]
            default: return [.answer(request.path == "/v2/" ? 200 : 404)]
            }
        }
        let folder = try ScratchFolder(name: "pare-tests")
        let listing = ListAttachments(
            reference: "\(server.place)/x:1", platform: nil, folder: folder.path + "/fetched")
        let setup = Setup(environment: ["HOME": folder.path], progress: .silent)
        await #expect {
            try await listing.run(in: setup)
        } throws: { error in
            if case .tooMuch = error as? AttachmentError { true } else { false }
        }
        #expect(server.requests.contains { $0.path.contains("\(SHA256.digest(of: artifact))") })
        #expect(!server.requests.contains { $0.path.contains("/blobs/") })
        #expect(try namesInFolder(folder.path).isEmpty)
        await server.stop()
    }
}

private func answer(_ body: [UInt8], _ type: String = "application/json") -> WireStep {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: \(type)\r\nContent-Length: \(body.count)\r\n\r\n"
    return .send(Array(head.utf8) + body)
}
