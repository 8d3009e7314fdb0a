// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import Synchronization

/// Clients of the library, each made when it is first needed: one for every way that requests go.
final class Clients: Sendable {
    private struct State {
        var open: [Route: HTTPClient] = [:]
        var isClosed = false
    }

    private let state = Mutex(State())

    /// The client for a way.
    ///
    /// - Throws: ``NetworkError`` where something that the user set cannot be used, and after ``close()``.
    func client(for route: Route, _ options: NetworkOptions) throws -> HTTPClient {
        try state.withLock { state in
            guard !state.isClosed else {
                throw NetworkError.badSetting(name: "network", reason: "it was closed already")
            }
            if let client = state.open[route] { return client }
            let client = HTTPClient(
                eventLoopGroupProvider: .singleton, configuration: try route.configuration(options))
            state.open[route] = client
            return client
        }
    }

    /// Ends all connections.
    func close() async {
        for client in take() { await shutDown(client) }
    }

    private func take() -> [HTTPClient] {
        state.withLock { state in
            defer { state.open = [:] }
            state.isClosed = true
            return Array(state.open.values)
        }
    }

    deinit {
        // The library traps where a client goes without having been shut down.
        let left = take()
        guard !left.isEmpty else { return }
        Task { for client in left { try? await client.shutdown() } }
    }
}

/// Ends all connections of a client.  The library waits for those that are still being made; this does for a second at
/// most, as who has given up on a silent server does not want to.
func shutDown(_ client: HTTPClient) async {
    let (ends, end) = AsyncStream<Void>.makeStream()
    Task {
        try? await client.shutdown()
        end.finish()
    }
    Task {
        try? await Task.sleep(for: .seconds(1))
        end.finish()
    }
    // In a task of its own, which is not cancelled with the one that was interrupted.
    await Task { for await _ in ends {} }.value
}
