// SPDX-License-Identifier: Apache-2.0
import NIOCore
import NIOPosix
import Synchronization

/// Passes bytes on between clients and a server, and cuts the first connections after some bytes of the client's.
final class CuttingProxy: Sendable {
    let port: Int
    private let left: Counter
    private let serving: Task<Void, Never>
    private let times: Int

    final class Counter: Sendable {
        let value: Mutex<Int>
        init(_ value: Int) { self.value = Mutex(value) }
    }

    private typealias Bytes = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    init(to upstream: Int, cuttingAfter limit: Int, times: Int) async throws {
        let left = Counter(times)
        let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture { try Bytes(wrappingChannelSynchronously: channel) }
            }
        self.left = left
        self.times = times
        port = server.channel.localAddress?.port ?? 0
        serving = Task {
            try? await server.executeThenClose { connections in
                try await withThrowingDiscardingTaskGroup { group in
                    for try await connection in connections {
                        group.addTask { try? await Self.pass(connection, to: upstream, limit, left) }
                    }
                }
            }
        }
    }

    /// Connections that were cut.
    var cuts: Int { times - left.value.withLock { $0 } }

    func stop() async {
        serving.cancel()
        await serving.value
    }

    private static func pass(
        _ client: Bytes, to port: Int, _ limit: Int, _ left: Counter
    ) async throws {
        let server = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture { try Bytes(wrappingChannelSynchronously: channel) }
            }
        try await client.executeThenClose { fromClient, toClient in
            try await server.executeThenClose { fromServer, toServer in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        var count = 0
                        for try await piece in fromClient {
                            count += piece.readableBytes
                            let isCut =
                                count > limit
                                && left.value.withLock { left in
                                    defer { left = max(0, left - 1) }
                                    return left > 0
                                }
                            if isCut { return }
                            try await toServer.write(piece)
                        }
                    }
                    group.addTask { for try await piece in fromServer { try await toClient.write(piece) } }
                    try await group.next()
                    group.cancelAll()
                }
            }
        }
    }
}
