// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Another program that knows the answer, where the machine has it.
enum Oracle {
    static let dpkg = executable("dpkg")
    static let python = executable("python3").flatMap { works($0, ["-c", pythonImport]) ? $0 : nil }
    static let node = executable("node")
    static let java = executable("java")

    static let pythonImport = """
        try:
            from packaging.version import Version
            from packaging.specifiers import SpecifierSet
        except ImportError:
            from pip._vendor.packaging.version import Version
            from pip._vendor.packaging.specifiers import SpecifierSet
        """

    /// Where npm keeps node-semver; `nil` where it is not.
    static let semverFolder = [
        "/usr/lib/node_modules/npm/node_modules/semver",
        "/usr/local/lib/node_modules/npm/node_modules/semver",
        "/usr/share/nodejs/semver",
    ].first { FileManager.default.fileExists(atPath: $0) && node != nil }

    /// Class path with Maven's own order; `nil` where it is not.
    static let mavenClasses: String? = {
        let files = ["/usr/share/java/maven-artifact-3.x.jar", "/usr/share/java/commons-lang3.jar"]
        let isThere = java != nil && files.allSatisfy { FileManager.default.fileExists(atPath: $0) }
        return isThere ? files.joined(separator: ":") : nil
    }()

    private static func executable(_ name: String) -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
        return folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    private static func works(_ program: String, _ arguments: [String]) -> Bool {
        (try? output(program, arguments)) != nil
    }

    struct Failed: Error {
        let status: Int32
    }

    /// What a program prints, given lines of input.
    static func output(_ program: String, _ arguments: [String], input: [String] = []) throws -> [String] {
        let file = FileManager.default.temporaryDirectory.appending(path: "pare-oracle-\(UUID().uuidString)")
        try Data(input.map { $0 + "\n" }.joined().utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.standardInput = try FileHandle(forReadingFrom: file)
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed(status: process.terminationStatus) }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}

extension RandomNumberGenerator {
    mutating func one<Element>(of choices: [Element]) -> Element {
        choices[Int.random(in: 0..<choices.count, using: &self)]
    }

    /// Up to so many texts from a list, joined.
    mutating func text(of pieces: [String], upTo limit: Int) -> String {
        (0..<Int.random(in: 0...limit, using: &self)).map { _ in one(of: pieces) }.joined()
    }
}
