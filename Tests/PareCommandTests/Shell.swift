// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Other programs of the machine.
enum Shell {
    struct Failed: Error {
        let words: [String]
        let errors: String
    }

    static func has(_ name: String) -> Bool {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
            .contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
    }

    /// - Throws: ``Failed`` unless the exit code is 0.
    static func run(_ words: String...) throws {
        let (status, _, errors) = try result(words)
        guard status == 0 else { throw Failed(words: words, errors: errors) }
    }

    static func result(_ words: String...) throws -> (status: Int32, output: String, errors: String) {
        try result(words)
    }

    private static func result(_ words: [String]) throws -> (status: Int32, output: String, errors: String) {
        let scratch = try TemporaryFolder()
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = words
        try scratch.write("", to: "output")
        try scratch.write("", to: "errors")
        process.standardOutput = FileHandle(forWritingAtPath: scratch.path + "/output")
        process.standardError = FileHandle(forWritingAtPath: scratch.path + "/errors")
        try process.run()
        process.waitUntilExit()
        return (
            process.terminationStatus, try String(contentsOfFile: scratch.path + "/output", encoding: .utf8),
            try String(contentsOfFile: scratch.path + "/errors", encoding: .utf8)
        )
    }
}

/// A small docker-archive of a Debian with one old package, made by `tar`.
enum ImageTar {
    static func write(to path: String) throws {
        let folder = try TemporaryFolder()
        try folder.write("12.5\n", to: "root/etc/debian_version")
        try folder.write(
            "Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nSource: glibc\nVersion: 2.36-9\n",
            to: "root/var/lib/dpkg/status")
        try Shell.run("tar", "cf", folder.path + "/layer.tar", "-C", folder.path + "/root", ".")
        try folder.write(
            #"{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["#
                + #""sha256:0000000000000000000000000000000000000000000000000000000000000000"]}}"#,
            to: "config.json")
        try folder.write(
            #"[{"Config":"config.json","RepoTags":["a:b"],"Layers":["layer.tar"]}]"#, to: "manifest.json")
        try Shell.run("tar", "cf", path, "-C", folder.path, "manifest.json", "config.json", "layer.tar")
    }
}
