// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The program that was built beside these tests, as a person runs it.
struct Command {
    let status: Int32
    let output: String
    let errors: String

    /// Runs `pare` with no cache, no terminal and nothing inherited but `PATH`.
    init(
        _ arguments: [String], input: String? = nil, environment: [String: String] = [:],
        folder: String? = nil
    ) throws {
        let scratch = try TemporaryFolder()
        let process = Process()
        process.executableURL = try Self.program
        process.arguments = arguments
        process.environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": scratch.path,
            "TMPDIR": scratch.path,
        ].merging(environment) { $1 }
        process.currentDirectoryURL = URL(filePath: folder ?? scratch.path)
        let files = ["output", "errors", "input"].map { scratch.path + "/" + $0 }
        try Data((input ?? "").utf8).write(to: URL(filePath: files[2]))
        for file in files[..<2] { _ = FileManager.default.createFile(atPath: file, contents: nil) }
        process.standardOutput = FileHandle(forWritingAtPath: files[0])
        process.standardError = FileHandle(forWritingAtPath: files[1])
        process.standardInput = FileHandle(forReadingAtPath: files[2])
        try process.run()
        process.waitUntilExit()
        status = process.terminationStatus
        output = try String(contentsOfFile: files[0], encoding: .utf8)
        errors = try String(contentsOfFile: files[1], encoding: .utf8)
    }

    init(_ arguments: String..., input: String? = nil) throws { try self.init(arguments, input: input) }

    /// `pare`, in the folder that this test program stands in.
    static var program: URL {
        get throws {
            let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            return URL(filePath: tests).deletingLastPathComponent().appending(path: "pare")
        }
    }
}

/// A folder that goes away with its last user.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "pare-command-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    func write(_ text: String, to name: String) throws {
        let file = URL(filePath: path + "/" + name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
