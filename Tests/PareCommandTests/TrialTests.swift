// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Testing

extension EngineSuite {
    @Suite struct TrialTests {
        @Test func answersAreTold() throws {
            try EngineSuite.withImage("good", "serve 5200") { image in
                let command = try Command("trial", "--ask", "/who", image)
                #expect(!command.errors.contains("PATH"), "\(command)")
                #expect(command.status == 0 && command.leftovers.isEmpty, "\(command)")
                #expect(command.output.contains("/who") && command.output.contains("200"), "\(command)")
                #expect(try EngineSuite.leftovers(of: command).isEmpty)
                let file = try TemporaryFolder()
                let json = try Command(
                    "trial", "--format", "json", "--output", file.path + "/answers.json", image)
                #expect(json.status == 0 && json.output.isEmpty, "\(json)")
                #expect(try file.text("answers.json").contains("hello"))
            }
        }

        @Test(arguments: [
            ("silent", "did not answer on port 5200"), ("exit 3", "ended by itself with exit code 3"),
            ("exit 0", "ended by itself with exit code 0"), ("nonsense", "unknown verb"),
        ])
        func whatDoesNotServeIsSaid(words: String, says: String) throws {
            try EngineSuite.withImage("bad", words) { image in
                let command = try Command("trial", "--start-limit", words == "silent" ? "2" : "20", image)
                #expect(command.failed(naming: image, hints: false), "\(command)")
                #expect(command.errors.contains(says), "\(command)")
                #expect(try EngineSuite.leftovers(of: command).isEmpty)
            }
        }

        @Test func otherAnswersAreDifferences() throws {
            try EngineSuite.withImage("one", "serve 5200", steps: "ENV GREETING=hello") { one in
                try EngineSuite.withImage("two", "serve 5200", steps: "ENV GREETING=goodbye") { two in
                    let command = try Command("compare", "--format", "json", "--ask", "/who", one, two)
                    #expect(command.status == 0 && command.leftovers.isEmpty, "\(command)")
                    #expect(command.output.contains("GET /who"), "\(command)")
                    #expect(try EngineSuite.leftovers(of: command).isEmpty)
                }
            }
        }

        /// Whoever knows it by the port that the image names would not find it.
        @Test func anotherPortIsADifference() throws {
            try EngineSuite.withImage("one", "serve 5200") { one in
                try EngineSuite.withImage("two", "serve 5300") { two in
                    let command = try Command("compare", "--ask", "/who", "--format", "json", one, two)
                    #expect(command.status == 0 && command.leftovers.isEmpty, "\(command)")
                    #expect(command.output.contains(#""subject": "port""#), "\(command)")
                }
            }
        }

        /// Times and identifiers are other ones each time; what the user set is not.
        @Test(arguments: [("hello", true), ("goodbye", false)])
        func changingValuesAreTolerated(greeting: String, isSame: Bool) throws {
            try EngineSuite.withImage("one", "serve 5200", steps: "ENV GREETING=hello") { one in
                try EngineSuite.withImage("two", "serve 5200", steps: "ENV GREETING=\(greeting)") { two in
                    let words = ["--ask", "/changing", one, two]
                    let command = try Command(["compare"] + words, .init())
                    #expect(command.status == 0 && command.leftovers.isEmpty, "\(command)")
                    #expect(command.output.contains("tolerated: GET /changing $.time (number)"), "\(command)")
                    #expect(
                        command.output.contains("tolerated: GET /changing $.id (identifier)"), "\(command)")
                    #expect(command.output.contains("same answers to 2 of 2") == isSame, "\(command)")
                    #expect(command.output.contains("$.greeting: \"hello\"") != isSame, "\(command)")
                    let json = try Command(["compare", "--format", "json"] + words, .init())
                    #expect(json.output.contains("\"tolerated\": ["), "\(json)")
                    #expect(json.output.contains("\"peakMemoryBytes\": "), "\(json)")
                }
            }
        }

        @Test func lessCanBeTried() throws {
            try EngineSuite.withImage("less", "serve 5200") { image in
                let words = [
                    "trial", "--ask", "/write", "--ask", "/capabilities", "--read-only", "--cap-drop-all",
                ]
                let command = try Command(words + [image], .init())
                #expect(command.output.contains(#"{"root":false,"tmp":false}"#), "\(command)")
                #expect(command.output.contains("0000000000000000 0000000000000000"), "\(command)")
                #expect(command.output.contains(" of memory at most"), "\(command)")
                let writable = try Command(words + ["--writable-tmp", "--format", "json", image], .init())
                #expect(writable.output.contains(#"{\"root\":false,\"tmp\":true}"#), "\(writable)")
                #expect(writable.output.contains("\"peakMemory\" : "), "\(writable)")
            }
        }

        @Test func filesOfQuestionsAreAsked() throws {
            let folder = try TemporaryFolder()
            try folder.write(
                "### who\nGET http://localhost:1/asked HTTP/1.1\nX-Mark: seen\nHost: other\n", to: "a.http")
            try folder.write(
                "openapi: 3.1.0\npaths:\n  /who: {get: {}}\n  /{id}: {get: {}}\n", to: "api.yaml")
            try EngineSuite.withImage("files", "serve 5200") { image in
                let files = [
                    "--ask-file", folder.path + "/a.http", "--ask-openapi", folder.path + "/api.yaml",
                ]
                let command = try Command(["trial", "--format", "json"] + files + [image], .init())
                #expect(command.status == 0, "\(command)")
                #expect(command.output.contains("X-Mark: seen"), "\(command)")
                #expect(command.output.contains(#""path" : "/who""#), "\(command)")
                #expect(command.errors.contains("1 of 2 GETs are asked"), "\(command)")
                #expect(command.errors.contains("header 'Host' is left out"), "\(command)")
            }
            try folder.write("GET /a HTTP/1.1\nnonsense\n", to: "bad.http")
            let bad = try Command("trial", "--ask-file", folder.path + "/bad.http", "localhost/nosuch:1")
            #expect(bad.failed(naming: "bad.http' line 2"), "\(bad)")
        }

        @Test func aPortInUseDoesNotMatter() throws {
            let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(listener) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = UInt16(5200).bigEndian
            address.sin_addr = in_addr(s_addr: UInt32(0x7F00_0001).bigEndian)
            // Where somebody else has it already, that is as good.
            _ = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            listen(listener, 1)
            try EngineSuite.withImage("port", "serve 5200") { image in
                let command = try Command("trial", image)
                #expect(command.status == 0 && command.output.contains("200"), "\(command)")
            }
        }

        @Test(arguments: [0.5, 1.5, 3])
        func controlCLeavesNothing(seconds: Double) throws {
            try EngineSuite.withImage("endless", "silent") { image in
                let command = try Command(["trial", image], .init(interruptedAfter: seconds))
                #expect(command.status == 130 && command.leftovers.isEmpty, "\(command)")
                #expect(command.errors.contains("nothing was left behind"), "\(command)")
                #expect(try EngineSuite.leftovers(of: command).isEmpty)
            }
        }

        @Test func anUnknownImageIsSaid() throws {
            for words in [["trial", "localhost/nosuch:1"], ["compare", "localhost/nosuch:1", "b"]] {
                let command = try Command(words, .init())
                #expect(command.failed(naming: "localhost/nosuch:1"), "\(command)")
            }
        }

        @Test(.enabled(if: SurroundingsTests.canMount, "needs a mount namespace"))
        func aFullScratchDiskIsSaid() throws {
            try EngineSuite.withImage("full", "serve 5200") { image in
                let script =
                    "mount -t tmpfs -o size=64k none \"$TMPDIR\" || exit 99; \"$@\"; s=$?; ls -A \"$TMPDIR\" >&2; exit $s"
                let command = try Command(
                    ["compare", image, image],
                    .init(wrapper: ["/usr/bin/env", "unshare", "-m", "/bin/sh", "-c", script, "sh"]))
                #expect(command.failed(naming: image, hints: false), "\(command)")
                #expect(command.errors.contains("no space left on device\n"), "\(command)")
                // The list of what is left comes last, and is empty.
                #expect(
                    command.errors.hasSuffix("hint: run it yourself to see what else it says\n"), "\(command)"
                )
            }
        }
    }

    @Suite struct BuildTests {
        @Test func aFailedBuildKeepsItsLog() throws {
            // The hint names a file in the folder for passing things, which is this one then.
            let (folder, passing) = (
                try EngineSuite.folder("", steps: "RUN [\"/server\", \"exit\", \"3\"]"), try TemporaryFolder()
            )
            let command = try Command(
                ["build", "--tag", EngineSuite.prefix + "-failing:1", folder.path],
                .init(environment: ["TMPDIR": passing.path]))
            #expect(command.failed(naming: EngineSuite.prefix + "-failing:1"), "\(command)")
            let logs = try passing.paths
            #expect(
                logs.count == 1 && command.errors.contains("\(passing.path)/\(logs.first ?? "no log")"),
                "\(logs) \(command)")
            #expect(try passing.text(logs.first ?? "").contains("STEP"))
            #expect(try EngineSuite.leftovers(of: command).isEmpty)
        }

        @Test func aBaseThatCannotBeHadIsSaid() throws {
            let folder = try EngineSuite.folder("", from: "registry.invalid/nothing:1")
            let command = try Command("build", "--tag", EngineSuite.prefix + "-baseless:1", folder.path)
            #expect(command.failed(naming: "registry.invalid/nothing:1"), "\(command)")
            #expect(try EngineSuite.leftovers(of: command).isEmpty)
        }

        @Test func controlCLeavesNothing() throws {
            // A step of its own, lest a cache has it.
            let steps = "ENV STEP=\(UUID().uuidString)\nRUN [\"/server\", \"silent\"]"
            let folder = try EngineSuite.folder("", steps: steps)
            let command = try Command(
                ["build", "--tag", EngineSuite.prefix + "-stopped:1", folder.path], .init(interruptedAfter: 4)
            )
            #expect(command.status == 130 && command.leftovers.isEmpty, "\(command)")
            #expect(try EngineSuite.leftovers(of: command).isEmpty)
        }
    }
}
