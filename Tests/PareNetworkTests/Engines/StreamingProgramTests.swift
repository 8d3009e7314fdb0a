// SPDX-License-Identifier: Apache-2.0
import Glibc
import NetworkServers
import PareArchive
import PareBytes
import Testing

@testable import PareNetwork

@Suite struct StreamingProgramTests {
    private func shell(_ script: String, limit: Duration = .seconds(60)) -> StreamingProgram {
        StreamingProgram(
            executable: "/bin/sh", arguments: ["-c", script], environment: ["PATH": "/usr/bin:/bin"],
            limit: limit)
    }

    private func text(_ program: StreamingProgram) async throws -> String {
        try await onOwnThread { _ in
            try program.open().collect(as: "output", limit: 64 << 20)
                .withBytes { String(decoding: $0, as: UTF8.self) }
        }
    }

    @Test func givesAllThatIsWritten() async throws {
        #expect(try await text(shell("echo one; echo two >&2; echo three")) == "one\nthree\n")
        let long = try await text(shell("i=0; while [ $i -lt 300 ]; do printf %100000d $i; i=$((i+1)); done"))
        #expect(long.utf8.count == 30_000_000)
        #expect(long.hasSuffix(" 299"))
        // Each time anew.
        let program = shell("echo again")
        for _ in 0..<2 { #expect(try await text(program) == "again\n") }
    }

    @Test(arguments: [
        ("echo part; echo 'Error: the reason' >&2; exit 3", "'sh' failed: the reason"),
        ("exit 3", "'sh' failed: it ended with code 3"),
        ("kill -9 $$", "'sh' failed: it ended with code 137"),
        (
            #"echo 'time="now" level=fatal msg="no \"image\" here"' >&2; exit 1"#,
            #"'sh' failed: no "image" here"#
        ),
        (#"printf 'first\n\033[31mred\033[0m\n\n' >&2; exit 1"#, "'sh' failed:  [31mred [0m"),
    ])
    func tellsWhyItFailed(_ script: String, _ problem: String) async throws {
        let error = await #expect(throws: EngineSourceError.self) { try await text(shell(script)) }
        #expect(error?.problem == problem)
    }

    @Test func aFloodOfErrorsIsNoTrap() async throws {
        let script = "i=0; while [ $i -lt 3000 ]; do printf %1000d $i >&2; i=$((i+1)); done; echo; exit 1"
        let error = await #expect(throws: EngineSourceError.self) { try await text(shell(script)) }
        #expect((error?.problem.utf8.count ?? 0) < 500)
    }

    @Test func aProgramThatIsNotThereIsSaid() async throws {
        let program = StreamingProgram(
            executable: "/nonexistent/podman", arguments: [], environment: [:], limit: .seconds(5))
        await #expect(throws: FileError.self) { try await text(program) }
    }

    @Test func aProgramThatTakesTooLongIsEnded() async throws {
        let error = await #expect(throws: EngineSourceError.self) {
            try await text(shell("echo $$; exec sleep 1000", limit: .milliseconds(200)))
        }
        #expect(error?.problem == "'sh' failed: it was not done in 0.2 s")
    }

    @Test func whatItLeavesInItsFolderGoesToo() async throws {
        let scratch = try ScratchFolder(name: "pare-tests")
        for end in ["exit 0", "exit 1", "kill -9 $$"] {
            let program = StreamingProgram(
                executable: "/bin/sh",
                arguments: ["-c", "mkdir $TMPDIR/left; echo x > $TMPDIR/left/file; echo $TMPDIR; \(end)"],
                environment: ["PATH": "/usr/bin:/bin", "TMPDIR": scratch.path], limit: .seconds(60))
            let said = try? await text(program)
            #expect(said?.hasPrefix(scratch.path + "/pare-program-") ?? true)
            #expect(try namesInFolder(scratch.path).isEmpty)
        }
    }

    @Test func theProgramGoesWithItsReader() async throws {
        // What it started too.
        let program = shell("sleep 1000 & echo $! $$; wait")
        let numbers = try await onOwnThread { _ in
            let source = try program.open()
            let buffer = try [UInt8](unsafeUninitializedCapacity: 100) { buffer, count in
                count = try source.read(into: UnsafeMutableRawBufferPointer(buffer))
            }
            return String(decoding: buffer, as: UTF8.self).split { " \n".contains($0) }.compactMap {
                pid_t($0)
            }
        }
        #expect(numbers.count == 2)
        for number in numbers { #expect(await isGone(number), "\(number)") }
    }

    /// Also where the program itself has ended, and what it started holds the pipe.
    @Test(arguments: ["exec sleep 1000", "trap '' TERM; while :; do sleep 1; done"])
    func whatOutlivesTheProgramGoesWithItsReader(_ rest: String) async throws {
        let program = shell("sh -c \"\(rest)\" & echo $! $$; exit 0")
        let numbers = try await onOwnThread { _ in
            let source = try program.open()
            let buffer = try [UInt8](unsafeUninitializedCapacity: 100) { buffer, count in
                count = try source.read(into: UnsafeMutableRawBufferPointer(buffer))
            }
            usleep(100_000)
            return String(decoding: buffer, as: UTF8.self).split { " \n".contains($0) }.compactMap {
                pid_t($0)
            }
        }
        #expect(numbers.count == 2)
        for number in numbers { #expect(await isGone(number), "\(number)") }
    }

    @Test func aCancelledReaderEndsTheProgram() async throws {
        let scratch = try ScratchFolder(name: "pare-tests")
        let mark = scratch.path + "/number"
        let task = Task { try await text(shell("echo $$ > \(mark); exec sleep 1000")) }
        var number: pid_t?
        while number == nil {
            try await Task.sleep(for: .milliseconds(5))
            number = (try? readFile(mark)).flatMap { pid_t(String(decoding: $0.dropLast(), as: UTF8.self)) }
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        if let number { #expect(await isGone(number)) }
    }

    /// Waits until a process is no more; its parent may be long in noticing.
    private func isGone(_ process: pid_t) async -> Bool {
        await eventually {
            let state = (try? readFile("/proc/\(process)/stat")).map { String(decoding: $0, as: UTF8.self) }
            return kill(process, 0) != 0 || state?.contains(") Z ") == true
        }
    }
}
