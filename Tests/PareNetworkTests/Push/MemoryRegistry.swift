// SPDX-License-Identifier: Apache-2.0
import NIOHTTP1
import NetworkServers
import PareBytes
import PareModel
import Synchronization

/// A registry in memory that keeps count of what refers to what, which Debian's does not; and lies as it is told.
final class MemoryRegistry: Sendable {
    struct Stored: Sendable {
        let mediaType: String
        let bytes: [UInt8]
    }

    struct State: Sendable {
        var blobs: [String: [UInt8]] = [:]
        /// By digests and tags.
        var manifests: [String: Stored] = [:]
        /// Entries by subject.
        var referrers: [String: [JSONValue]] = [:]
        /// So many entries on a page.
        var pageLength = Int.max
        /// Answers that are given whatever is stored, by path or path and query.
        var lies: [String: WireStep] = [:]
    }

    private let state: Mutex<State>
    private let server: Mutex<LoopbackServer?> = Mutex(nil)
    private let hasReferrers: Bool

    init(hasReferrers: Bool = true) {
        state = Mutex(State())
        self.hasReferrers = hasReferrers
    }

    /// Starts to listen; gives the place, `127.0.0.1:PORT`.
    func start() async throws -> String {
        let server = try await LoopbackServer { [self] request in state.withLock { [answer(request, &$0)] } }
        self.server.withLock { $0 = server }
        return server.place
    }

    func stop() async { await server.withLock { $0 }?.stop() }

    var requests: [ServedRequest] { server.withLock { $0 }?.requests ?? [] }

    func change<Value: Sendable>(_ body: (inout State) -> Value) -> Value { state.withLock { body(&$0) } }

    private func answer(_ request: ServedRequest, _ state: inout State) -> WireStep {
        if let lie = state.lies[request.uri] ?? state.lies[request.path] { return lie }
        let parts = request.path.split(separator: "/").map(String.init)
        guard parts.count > 2, let name = parts.last else { return .answer(200) }
        if request.method == .POST { return .answer(202, ["Location": "/v2/a/blobs/uploads/1"]) }
        switch (parts[parts.count - 2], request.method) {
        case ("blobs", _): return content(state.blobs[name], "application/octet-stream", request.method)
        case ("uploads", .PUT):
            let digest = SHA256.digest(of: request.body).description
            state.blobs[digest] = request.body
            return .answer(201, ["Docker-Content-Digest": digest])
        case ("manifests", .PUT): return put(request, name, &state)
        case ("manifests", let method):
            let stored = state.manifests[name]
            return content(stored?.bytes, stored?.mediaType ?? "", method)
        case ("referrers", _): return hasReferrers ? page(request, name, state) : .answer(404)
        default: return .answer(404)
        }
    }

    private func content(_ bytes: [UInt8]?, _ type: String, _ method: HTTPMethod) -> WireStep {
        guard let bytes else { return .answer(404) }
        let headers: HTTPHeaders = ["Content-Type": type, "Content-Length": "\(bytes.count)"]
        return .answer(200, headers, method == .HEAD ? [] : bytes)
    }

    private func put(_ request: ServedRequest, _ name: String, _ state: inout State) -> WireStep {
        let digest = SHA256.digest(of: request.body).description
        let stored = Stored(
            mediaType: request.headers.first(name: "Content-Type") ?? "", bytes: request.body)
        (state.manifests[name], state.manifests[digest]) = (stored, stored)
        var headers: HTTPHeaders = ["Docker-Content-Digest": digest]
        if hasReferrers, let json = try? JSONValue(request.body),
            let subject = json["subject"]?["digest"]?.text
        {
            headers.add(name: "OCI-Subject", value: subject)
            state.referrers[subject, default: []].append(
                .record([
                    ("mediaType", .string(stored.mediaType)), ("digest", .string(digest)),
                    ("size", .number("\(request.body.count)")), ("artifactType", json["artifactType"]),
                ]))
        }
        return .answer(201, headers)
    }

    private func page(_ request: ServedRequest, _ name: String, _ state: State) -> WireStep {
        let start = request.uri.split(separator: "=").dropFirst().first.flatMap { Int($0) } ?? 0
        let all = state.referrers[name] ?? []
        let entries = all.dropFirst(start).prefix(state.pageLength)
        let index = JSONValue.record([
            ("schemaVersion", .number("2")),
            ("mediaType", .string("application/vnd.oci.image.index.v1+json")),
            ("manifests", .array(Array(entries))),
        ])
        var headers: HTTPHeaders = ["Content-Type": "application/vnd.oci.image.index.v1+json"]
        if start + entries.count < all.count {
            headers.add(name: "Link", value: "<\(request.path)?last=\(start + entries.count)>; rel=\"next\"")
        }
        return .answer(200, headers, Array(index.indented.utf8))
    }
}
