// SPDX-License-Identifier: Apache-2.0
import Glibc
import PareBytes
import PareEngine
public import PareModel

/// What verbs need of the world: the environment, where progress goes, how the network may be used, what convinces
/// registries, and the time.
public struct Setup: Sendable {
    public let environment: [String: String]
    public let progress: ProgressSink
    public let network: NetworkSettings
    public let registries: RegistryAccess
    /// Seconds since 1970, by the clock of this machine.
    var clock: @Sendable () -> Int = { Int(time(nil)) }

    public init(
        environment: [String: String], progress: ProgressSink, network: NetworkSettings = NetworkSettings(),
        registries: RegistryAccess = RegistryAccess()
    ) {
        self.environment = environment
        self.progress = progress
        self.network = network
        self.registries = registries
    }

    /// Seconds since 1970, or what `SOURCE_DATE_EPOCH` says in their place: for what is written into results.  What is fetched
    /// goes by ``clock``.
    var now: Int { environment["SOURCE_DATE_EPOCH"].flatMap { Int($0) } ?? clock() }

    /// The time as an RFC 3339 text in UTC.
    var timestamp: String { rfc3339(now) }

    var today: Day { Day(timestamp) ?? Day(1970, 1, 1) }

    /// Where pare keeps what it may lose: `$XDG_CACHE_HOME/pare`; `nil` where there is no home either.
    var cacheFolder: String? {
        if let folder = environment["XDG_CACHE_HOME"], folder.hasPrefix("/") { return folder + "/pare" }
        guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
        return home + "/.cache/pare"
    }

    /// Where large files of a run go: `$TMPDIR`, else `/var/tmp`, which is rarely in memory.
    var scratchParent: String { environment["TMPDIR"] ?? "/var/tmp" }

    /// The engine to use, which keeps its own passing files in a folder that is removed after the run: engines that are
    /// stopped, or out of space, leave such files behind.
    func engine(named name: String?, passing folder: ScratchFolder) async throws -> Engine {
        var engine = try await Engine.locate(
            named: name, environment: environment.merging(["TMPDIR": folder.path]) { $1 })
        engine.isOffline = network.isOffline
        return engine
    }

    /// Runs a step, and tells when it began and what came of it.
    func step<Value>(
        _ name: String, outcome: (Value) -> String = { _ in "" }, _ work: () async throws -> Value
    ) async throws -> (value: Value, seconds: Double) {
        let began = ContinuousClock.now
        progress.report(.began(step: name))
        do {
            let value = try await work()
            let seconds = (ContinuousClock.now - began).seconds
            progress.report(.ended(step: name, seconds: seconds, outcome: outcome(value)))
            return (value, seconds)
        } catch {
            let reason = error is CancellationError ? "stopped" : "failed"
            progress.report(
                .ended(step: name, seconds: (ContinuousClock.now - began).seconds, outcome: reason))
            throw error
        }
    }
}

/// A time in seconds since 1970 as an RFC 3339 text in UTC: `2026-08-19T12:00:00Z`.
func rfc3339(_ seconds: Int) -> String {
    var moment = time_t(seconds)
    var parts = tm()
    guard gmtime_r(&moment, &parts) != nil else { return "1970-01-01T00:00:00Z" }
    func two(_ number: Int32) -> String { (number < 10 ? "0" : "") + String(number) }
    // A year that a 32-bit number of years since 1900 just holds is one that it no longer holds since 0.
    let date = "\(Int(parts.tm_year) + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
    return date + "T\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))Z"
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
