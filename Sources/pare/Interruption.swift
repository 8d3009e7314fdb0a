// SPDX-License-Identifier: Apache-2.0
import Dispatch
import Glibc
import PareKit

/// Runs a verb so that Ctrl-C and SIGTERM cancel it, and it can clear up after itself.  A second signal ends at once.
func interruptible<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws
    -> Value
{
    // Nothing is begun before signals are heard.
    let (listening, listens) = AsyncStream<Void>.makeStream()
    let task = Task {
        for await _ in listening {}
        return try await work()
    }
    var sources: [any DispatchSourceSignal] = []
    for number in [SIGINT, SIGTERM, SIGHUP] {
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        source.setEventHandler {
            if task.isCancelled { _exit(128 + number) }
            StandardError.write("\nstopping, and clearing up …\n")
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
    await clearUp()
    sources.forEach { $0.cancel() }
    // What is left to do is to write the result, which may be cut off.
    for number in [SIGINT, SIGTERM, SIGHUP] { signal(number, SIG_DFL) }
    do { return try result.get() } catch {
        // A step that was cut off may say so in its own words.
        throw task.isCancelled && !(error is FixStopped) ? CancellationError() : error
    }
}
