// SPDX-License-Identifier: Apache-2.0
import NIOHTTP1
import NetworkServers
import PareBytes
import PareModel
import Synchronization

/// A registry that takes blobs into memory, and can be told what goes wrong: to the letter of the specification, unlike
/// Debian's registry, which forgets an upload that was cut in the middle of a request.
final class UploadServer: Sendable {
    /// What goes wrong, and how it is said.
    struct Manners: Sendable {
        /// How many bytes of the first, second … long body are kept; then the connection closes.
        var cuts: [Int] = []
        /// Longer bodies are answered with 413.
        var longest = Int.max
        var leastChunk: Int?
        /// `Location` without host, and elsewhere than the specification has it.
        var isElsewhere = false
        /// After a cut the upload is not known any more.
        var forgets = false
        /// The answer to the last request of an upload gets lost, once.
        var losesLastAnswer = false
        /// No bytes are kept, whatever is sent.
        var keepsNothing = false
        var saysOtherDigest = false
        /// Takes all, and then says each time that nothing has come.
        var setsBack = false
        /// What requests for the upload's status are answered with.
        var lies: String?
    }

    private struct State {
        var manners: Manners
        var sessions: [String: [UInt8]] = [:]
        var blobs: [String: [UInt8]] = [:]
        var count = 0
    }

    private let state: Mutex<State>
    private let server: Mutex<LoopbackServer?> = Mutex(nil)

    init(_ manners: Manners = Manners()) { state = Mutex(State(manners: manners)) }

    /// Starts to listen; gives the place, `127.0.0.1:PORT`.
    func start() async throws -> String {
        let server = try await LoopbackServer { [self] request in state.withLock { answer(request, &$0) } }
        self.server.withLock { $0 = server }
        return server.place
    }

    func stop() async { await server.withLock { $0 }?.stop() }

    var blobs: [String: [UInt8]] { state.withLock(\.blobs) }
    var openUploads: Int { state.withLock(\.sessions.count) }

    /// `PATCH 100`: methods and lengths of the requests that were for an upload.
    var sent: [String] {
        (server.withLock { $0 }?.requests ?? []).filter {
            $0.path.contains("/up/") || $0.path.contains("uploads/")
        }
        .map { $0.body.isEmpty ? $0.method.rawValue : "\($0.method.rawValue) \($0.body.count)" }
    }

    private func answer(_ request: ServedRequest, _ state: inout State) -> [WireStep] {
        let name = String(request.path.split(separator: "/").last ?? "")
        let query = request.uri.split(separator: "?").dropFirst().joined()
        guard request.path.contains("/uploads/") || request.path.contains("/up/") else {
            return [.answer(state.blobs[name] == nil ? 404 : 200)]
        }
        if request.method == .POST {
            state.count += 1
            state.sessions["\(state.count)"] = []
            return [.answer(202, headers("\(state.count)", 0, state.manners))]
        }
        guard let kept = state.sessions[name] else { return [.answer(404)] }
        if request.method == .DELETE {
            state.sessions[name] = nil
            return [.answer(204)]
        }
        if request.method == .GET {
            var headers = headers(name, kept.count, state.manners)
            if let lie = state.manners.lies { headers.replaceOrAdd(name: "Range", value: lie) }
            return [.answer(204, headers)]
        }
        return take(request, name, kept, query, &state)
    }

    private func take(
        _ request: ServedRequest, _ name: String, _ kept: [UInt8], _ query: String, _ state: inout State
    ) -> [WireStep] {
        if state.manners.setsBack {
            return [
                .answer(request.body.isEmpty ? 416 : 202, headers(name, request.body.count, state.manners))
            ]
        }
        let body = state.manners.keepsNothing ? [] : request.body
        if body.count > state.manners.longest { return [.answer(413)] }
        if !body.isEmpty, !state.manners.cuts.isEmpty {
            let part = kept + body.prefix(state.manners.cuts.removeFirst())
            state.sessions[name] = state.manners.forgets ? nil : part
            return [.close]
        }
        if request.method == .PATCH {
            let start = request.headers.first(name: "Content-Range")?.split(separator: "-").first.flatMap {
                Int($0)
            }
            guard start == kept.count else { return [.answer(416, headers(name, kept.count, state.manners))] }
            state.sessions[name] = kept + body
            return [.answer(202, headers(name, kept.count + body.count, state.manners))]
        }
        guard
            let digest = query.split(separator: "&").first(where: { $0.hasPrefix("digest=") })?.dropFirst(7),
            SHA256.digest(of: kept + body).description == digest
        else { return [.answer(400)] }
        state.sessions[name] = nil
        state.blobs[String(digest)] = kept + body
        if state.manners.losesLastAnswer {
            state.manners.losesLastAnswer = false
            return [.close]
        }
        let said = state.manners.saysOtherDigest ? SHA256.digest(of: [1, 2, 3]).description : String(digest)
        return [.answer(201, ["Docker-Content-Digest": said])]
    }

    private func headers(_ name: String, _ count: Int, _ manners: Manners) -> HTTPHeaders {
        var headers: HTTPHeaders = [
            "Location": manners.isElsewhere
                ? "/elsewhere/up/\(name)?state=\(count)" : "/v2/a/b/blobs/uploads/\(name)",
            "Range": "0-\(max(0, count - 1))",
        ]
        if let least = manners.leastChunk { headers.add(name: "OCI-Chunk-Min-Length", value: "\(least)") }
        return headers
    }
}
