// SPDX-License-Identifier: Apache-2.0
import NetworkServers
import PareBytes
import PareModel
import Testing

@testable import PareNetwork

@Suite struct BlobUploadTests {
    private static let content = BlobContent((0..<400_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) })

    private func upload(_ server: UploadServer, _ content: BlobContent = content) async throws {
        let reference = try ImageReference("\(try await server.start())/a/b")
        try await withClient { client in
            var upload = BlobUpload(client: client, reference: reference, content: content)
            upload.pauses = .milliseconds(1)...Duration.milliseconds(5)
            try await upload.send()
        }
    }

    private func sends(_ manners: UploadServer.Manners, _ expected: [String]) async throws {
        let server = UploadServer(manners)
        try await upload(server)
        #expect(server.blobs.keys.sorted() == [Self.content.digest.description])
        #expect(server.openUploads == 0)
        #expect(server.sent == expected)
        await server.stop()
    }

    @Test func goesInOneRequest() async throws {
        try await sends(.init(), ["POST", "PUT 400000"])
        try await sends(.init(isElsewhere: true), ["POST", "PUT 400000"])
    }

    @Test func goesOnWhereItWasCut() async throws {
        try await sends(
            .init(cuts: [150_000]), ["POST", "PUT 400000", "GET", "PATCH 250000", "PUT"])
        try await sends(
            .init(cuts: [150_000, 0, 249_999], isElsewhere: true),
            ["POST", "PUT 400000", "GET", "PATCH 250000", "GET", "PATCH 250000", "GET", "PATCH 1", "PUT"])
        // All had arrived, but for the answer.
        try await sends(.init(cuts: [400_000]), ["POST", "PUT 400000", "GET", "PUT"])
    }

    @Test func goesOnWhereTheRegistrySaysAfterALie() async throws {
        try await sends(
            .init(cuts: [0], lies: "0-5000"), ["POST", "PUT 400000", "GET", "PATCH 394999", "PUT 400000"])
    }

    @Test func beginsAnewWhereTheUploadIsForgotten() async throws {
        try await sends(
            .init(cuts: [100, 200], forgets: true),
            [
                "POST", "PUT 400000", "GET", "DELETE", "POST", "PUT 400000", "GET", "DELETE", "POST",
                "PUT 400000",
            ])
    }

    @Test func isNotSentTwiceWhenTheLastAnswerIsLost() async throws {
        try await sends(.init(losesLastAnswer: true), ["POST", "PUT 400000", "GET", "DELETE"])
    }

    @Test func goesInChunksWhereLongRequestsAreNotTaken() async throws {
        try await sends(
            .init(longest: 150_000),
            ["POST", "PUT 400000", "DELETE", "POST", "PATCH 200000", "DELETE", "POST"]
                + Array(repeating: "PATCH 50000", count: 8) + ["PUT"])
        try await sends(
            .init(longest: 150_000, leastChunk: 130_000),
            ["POST", "PUT 400000", "DELETE", "POST", "PATCH 200000", "DELETE", "POST"]
                + Array(repeating: "PATCH 130000", count: 3) + ["PATCH 10000", "PUT"])
    }

    /// What can never end well ends, says why, and leaves no upload behind.
    @Test(
        arguments: [
            (UploadServer.Manners(cuts: Array(repeating: 0, count: 100)), "could not be sent in 5 tries"),
            (.init(longest: 1000), "does not take the blob"),
            (.init(cuts: Array(repeating: 1, count: 1000)), "could not be sent in 5 tries"),
            (.init(longest: 150_000, keepsNothing: true), "status 400"),
            (.init(saysOtherDigest: true), "was sent"),
            (.init(setsBack: true), "is not sent where it should go on"),
            (
                .init(cuts: Array(repeating: 100, count: 100), lies: "0-999999999999"),
                "could not be sent in 5 tries"
            ),
            (
                .init(cuts: Array(repeating: 100, count: 100), lies: "nonsense"),
                "could not be sent in 5 tries"
            ),
        ] as [(UploadServer.Manners, String)])
    func endsWithAReason(_ manners: UploadServer.Manners, _ reason: String) async throws {
        let server = UploadServer(manners)
        let error = await #expect(throws: (any Error).self) { try await upload(server) }
        #expect((error as? any Explained)?.problem.contains(reason) == true, "\(String(describing: error))")
        #expect(server.openUploads == 0)
        #expect(server.sent.count < 40)
        await server.stop()
    }

    /// The time for the whole counts for all tries together.
    @Test func endsAtTheTimeLimit() async throws {
        let server = UploadServer(.init(setsBack: true))
        let reference = try ImageReference("\(try await server.start())/a/b")
        try await withRegistries(.quick { $0.timeLimit = .milliseconds(500) }) { client in
            var upload = BlobUpload(client: client, reference: reference, content: BlobContent([1, 2, 3]))
            upload.patience = .max
            upload.pauses = .milliseconds(1)...Duration.milliseconds(5)
            await #expect {
                try await upload.send()
            } throws: { error in
                if case .timedOut(_, .total) = error as? NetworkError { true } else { false }
            }
        }
        await server.stop()
    }

    @Test func leavesNoUploadWhenItIsStopped() async throws {
        let server = UploadServer(.init(cuts: Array(repeating: 0, count: 1000)))
        let reference = try ImageReference("\(try await server.start())/a/b")
        try await withClient { client in
            var upload = BlobUpload(client: client, reference: reference, content: Self.content)
            upload.patience = 1000
            upload.pauses = .milliseconds(20)...Duration.milliseconds(20)
            let sending = Task { [upload] in try await upload.send() }
            #expect(await eventually { server.sent.count >= 4 })
            sending.cancel()
            await #expect(throws: (any Error).self) { try await sending.value }
        }
        #expect(server.openUploads == 0)
        await server.stop()
    }
}
