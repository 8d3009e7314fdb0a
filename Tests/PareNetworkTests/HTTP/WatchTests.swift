// SPDX-License-Identifier: Apache-2.0
import NIOCore
import NIOPosix
import Testing

@testable import PareNetwork

@Suite struct WatchTests {
    private func watch(patience: Duration, limit: Duration = .seconds(60)) -> Watch {
        Watch(
            on: MultiThreadedEventLoopGroup.singleton.any(), patience: patience,
            deadline: Deadline(after: limit))
    }

    /// Waits for what never comes.
    private func expire(_ watch: Watch) async -> NetworkError.Limit? {
        try? await watch.wait { try await Task.sleep(for: .seconds(3600)) }
        return watch.expired
    }

    @Test func endsSilenceAndTheWhole() async {
        #expect(await expire(watch(patience: .milliseconds(50))) == .silence(.milliseconds(50)))
        let total = NetworkError.Limit.total(.milliseconds(50))
        #expect(await expire(watch(patience: .seconds(60), limit: .milliseconds(50))) == total)
        let over = watch(patience: .seconds(60), limit: .milliseconds(50))
        #expect(await expire(over) == total)
        await #expect(throws: CancellationError.self) { try await over.wait { 1 } }
    }

    @Test func letsReadersTakeTheirTime() async throws {
        let watch = watch(patience: .milliseconds(500))
        for number in 0..<3 {
            #expect(try await watch.wait { number } == number)
            try await Task.sleep(for: .milliseconds(1000))
        }
        #expect(watch.expired == nil)
        #expect(await expire(watch) == .silence(.milliseconds(500)))
    }

    @Test func goesWithItsTask() async {
        let watch = watch(patience: .seconds(60))
        let task = Task { try await watch.wait { try await Task.sleep(for: .seconds(3600)) } }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(watch.expired == nil)
    }
}
