// SPDX-License-Identifier: Apache-2.0

import Foundation
import PareBytes
import PareModel
import Testing

@testable import PareEngine

extension RealEngineTests {
    @Suite("Trials with less, and what is measured") struct RestrictionTests {
        /// What is taken away, and which of `/` and `/tmp` can be written then.
        @Test(arguments: [
            (false, false, true, false), (true, false, false, false), (true, true, false, true),
            (false, true, true, true),
        ])
        func filesAreOnlyReadWhereAsked(readOnly: Bool, ownTmp: Bool, root: Bool, tmp: Bool) async throws {
            var request = try await RealEngine.request(["serve", "5200"], ["/write"])
            request.isReadOnlyRoot = readOnly
            request.hasOwnTmp = ownTmp
            let engine = try await RealEngine.engine()
            let behaviour = try await engine.trial(request)
            #expect(behaviour.answers.map(\.body) == ["{\"root\":\(root),\"tmp\":\(tmp)}"])
            let left = await RealEngine.leftovers(of: engine)
            #expect(left.isEmpty)
        }

        @Test func capabilitiesAreDropped() async throws {
            var request = try await RealEngine.request(["serve", "5200"], ["/capabilities"])
            let plain = try await RealEngine.engine().trial(request)
            request.dropsCapabilities = true
            request.isReadOnlyRoot = true
            let bare = try await RealEngine.engine().trial(request)
            #expect(bare.answers.map(\.body) == ["0000000000000000 0000000000000000"])
            #expect(plain.answers.map(\.body) != bare.answers.map(\.body))
        }

        @Test func thePeakOfMemoryIsMeasured() async throws {
            let engine = try await RealEngine.engine()
            let small = try await engine.trial(RealEngine.request(["serve", "5200"]))
            let large = try await engine.trial(RealEngine.request(["serve", "5200"], ["/memory"]))
            let (low, high) = (try #require(small.peakMemory), try #require(large.peakMemory))
            #expect(low > .zero && low < ByteCount(16 << 20), "\(low)")
            #expect(high >= ByteCount(64 << 20) && high < ByteCount(96 << 20), "\(high)")
        }

        @Test func theUserIsSeen() async throws {
            let request = try await RealEngine.request(["serve", "5200"], user: "app")
            #expect(try await RealEngine.engine().trial(request).user == UserNumbers(user: 1500, group: 1600))
        }

        @Test func headersAreSent() async throws {
            var request = try await RealEngine.request(["serve", "5200"], [])
            let fields = [
                HeaderField("X-Token", "a b: c"), HeaderField("accept", "text/html"),
                HeaderField("Host", "elsewhere"),
                HeaderField("Content-Length", "7"), HeaderField("X-Token", "second"),
            ]
            request.questions = [Question(path: "/asked", headers: fields)]
            let answers = try await RealEngine.engine().trial(request).answers
            let lines = answers.first?.body.split(separator: "\r\n").map(String.init) ?? []
            #expect(lines.first == "GET /asked HTTP/1.1")
            #expect(lines.filter { $0.hasPrefix("X-Token") } == ["X-Token: a b: c", "X-Token: second"])
            #expect(lines.filter { $0.lowercased().hasPrefix("accept:") } == ["accept: text/html"])
            #expect(lines.filter { $0.lowercased().hasPrefix("host") } == ["Host: localhost:5200"])
            #expect(!lines.contains { $0.lowercased().hasPrefix("content-length") })
        }

        @Test(arguments: [
            HeaderField("X", "a\r\nY: b"), HeaderField("X Y", "a"), HeaderField("", "a"),
            HeaderField("X", "\u{0}"),
        ])
        func headersThatAreNoneAreRefused(field: HeaderField) async throws {
            var request = try await RealEngine.request(["serve", "5200"], [])
            request.questions = [Question(path: "/asked", headers: [field])]
            let error = await #expect(throws: EngineError.self) {
                try await RealEngine.engine().trial(request)
            }
            #expect(error?.problem.contains("is not one of HTTP") == true)
        }

        @Test func headersThatAreActedUponAreKept() async throws {
            let request = try await RealEngine.request(["serve", "5200"], ["/cookie", "/redirect", "/"])
            let answers = try await RealEngine.engine().trial(request).answers
            #expect(
                answers.map(\.headers) == [
                    [
                        HeaderField("access-control-allow-origin", "*"),
                        HeaderField("cache-control", "no-store"),
                        HeaderField("set-cookie", "sid; Path=/; HttpOnly; Expires"),
                    ], [HeaderField("location", "/")], [],
                ])
        }

        @Test func aPauseComesBeforeTheQuestions() async throws {
            var request = try await RealEngine.request(["serve", "5200"])
            request.pause = .milliseconds(700)
            let behaviour = try await RealEngine.engine().trial(request)
            #expect(behaviour.answers.map(\.body) == ["hello"])
            #expect(behaviour.startSeconds >= 0.7)
        }
    }
}

@Suite("A container's configuration") struct BundleTests {
    private static func configuration(_ change: (inout RuntimeBundle) -> Void) throws -> JSONValue {
        let user = try #require(ImageUser("", passwd: "", group: ""))
        var bundle = RuntimeBundle(
            words: ["/a"], environment: [], workingDirectory: "/", user: user, root: "/r", hosts: "/h")
        change(&bundle)
        return try JSONValue(bundle.text.utf8)
    }

    @Test func asTheImageSays() throws {
        let json = try Self.configuration { _ in }
        #expect(json["root"]?["readonly"] == .bool(false))
        #expect(json["process"]?["capabilities"]?["bounding"]?.texts == RuntimeBundle.capabilities)
        #expect(json["mounts"]?.elements?.contains { $0["destination"]?.text == "/tmp" } == false)
    }

    @Test func withLess() throws {
        let json = try Self.configuration {
            $0.isReadOnlyRoot = true
            $0.hasOwnTmp = true
            $0.dropsCapabilities = true
        }
        #expect(json["root"]?["readonly"] == .bool(true))
        for set in ["bounding", "effective", "permitted"] {
            #expect(json["process"]?["capabilities"]?[set]?.elements?.isEmpty == true)
        }
        let tmp = json["mounts"]?.elements?.last
        #expect(tmp?["destination"]?.text == "/tmp" && tmp?["type"]?.text == "tmpfs")
        #expect(tmp?["options"]?.texts == ["rw", "nosuid", "noexec", "nodev", "mode=1777"])
    }
}
