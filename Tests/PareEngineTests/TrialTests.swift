// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import PareModel
import Testing

@testable import PareEngine

extension RealEngineTests {
    @Suite("Trials by buildah and runc") struct TrialTests {
        @Test func answersAreRecorded() async throws {
            var request = try await RealEngine.request(
                ["serve", "5200"], ["/", "/who", "/nothing", "/redirect", "/big"])
            request.questions.append(
                Question(method: "POST", path: "/books", contentType: "text/plain", body: "a book"))
            let engine = try await RealEngine.engine()
            let behaviour = try await engine.trial(request)
            #expect(behaviour.answers.map(\.status) == [200, 200, 404, 302, 200, 201])
            #expect(behaviour.answers[0].body == "hello")
            #expect(behaviour.answers[0].contentType == "text/plain; charset=utf-8")
            #expect(
                behaviour.answers[1].body
                    == #"{"user":0,"group":0,"process":1,"host":"pare-trial","greeting":"hello"}"#)
            #expect(behaviour.answers[4].isCut)
            #expect(behaviour.answers[4].body.utf8.count == HTTPExchange.bodyLimit)
            #expect(behaviour.answers[5].body == "a book")
            #expect(behaviour.exitCode == nil)
            #expect(behaviour.output == "listening on 5200\n")
            #expect(behaviour.startSeconds > 0)
            let left = await RealEngine.leftovers(of: engine)
            #expect(left.isEmpty)
        }

        @Test(arguments: [("app", 1500, 1600), ("1700", 1700, 0), ("app:0", 1500, 0), ("12:34", 12, 34)])
        func runsAsTheUserOfTheImage(user: String, number: Int, group: Int) async throws {
            let request = try await RealEngine.request(["serve", "5200"], ["/who"], user: user)
            let behaviour = try await RealEngine.engine().trial(request)
            let body = behaviour.answers.first?.body ?? ""
            #expect(body.contains(#""user":\#(number),"group":\#(group),"#), "\(body)")
        }

        /// What cannot be tried, each with the words of its error.
        @Test(arguments: [
            Refusal(words: ["exit", "3"], says: "ended by itself with exit code 3"),
            Refusal(words: ["exit", "3"], says: "to the errors"),
            Refusal(words: ["silent"], says: "it listens on no port"),
            Refusal(words: ["serve", "5200"], user: "nobody-here", says: "runs as 'nobody-here'"),
            Refusal(words: ["serve", "5200"], path: "/crash", says: "about to crash"),
            Refusal(words: ["serve", "5200"], path: "/close", says: "it closed the connection"),
            Refusal(words: ["serve", "5200"], path: "/half", says: "amid its answer"),
            Refusal(words: ["serve", "5200"], path: "/gibberish", says: "what it says is not HTTP"),
            Refusal(words: ["serve", "5200"], path: "/slow", says: "nothing for 1 s"),
            Refusal(entry: "/garbage", words: [], says: "exec format error"),
            Refusal(entry: "/nothing", words: [], says: "no such file"),
            Refusal(entry: "", words: [], says: "neither an entry point nor a command"),
        ])
        func saysWhyNot(refusal: Refusal) async throws {
            var request = try await RealEngine.request(refusal.words, [refusal.path], user: refusal.user)
            request.readinessLimit = refusal.words == ["silent"] ? .seconds(8) : .seconds(20)
            request.questionLimit = refusal.path == "/slow" ? .seconds(1) : .seconds(20)
            if let entry = refusal.entry {
                request.config = ImageConfig(
                    exposedPorts: ["5200/tcp"], entrypoint: entry.isEmpty ? [] : [entry])
            }
            let engine = try await RealEngine.engine()
            let error = await #expect(throws: EngineError.self) { try await engine.trial(request) }
            #expect(error?.problem.contains(refusal.says) == true, "\(error?.problem ?? "no error")")
            let left = await RealEngine.leftovers(of: engine)
            #expect(left.isEmpty)
        }

        struct Refusal: Sendable, CustomTestStringConvertible {
            var entry: String?
            var words: [String]
            var user = ""
            var path = "/"
            var says: String
            var testDescription: String {
                ([entry ?? ""] + words + [path, "→", says]).joined(separator: " ")
            }
        }

        @Test func anotherPortIsAskedWithANote() async throws {
            let notes = Notes()
            let behaviour = try await RealEngine.engine().trial(
                RealEngine.request(["serve", "8081"]), progress: notes.sink)
            #expect(behaviour.answers.map(\.body) == ["hello"])
            #expect(notes.notes.contains { $0.contains("exposes port 5200, but it listens on 8081") })
        }

        @Test func aServerForItselfIsAskedWithANote() async throws {
            let notes = Notes()
            let behaviour = try await RealEngine.engine().trial(
                RealEngine.request(["local", "5200"]), progress: notes.sink)
            #expect(behaviour.answers.map(\.body) == ["hello"])
            #expect(notes.notes.contains { $0.contains("of 127.0.0.1 only") })
        }

        @Test func aPortOfTheHostThatIsTakenDoesNotMatter() async throws {
            // If another test has taken it, it is taken all the same.
            let taken = Listener(port: 5200)
            defer { taken?.close() }
            let behaviour = try await RealEngine.engine().trial(RealEngine.request(["serve", "5200"]))
            #expect(behaviour.answers.map(\.body) == ["hello"])
        }

        @Test(arguments: [
            ("exit", 3, "to the output\n", "to the errors\n"),
            ("exit", 0, "to the output\n", "to the errors\n"),
        ])
        func aCommandRunsToItsEnd(verb: String, code: Int, output: String, errors: String) async throws {
            let request = try await RealEngine.request([verb, "\(code)"], ports: [])
            let behaviour = try await RealEngine.engine().trial(request)
            #expect(behaviour.exitCode == code)
            #expect(behaviour.output == output)
            #expect(behaviour.errors == errors)
            #expect(behaviour.answers.isEmpty)
        }

        @Test func aCommandStandsInPlaceOfTheImages() async throws {
            var request = try await RealEngine.request(["serve", "5200"])
            request.command = ["exit", "4"]
            request.isCommand = true
            #expect(try await RealEngine.engine().trial(request).exitCode == 4)
        }

        @Test func onlyTheEndOfALongOutputIsKept() async throws {
            let behaviour = try await RealEngine.engine().trial(
                RealEngine.request(["flood", "0"], ports: []))
            #expect(behaviour.output.utf8.count == 256 << 10)
            #expect(behaviour.output.hasSuffix("000000000065535\n"))
        }

        @Test func aCommandThatDoesNotEndIsStopped() async throws {
            var request = try await RealEngine.request(["serve", "8080"], ports: [])
            request.totalLimit = .seconds(8)
            let engine = try await RealEngine.engine()
            let error = await #expect(throws: EngineError.self) { try await engine.trial(request) }
            #expect(error?.hint == "name the port with '--port 8080'")
            let left = await RealEngine.leftovers(of: engine)
            #expect(left.isEmpty)
        }

        @Test func anApplicationThatIgnoresTheSignalIsKilled() async throws {
            let engine = try await RealEngine.engine()
            let behaviour = try await engine.trial(RealEngine.request(["serve", "5200", "ignore"]))
            #expect(behaviour.answers.map(\.status) == [200])
            let left = await RealEngine.leftovers(of: engine)
            #expect(left.isEmpty)
        }

        /// From the making of the container to the middle of the wait.
        @Test(arguments: [5, 60, 120, 150, 180, 220, 300, 700, 1500])
        func cancellationLeavesNothing(milliseconds: Int) async throws {
            let engine = try await RealEngine.engine()
            let request = try await RealEngine.request(["silent"])
            let before = Self.mounts()
            let trial = Task { try await engine.trial(request) }
            try await Task.sleep(for: .milliseconds(milliseconds))
            // Others' mounts come and go meanwhile; ours has the server in it, and no distribution.
            let during = Self.mounts().subtracting(before).filter {
                access($0 + "/server", F_OK) == 0 && access($0 + "/etc/debian_version", F_OK) != 0
            }
            trial.cancel()
            await #expect(throws: CancellationError.self) { try await trial.value }
            let left = await RealEngine.leftovers(of: engine)
            #expect(left.isEmpty)
            #expect(Self.mounts().intersection(during).isEmpty)
        }

        private static func mounts() -> Set<String> {
            let lines = Folder.text("/proc/mounts")?.split(separator: "\n") ?? []
            return Set(lines.compactMap { $0.split(separator: " ").dropFirst().first.map(String.init) })
        }

        @Test func whatAKilledRunLeftIsRemoved() async throws {
            let engine = try await RealEngine.engine()
            let request = try await RealEngine.request(["silent"])
            // No process has this number, since the kernel's limit is 2²².
            let stale = "pare-trial-4999999-1-1"
            let folder = try RealEngine.folder("stale")
            let container = try await engine.bundledContainer(stale, for: request, in: folder)
            let running = Task {
                try await container.start.run(output: { _ in }, errors: { _ in }, beside: { _ in })
            }
            while await container.processID() == nil { try await Task.sleep(for: .milliseconds(20)) }
            #expect(await engine.removeStale().contains(stale))
            _ = try await running.value
            #expect(await !engine.trialContainers().contains(stale))
            #expect(ProcessTable.members(ofGroup: stale).isEmpty)
        }

        @Test func anUnknownImageIsNamed() async throws {
            var request = try await RealEngine.request(["silent"])
            request.image = "localhost/nosuch:1"
            await #expect(throws: EngineError.noImage("localhost/nosuch:1")) {
                try await RealEngine.engine().trial(request)
            }
        }
    }
}

/// A listener on the host.
struct Listener {
    private let descriptor: Int32

    init?(port: UInt16) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var one: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr = in_addr(s_addr: UInt32(0x7F00_0001).bigEndian)
        let isBound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isBound, listen(descriptor, 1) == 0 else { return nil }
    }

    func close() { Glibc.close(descriptor) }
}
