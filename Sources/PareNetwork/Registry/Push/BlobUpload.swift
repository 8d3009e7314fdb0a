// SPDX-License-Identifier: Apache-2.0
import Glibc
import NIOHTTP1
import PareBytes
import PareModel

/// Sends one blob to a repository.
///
/// The whole goes in one request.  After a cut the registry is asked what it has, and the rest follows as a chunk; where
/// something on the way takes no long requests, all goes in chunks.
///
/// - SeeAlso: OCI distribution specification 1.1, "Push".
struct BlobUpload: Sendable {
    let client: RegistryClient
    let reference: ImageReference
    let content: BlobContent
    /// Failures in a row, with nothing received in between, after which it is given up.
    var patience = 5
    /// The shortest and longest pause between tries.
    var pauses = Duration.milliseconds(250)...Duration.seconds(10)

    /// Length of chunks where the whole is not taken at once; a quarter of it where that is not taken either.
    private static let firstChunk = 16 << 20
    private static let smallestChunk = 64 << 10
    /// Bytes a second that give a long blob more time than others.
    private static let slowest = 100_000

    private var search: BlobSearch {
        BlobSearch(client: client, reference: reference, digest: content.digest)
    }

    private func begin() async throws -> UploadSession {
        let algorithm = content.digest.algorithm
        let query = algorithm == .sha256 ? "" : "?digest-algorithm=\(algorithm.rawValue)"
        let answer = try await client.request(
            .POST, "blobs/uploads/\(query)", of: reference, pushing: true, accepting: [202],
            retrying: RetryPolicy(takesUnsafe: true))
        try await answer.finish()
        return try UploadSession(answer, of: reference)
    }

    /// How far an upload is.
    private struct State {
        var session: UploadSession?
        /// For all tries together.
        let deadline: Deadline
        var offset = 0
        /// The furthest that anything came when failures were last forgotten.
        var mark = 0
        /// `nil` while the whole may go at once.
        var chunk: Int?
        var failures = 0
        var tries = 0
        var isDone = false

        /// Uploads that will not go on, and of which the registry has not been told yet.
        var left: [UploadSession] = []

        /// Goes on from there.  Failures are forgotten where it is well ahead of all before: a byte at a time, or the same
        /// bytes again and again, would never end.
        mutating func reach(_ received: Int, of count: Int) {
            if received - mark >= min(1 << 20, max(1, count / 100)) { (mark, failures) = (received, 0) }
            offset = received
        }

        mutating func startOver() {
            if let session { left.append(session) }
            session = nil
            offset = 0
            failures += 1
        }
    }

    /// - Parameter session: An upload that was begun already.
    /// - Throws: ``PushError``, ``NetworkError`` and what the registry answers; nothing of the blob stays then.
    func send(_ session: UploadSession? = nil) async throws {
        let time = client.transport.options.timeLimit + .seconds(content.count / Self.slowest)
        var state = State(session: session, deadline: Deadline(after: time))
        do {
            while !state.isDone {
                try Task.checkCancellation()
                state.tries += 1
                let failures = state.failures
                do {
                    try await advance(&state)
                    while let session = state.left.popLast() {
                        await client.abandon(session, of: reference)
                    }
                    if state.failures > failures { try await pause(after: state.failures) }
                } catch RegistryError.refused(let image, 400, let message) {
                    // Registries say so too where another client has just sent the same.
                    state.startOver()
                    guard state.failures < 2 else {
                        throw RegistryError.refused(image: image, status: 400, message: message)
                    }
                } catch let error as any Explained where isWorthAnotherTry(error) {
                    state.failures += 1
                    guard state.failures < patience else {
                        throw PushError.gaveUp(
                            digest: content.digest, tries: state.tries, reason: error.problem)
                    }
                    try await pause(after: state.failures, atLeast: pauseAskedFor(error))
                    await lookWhatIsThere(&state)
                }
            }
        } catch {
            for session in state.left + [state.session].compactMap(\.self) {
                await client.abandon(session, of: reference)
            }
            throw error
        }
    }

    /// Sends the next piece, which may be all.
    private func advance(_ state: inout State) async throws {
        let session: UploadSession
        if let open = state.session {
            session = open
        } else {
            // The answer that it had arrived may be what was lost.
            if state.tries > 1, try await search.isThere() { return state.isDone = true }
            session = try await begin()
        }
        state.session = session
        let count = content.count
        let answer: HTTPAnswer
        let end: Int
        if state.offset == 0, state.chunk == nil {
            end = count
            answer = try await request(.PUT, session.finishing(content.digest), 0..<count, state.deadline)
        } else if state.offset < count {
            let length = max(state.chunk ?? count, session.leastChunk)
            end = min(count, state.offset + min(length, count - state.offset))
            answer = try await request(.PATCH, session.url, state.offset..<end, state.deadline)
        } else {
            end = count
            answer = try await request(
                .PUT, session.finishing(content.digest), count..<count, state.deadline)
        }
        try await answer.finish()
        try take(answer, sentTo: end, &state)
    }

    private func request(
        _ method: HTTPMethod, _ url: String, _ range: Range<Int>, _ deadline: Deadline
    ) async throws -> HTTPAnswer {
        var headers: HTTPHeaders = ["Content-Type": "application/octet-stream"]
        if method == .PATCH {
            headers.add(name: "Content-Range", value: "\(range.lowerBound)-\(range.upperBound - 1)")
        }
        return try await client.request(
            method, url, of: reference, headers: headers, body: content.body(range), pushing: true,
            accepting: [200, 201, 202, 204, 404, 405, 413, 416, 501], retrying: .once, until: deadline)
    }

    private func take(_ answer: HTTPAnswer, sentTo end: Int, _ state: inout State) throws {
        switch answer.status {
        case 200, 201, 204:
            if let digest = answer.headers.first(name: "Docker-Content-Digest"),
                digest != content.digest.description
            {
                throw PushError.digestDiffers(
                    reference: reference.name, sent: content.digest, registry: shownText(digest, limit: 200))
            }
            state.isDone = true
        case 202:
            state.session?.update(answer)
            let received = UploadSession.received(answer.headers) ?? end
            guard received > state.offset, received <= end else {
                state.startOver()
                return try checkPatience(state, "it does not take what it is sent")
            }
            if received < end { state.failures += 1 }
            state.reach(received, of: content.count)
            try checkPatience(state, "it takes little of what it is sent")
        case 416:
            state.session?.update(answer)
            guard let received = UploadSession.received(answer.headers), received != state.offset,
                received <= content.count
            else {
                state.startOver()
                return try checkPatience(state, "it is not sent where it should go on")
            }
            state.offset = received
            state.failures += 1
            try checkPatience(state, "it is not sent where it should go on")
        case 404:
            state.session = nil
            state.startOver()
            try checkPatience(state, "it does not know the upload any more")
        default:
            state.startOver()
            let chunk = state.chunk.map { $0 / 4 } ?? min(Self.firstChunk, max(1, content.count / 2))
            guard chunk >= min(Self.smallestChunk, content.count / 8), chunk > 0 else {
                throw PushError.refused(digest: content.digest, reason: "status \(answer.status)")
            }
            state.chunk = chunk
        }
    }

    private func checkPatience(_ state: State, _ reason: String) throws {
        guard state.failures >= patience else { return }
        throw PushError.gaveUp(digest: content.digest, tries: state.tries, reason: reason)
    }

    /// After a cut: goes on where the registry is, or begins anew where it does not say.
    private func lookWhatIsThere(_ state: inout State) async {
        guard let session = state.session else { return }
        let answer = try? await client.request(
            .GET, session.url, of: reference, pushing: true, accepting: [200, 204], until: state.deadline)
        try? await answer?.finish()
        guard let answer, let received = UploadSession.received(answer.headers), received <= content.count
        else {
            await client.abandon(session, of: reference)
            state.session = nil
            state.offset = 0
            return
        }
        state.session?.update(answer)
        state.reach(received, of: content.count)
    }

    /// Twice as long each time, and not all at the same moment.
    private func pause(after failures: Int, atLeast least: Duration = .zero) async throws {
        let longest = min(pauses.lowerBound * (1 << min(failures - 1, 10)), pauses.upperBound)
        try await Task.sleep(for: max(least, longest * Double.random(in: 0.5...1)))
    }

    private func isWorthAnotherTry(_ error: any Explained) -> Bool {
        switch error {
        case let error as NetworkError: error.isPassing
        case RegistryError.rateLimited, RegistryError.server: true
        default: false
        }
    }

    /// The pause that a registry asks for, as far as it is worth waiting for.
    private func pauseAskedFor(_ error: any Explained) -> Duration {
        guard case RegistryError.rateLimited(_, let text?, _) = error,
            let pause = RetryAfter(text, now: Int(time(nil)))?.pause
        else { return .zero }
        return min(pause, .seconds(60))
    }
}
