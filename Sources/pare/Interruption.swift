// SPDX-License-Identifier: Apache-2.0
import Dispatch
import Glibc
import PareKit

private let stoppingSignals = [SIGINT, SIGTERM, SIGHUP]

/// Does something short that is not to be cut off, as it would leave what is half done.
func uninterrupted<Value>(_ work: () throws -> Value) rethrows -> Value {
    let former = stoppingSignals.map { signal($0, SIG_IGN) }
    defer { for (number, handler) in zip(stoppingSignals, former) { signal(number, handler) } }
    return try work()
}

/// Runs a verb so that Ctrl-C and SIGTERM cancel it, and it can clear up after itself.  A second signal ends at once.
func interruptible<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws
    -> Value
{
    // Nothing is begun before signals are heard.
    let (listening, listens) = AsyncStream<Void>.makeStream()
    let task = Task {
        for await _ in listening {}
        try Task.checkCancellation()
        return try await work()
    }
    var sources: [any DispatchSourceSignal] = []
    for number in stoppingSignals {
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        source.setEventHandler {
            if task.isCancelled { _exit(128 + number) }
            // Who does not read what is said is not waited for.
            if StandardError.isReady { StandardError.write("\nstopping, and clearing up …\n") }
            task.cancel()
        }
        sources.append(source)
        await withCheckedContinuation { heard in
            source.setRegistrationHandler { heard.resume() }
            source.resume()
        }
    }
    listens.finish()
    let result = await task.result
    let wasStopped = task.isCancelled
    await clearUp()
    sources.forEach { $0.cancel() }
    // What is left to do is to write the result, which may be cut off.
    for number in stoppingSignals { signal(number, SIG_DFL) }
    do { return try result.get() } catch {
        // A step that was cut off may say so in its own words.
        throw wasStopped && !(error is FixStopped) ? CancellationError() : error
    }
}
