// SPDX-License-Identifier: Apache-2.0
import Foundation

extension Bench {
    /// What came of a command.
    struct Ended {
        let status: Int32
        let output: String
        let errors: String
        /// What it left in the folder for passing things.
        let leftovers: [String]
    }

    /// Runs the program that was built beside these tests on the application, with JSON for an answer.
    func pare(_ verb: String, _ options: [String]) throws -> Ended {
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let passing = try Folder()
        let process = Process()
        process.executableURL = URL(filePath: tests).deletingLastPathComponent().appending(path: "pare")
        process.arguments =
            [verb, application.path, "--engine", "buildah", "--format", "json"] + options
            + (database.map { ["--db-path", $0] } ?? [])
        process.environment = [
            "PATH": Self.environment["PATH"] ?? "", "HOME": home.path, "TMPDIR": passing.path,
        ].merging(buildSettings) { $1 }
        let files = ["output", "errors"].map { scratch.path + "/" + $0 }
        for file in files { _ = FileManager.default.createFile(atPath: file, contents: nil) }
        process.standardOutput = FileHandle(forWritingAtPath: files[0])
        process.standardError = FileHandle(forWritingAtPath: files[1])
        try process.run()
        process.waitUntilExit()
        return Ended(
            status: process.terminationStatus, output: try String(contentsOfFile: files[0], encoding: .utf8),
            errors: try String(contentsOfFile: files[1], encoding: .utf8), leftovers: try passing.names)
    }

    /// Removes the images that fixes of the application have left.
    func removeImages() {
        let name = application.path.split(separator: "/").last?.lowercased() ?? ""
        let all = Self.words(["buildah", "images", "--noheading", "--format", "{{.Name}}:{{.Tag}}"]) ?? ""
        for image in all.split(separator: "\n") where image.contains("/\(name):") {
            Self.words(["buildah", "rmi", String(image)])
        }
    }
}
