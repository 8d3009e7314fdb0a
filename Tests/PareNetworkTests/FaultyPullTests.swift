// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import NetworkServers
import PareBytes
import PareImage
import PareModel
import PareNetwork
import Samples
import Synchronization
import Testing

/// Pulls through a proxy that spoils answers at random: each gives what is true, or says why not.
///
/// A few of them in each run of the tests; with `PARE_FAULTY_PULLS=1000`, which wants a process of its own, descriptors
/// and memory are counted too.
@Suite struct FaultyPullTests {
    /// The seeds that are tried; one alone shows a failure again: `PARE_FAULTY_PULLS=417...417`.
    private static var seeds: (range: ClosedRange<Int>, areAlone: Bool) {
        let text = ProcessInfo.processInfo.environment["PARE_FAULTY_PULLS"] ?? ""
        let numbers = text.split(separator: "...").compactMap { Int($0) }
        guard let last = numbers.last, let first = numbers.first else { return (1...80, false) }
        return (numbers.count == 1 ? 1...last : first...last, true)
    }

    /// Pulls at once; most of their time they wait.
    private static let atOnce = 24
    /// A pull that takes longer than this hangs; those that wait for a silent server take a few seconds.
    private static let hangLimit = Duration.seconds(120)

    @Test func neverWrongNeverHangingNeverLeaking() async throws {
        let scene = try await FaultyScene()
        let (seeds, areAlone) = Self.seeds
        var outcomes: [Int: Outcome] = [:]
        var early: Usage?
        try await withThrowingTaskGroup(of: (Int, Outcome).self) { group in
            var waiting = seeds.makeIterator()
            for _ in 0..<Self.atOnce {
                if let seed = waiting.next() {
                    group.addTask { (seed, try await Self.outcome(of: seed, scene)) }
                }
            }
            while let (seed, outcome) = try await group.next() {
                outcomes[seed] = outcome
                if outcomes.count == seeds.count / 5 { early = try .now() }
                if let seed = waiting.next() {
                    group.addTask { (seed, try await Self.outcome(of: seed, scene)) }
                }
            }
        }
        for (seed, outcome) in outcomes.sorted(by: { $0.key < $1.key }) {
            switch outcome {
            case .same, .explained: break
            default: Issue.record("pull \(seed) is \(outcome)")
            }
        }
        let whole = outcomes.values.count { $0 == .same }
        if seeds.count >= 50 {
            #expect(whole > seeds.count / 10, "hardly any pull came through")
            #expect(whole < seeds.count * 9 / 10, "hardly any pull was spoilt")
        }
        try await scene.checkCaches()
        if areAlone { try await Self.checkLeaks(early, whole: whole, of: seeds.count, scene) }
    }

    private static func outcome(of seed: Int, _ scene: FaultyScene) async throws -> Outcome {
        try await within(hangLimit) { try await scene.pull(seed) } ?? .hanging
    }

    /// What is open and held in the end is no more than at the beginning, but for what waits to be used again.
    private static func checkLeaks(_ early: Usage?, whole: Int, of count: Int, _ scene: FaultyScene)
        async throws
    {
        var late = try Usage.now()
        for _ in 0..<100 where late.descriptors > scene.before.descriptors + 4 {
            try await Task.sleep(for: .milliseconds(100))
            late = try .now()
        }
        #expect(late.descriptors <= scene.before.descriptors + 4, "\(late.names.joined(separator: " "))")
        let grown = late.resident - (early ?? late).resident
        #expect(grown < 64 << 20, "memory grew by \(grown) bytes after the first fifth")
        print(
            "\(whole) of \(count) pulls came through; \(early?.resident ?? 0) and \(late.resident) bytes in use"
        )
    }
}

/// How a pull ended.
private enum Outcome: Hashable {
    case same
    /// With an error that a person understands.
    case explained(String)
    case wrong(String)
    case unexplained(String)
    case hanging
}

/// What this process holds.
private struct Usage {
    let names: [String]
    /// In bytes.
    let resident: Int

    var descriptors: Int { names.count }

    static func now() throws -> Usage {
        let names = try namesInFolder("/proc/self/fd").map { name in
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)")) ?? name
        }
        let pages = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
        return Usage(names: names, resident: (try #require(Int(pages[1]))) * sysconf(Int32(_SC_PAGESIZE)))
    }
}

/// A registry with images whose readings are known.
private final class FaultyScene: Sendable {
    /// An image, by where it is in the registry, and what reading it gives.
    private struct Sample: Sendable {
        let repository: String
        let platform: Platform
        let truth: Seen
    }

    let before: Usage
    private let registry: DockerRegistry
    private let samples: [Sample]
    private let folder: ScratchFolder

    init() async throws {
        let folder = try ScratchFolder(name: "pare-faults")
        let registry = try await DockerRegistry()
        let images: [SampleImage] = [
            SampleImage(noise: [30_000, 20_000, 40_000]),
            SampleImage(noise: [30_000, 25_000], application: "second", form: .docker),
            SampleImage(noise: [10_000, 50_000], seed: 3, application: "third", packing: .zstd),
            SampleImage(noise: [5_000, 5_000], seed: 4, application: "fourth", packing: .none),
            SampleImage(noise: [600_000, 3_000], seed: 5, application: "fifth", form: .docker),
        ]
        let pushing = Pushing(to: registry.place)
        var samples: [Sample] = []
        for (number, image) in images.enumerated() {
            try await pushing.push(image, "team/app-\(number)", tag: "1")
            samples.append(try await Self.sample(image, "team/app-\(number)", folder.path))
        }
        let both = ["amd64", "arm64"].map {
            SampleImage(noise: [4_000, 9_000], seed: 6, application: $0, platform: .init(architecture: $0))
        }
        try await pushing.push(both, "team/both", tag: "1")
        for image in both { samples.append(try await Self.sample(image, "team/both", folder.path)) }
        self.folder = folder
        self.registry = registry
        self.samples = samples
        // What the library opens once and for all is open from now on.
        for sample in samples {
            let outcome = try await Self.pull(
                sample, at: registry.place, cache: folder.path + "/true", patience: .seconds(30))
            guard outcome == .same else { throw ServerFailure("'\(sample.repository)' is \(outcome)") }
        }
        before = try .now()
    }

    private static func sample(_ image: SampleImage, _ repository: String, _ folder: String) async throws
        -> Sample
    {
        let path = try image.writeLayout(in: "\(folder)/layouts/\(image.manifest.digest.short)")
        let truth = try await Seen(openImage(at: path, platform: image.platform))
        return Sample(repository: repository, platform: image.platform, truth: truth)
    }

    /// Pulls the image that a seed chooses, spoilt as it says.
    func pull(_ seed: Int) async throws -> Outcome {
        var dice = SplitMix64(seed: UInt64(seed))
        let sample = samples[.random(in: 0..<samples.count, using: &dice)]
        let share = [10, 25, 50, 90][.random(in: 0..<4, using: &dice)]
        let proxy = try await FaultProxy(to: registry.place) { request in
            var name = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15
            for byte in "\(request.method) \(request.uri) \(request.turn)".utf8 {
                name = (name ^ UInt64(byte)) &* 0x100_0000_01B3
            }
            var dice = SplitMix64(seed: name)
            return .random(in: 0..<100, using: &dice) < share ? .drawn(using: &dice) : .none
        }
        // Some find layers that others put there.
        let outcome = try await Self.pull(
            sample, at: proxy.place, cache: "\(folder.path)/caches/\(seed % 40)", patience: .seconds(2))
        let isLeft = await eventually { proxy.openConnections == 0 }
        guard isLeft else { return .wrong("it left a connection open") }
        await proxy.stop()
        return outcome
    }

    private static func pull(_ sample: Sample, at place: String, cache: String, patience: Duration)
        async throws -> Outcome
    {
        var options = NetworkOptions(environment: [:])
        options.patience = patience
        options.timeLimit = patience * 6
        let transport = try Transport(options)
        let outcome: Outcome
        do {
            let client = RegistryClient(transport, credentials: NoCredentials())
            let image = try await registryImage(
                try ImageReference("\(place)/\(sample.repository):1"), platform: sample.platform,
                client: client)
            let seen = try await Seen(image, cache: LayerCache(folder: cache, version: "tests"))
            outcome =
                seen == sample.truth ? .same : .wrong("\(seen.paths.count) paths, \(seen.files.count) files")
        } catch let error as any Explained {
            outcome = error.problem.isEmpty ? .unexplained("\(error)") : .explained(error.problem)
        } catch {
            outcome = .unexplained("\(error)")
        }
        await transport.close()
        return outcome
    }

    /// Every entry that a spoilt pull left is the one that a pull without faults makes.
    func checkCaches() async throws {
        let truth = Set(try namesInFolder(folder.path + "/true"))
        #expect(truth.count > 10)
        var count = 0
        for cache in try namesInFolder(folder.path + "/caches") {
            let path = "\(folder.path)/caches/\(cache)"
            for name in try namesInFolder(path) {
                count += 1
                guard truth.contains(name) else {
                    Issue.record("the cache holds \(name), which no true pull makes")
                    continue
                }
                let isTrue = try readFile("\(path)/\(name)") == readFile("\(folder.path)/true/\(name)")
                #expect(isTrue, "the cache holds \(name) with another content")
            }
        }
        #expect(count > 0)
    }
}

/// What some work gives, or `nil` once the time is over, whatever the work does then.
private func within<Value: Sendable>(
    _ limit: Duration, _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value? {
    try await withCheckedThrowingContinuation { continuation in
        let clock = Clock(continuation)
        let timer = Task {
            try await Task.sleep(for: limit)
            clock.end(with: .success(nil))
        }
        Task {
            let result: Result<Value?, any Error>
            do { result = .success(try await work()) } catch { result = .failure(error) }
            timer.cancel()
            clock.end(with: result)
        }
    }
}

/// Ends a wait once.
private final class Clock<Value: Sendable>: Sendable {
    private let waiting: Mutex<CheckedContinuation<Value, any Error>?>

    init(_ continuation: CheckedContinuation<Value, any Error>) { waiting = Mutex(continuation) }

    func end(with result: sending Result<Value, any Error>) {
        let first = waiting.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }
        first?.resume(with: result)
    }
}
