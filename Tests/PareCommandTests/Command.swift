// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The program that was built beside these tests, as a person runs it.
struct Command {
    /// Below zero for a signal's number.
    let status: Int32
    let output: String
    let errors: String
    let processID: Int32
    /// What the command left in the folder for passing things.
    let leftovers: [String]

    /// How it is run.
    struct Way {
        var input: String?
        var environment: [String: String] = [:]
        var folder: String?
        /// A command that runs the command behind it.
        var wrapper: [String] = []
        /// Ctrl-C is pressed so many seconds after it began to listen for that.
        var interruptedAfter: Double?
    }

    /// Runs `pare` with no cache, no terminal and nothing inherited but `PATH`.
    init(_ arguments: [String], _ way: Way) throws {
        let scratch = try TemporaryFolder()
        let passing = scratch.path + "/tmp"
        try FileManager.default.createDirectory(atPath: passing, withIntermediateDirectories: true)
        let process = Process()
        let words = way.wrapper + [try Self.program.path] + arguments
        process.executableURL = URL(filePath: words[0])
        process.arguments = Array(words.dropFirst())
        process.environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": scratch.path,
            "TMPDIR": passing,
        ].merging(way.environment) { $1 }
        process.currentDirectoryURL = URL(filePath: way.folder ?? scratch.path)
        let files = ["output", "errors", "input"].map { scratch.path + "/" + $0 }
        try Data((way.input ?? "").utf8).write(to: URL(filePath: files[2]))
        for file in files[..<2] { _ = FileManager.default.createFile(atPath: file, contents: nil) }
        process.standardOutput = FileHandle(forWritingAtPath: files[0])
        process.standardError = FileHandle(forWritingAtPath: files[1])
        process.standardInput = FileHandle(forReadingAtPath: files[2])
        try process.run()
        processID = process.processIdentifier
        if let seconds = way.interruptedAfter {
            while process.isRunning, !Self.catchesControlC(processID) { Thread.sleep(forTimeInterval: 0.01) }
            Thread.sleep(forTimeInterval: seconds)
            process.interrupt()
        }
        process.waitUntilExit()
        let isSignal = process.terminationReason == .uncaughtSignal
        status = isSignal ? -process.terminationStatus : process.terminationStatus
        output = try String(contentsOfFile: files[0], encoding: .utf8)
        errors = try String(contentsOfFile: files[1], encoding: .utf8)
        leftovers = try FileManager.default.contentsOfDirectory(atPath: passing)
    }

    /// Whether a process has a handler of its own for SIGINT.
    private static func catchesControlC(_ process: Int32) -> Bool {
        let status = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("SigCgt:") }
        let caught = line?.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) } ?? 0
        return caught & 1 << UInt64(SIGINT - 1) != 0
    }

    init(_ arguments: String..., input: String? = nil) throws {
        try self.init(arguments, Way(input: input))
    }

    /// `pare`, in the folder that this test program stands in.
    static var program: URL {
        get throws {
            let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            return URL(filePath: tests).deletingLastPathComponent().appending(path: "pare")
        }
    }

    /// Whether it failed as commands should: with the code, one error that names the input, a hint, and nothing left.
    func failed(_ status: Int32 = 1, naming input: String, hints: Bool = true) -> Bool {
        let lines = errors.split(separator: "\n")
        let error = lines.filter { $0.hasPrefix("error: ") }
        return self.status == status && output.isEmpty && leftovers.isEmpty
            && error.count == 1 && errors.contains(input)
            && (!hints || lines.contains { $0.hasPrefix("hint: ") && $0.count > 12 })
    }
}

extension Command: CustomStringConvertible {
    var description: String { "\(status): \(output.prefix(500))\n\(errors)\nleft: \(leftovers)" }
}

/// Runs a shell's script with words; gives what it says.
@discardableResult
func shell(_ script: String, _ words: String..., status expected: Int32? = 0) throws -> String {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", script, "sh"] + words
    process.standardOutput = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    if let expected, process.terminationStatus != expected {
        throw ShellFailure(script: script, status: process.terminationStatus)
    }
    return String(decoding: output, as: UTF8.self)
}

struct ShellFailure: Error {
    let script: String
    let status: Int32
}

/// A folder that goes away with its last user.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "pare-command-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }

    func write(_ bytes: [UInt8], to name: String) throws {
        let file = URL(filePath: path + "/" + name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
    }

    func text(_ name: String) throws -> String {
        try String(contentsOfFile: path + "/" + name, encoding: .utf8)
    }

    /// All paths in it.
    var paths: [String] {
        get throws { try FileManager.default.subpathsOfDirectory(atPath: path).sorted() }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
