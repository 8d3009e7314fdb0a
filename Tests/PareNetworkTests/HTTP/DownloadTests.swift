// SPDX-License-Identifier: Apache-2.0
import NIOHTTP1
import NetworkServers
import PareBytes
import Synchronization
import Testing

@testable import PareNetwork

/// Downloads that are cut: they go on where the server can tell that the rest is of the same content, and begin anew
/// where it cannot.
@Suite struct DownloadTests {
    /// A server of one file, which changes after some answers.
    private struct Origin: Sendable {
        var content = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }
        var tag: String? = "\"first\""
        var changed: String?
        var knowsRanges = true
        /// The part that it gives begins so many bytes later than it says.
        var lie = 0
        /// What replaces the content after the first answer.
        var later: (content: [UInt8], tag: String?)?

        func answer(_ request: ServedRequest) -> WireStep {
            var now = self
            if let later, request.turn > 0 { (now.content, now.tag) = later }
            return now.part(asked: request.headers)
        }

        private func part(asked: HTTPHeaders) -> WireStep {
            var headers: HTTPHeaders = ["Date": "Thu, 01 Jan 2026 00:00:09 GMT"]
            if let tag { headers.add(name: "ETag", value: tag) }
            if let changed { headers.add(name: "Last-Modified", value: changed) }
            let condition = asked.first(name: "If-Range")
            guard knowsRanges, let range = asked.first(name: "Range"),
                condition == nil || condition == tag || condition == changed,
                let start = Int(range.dropFirst("bytes=".count).dropLast())
            else { return .answer(200, headers, content) }
            guard start < content.count else { return .answer(416) }
            let told = "bytes \(start + lie)-\(content.count - 1)/\(content.count)"
            headers.add(name: "Content-Range", value: told)
            return .answer(206, headers, Array(content[start...]))
        }
    }

    private struct Outcome {
        let bytes: [UInt8]
        /// `Range` and `If-Range` of each request.
        let ranges: [String?]
        let conditions: [String?]
        /// What was written into all files together.
        let files: Int
    }

    private func download(_ origin: Origin, _ faults: [Fault], limit: Int64 = 1 << 20) async throws
        -> Outcome
    {
        let server = try await LoopbackServer { [origin.answer($0)] }
        let proxy = try await FaultProxy(to: server.place) {
            $0.turn < faults.count ? faults[$0.turn] : .none
        }
        let folder = try ScratchFolder(name: "pare-tests")
        let files = Mutex(0)
        let result: Result<[UInt8], any Error>
        do {
            let bytes = try await withTransport { transport in
                let file = try await transport.download("http://\(proxy.place)/file", limit: limit) {
                    files.withLock { $0 += 1 }
                    return try GrowingFile(folder.path + "/file")
                }
                return try file.mapped().withBytes { Array($0) }
            }
            result = .success(bytes)
        } catch {
            result = .failure(error)
        }
        #expect(try namesInFolder(folder.path).isEmpty, "nothing is left")
        let headers = proxy.requests.map(\.headers)
        await proxy.stop()
        await server.stop()
        return Outcome(
            bytes: try result.get(), ranges: headers.map { $0.first(name: "Range") },
            conditions: headers.map { $0.first(name: "If-Range") }, files: files.withLock(\.self))
    }

    @Test(
        arguments: [
            [.cut(after: 100_000)], [.reset(after: 200_000)], [.shortened(by: 5000, .length)],
            [.shortened(by: 5000, .openChunks)],
            [.cut(after: 50_000), .cut(after: 60_000), .reset(after: 999)],
        ] as [[Fault]])
    func goesOnWhereItWasCut(_ faults: [Fault]) async throws {
        let origin = Origin()
        let outcome = try await download(origin, faults)
        #expect(outcome.bytes == origin.content)
        #expect(outcome.files == 1)
        #expect(outcome.ranges.first == .some(nil))
        #expect(outcome.ranges.dropFirst().allSatisfy { $0?.hasPrefix("bytes=") == true })
        #expect(outcome.conditions.dropFirst().allSatisfy { $0 == "\"first\"" })
    }

    @Test func goesByTheTimeOfAChange() async throws {
        var origin = Origin()
        (origin.tag, origin.changed) = ("W/\"weak\"", "Thu, 01 Jan 2026 00:00:00 GMT")
        let outcome = try await download(origin, [.cut(after: 100_000)])
        #expect(outcome.bytes == origin.content)
        #expect(outcome.conditions == [nil, origin.changed])
        #expect(outcome.files == 1)
    }

    /// Without anything to tell by, or with a change in the very second of the answer, nothing is put together.
    @Test(arguments: [nil, "Thu, 01 Jan 2026 00:00:09 GMT"]) func beginsAnewWithoutAMark(_ changed: String?)
        async throws
    {
        var origin = Origin()
        (origin.tag, origin.changed) = (nil, changed)
        let outcome = try await download(origin, [.cut(after: 100_000)])
        #expect(outcome.bytes == origin.content)
        #expect(outcome.ranges == [nil, nil])
        #expect(outcome.files == 2)
    }

    @Test func beginsAnewWhereTheContentChanged() async throws {
        var origin = Origin()
        origin.later = (Array(origin.content.reversed()), "\"second\"")
        let outcome = try await download(origin, [.cut(after: 100_000)])
        #expect(outcome.bytes == Array(origin.content.reversed()))
        #expect(outcome.ranges.count == 2)
        #expect(outcome.files == 2)
    }

    @Test func beginsAnewWhereItIsShorterNow() async throws {
        var origin = Origin()
        origin.later = ([1, 2, 3], origin.tag)
        let outcome = try await download(origin, [.cut(after: 100_000)])
        #expect(outcome.bytes == [1, 2, 3])
    }

    @Test func beginsAnewWhereRangesAreNotKnown() async throws {
        var origin = Origin()
        origin.knowsRanges = false
        let outcome = try await download(origin, [.cut(after: 100_000)])
        #expect(outcome.bytes == origin.content)
        #expect(outcome.ranges.count == 2)
        #expect(outcome.files == 2)
    }

    @Test(arguments: [1, -1, 5000]) func refusesAPartThatIsAnother(_ lie: Int) async throws {
        var origin = Origin()
        origin.lie = lie
        let outcome = try await download(origin, [.cut(after: 100_000)])
        #expect(outcome.bytes == origin.content)
        #expect(outcome.ranges.count == 3)
        #expect(outcome.ranges.last == .some(nil))
        #expect(outcome.files == 2)
    }

    @Test func givesUpWhereNothingMoreComes() async throws {
        let cuts = [Fault](repeating: .cut(after: 2000), count: 50)
        let error = await networkError { try await download(Origin(), cuts) }
        guard case .cut = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func keepsTheLimit() async throws {
        let error = await networkError {
            try await download(Origin(), [.cut(after: 100_000)], limit: 200_000)
        }
        guard case .tooLong(_, 200_000) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
