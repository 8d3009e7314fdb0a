// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import PareDockerfile

/// Where hadolint is, if it is there: `PARE_HADOLINT` or the `PATH`.
private let hadolint: String? = {
    let environment = ProcessInfo.processInfo.environment
    let folders = environment["PATH", default: ""].split(separator: ":").map { "\($0)/hadolint" }
    return ([environment["PARE_HADOLINT"]] + folders).compactMap(\.self).first {
        FileManager.default.isExecutableFile(atPath: $0)
    }
}()

@Suite(.enabled(if: hadolint != nil, "hadolint is not there; name it in PARE_HADOLINT"))
struct LintTests {
    /// Rule by rule, no rewrite of a fixture has more findings than the fixture.
    @Test func findsNothingWorse() throws {
        var files: [(name: String, before: String, after: String)] = []
        for recipe in Recipe.all {
            for name in cases("rewrite") {
                let (dockerfile, rewrite) = try rewritten(name, by: recipe)
                files.append(("\(name) \(recipe.name)", dockerfile.text, rewrite.text))
            }
            for name in FieldTests.names where recipe.steps.isEmpty {
                let dockerfile = try Dockerfile(parsing: fixture("field/\(name).Dockerfile"))
                let result = rewrite(dockerfile, for: FieldTests.application, recipe: recipe, on: today)
                files.append(("\(name) \(recipe.name)", dockerfile.text, result.text))
            }
        }
        let findings = try findings(Set(files.flatMap { [$0.before, $0.after] }))
        for file in files {
            let before = findings[file.before, default: [:]]
            // A file that hadolint cannot read has nothing to compare with.
            guard before["DL1000"] == nil else { continue }
            for (rule, count) in findings[file.after, default: [:]] {
                // A user's name stands in both stages where the build needs the user, too.
                let limit = rule == "DL3066" ? 2 * before[rule, default: 0] : before[rule, default: 0]
                #expect(count <= limit, "\(file.name): \(rule)\n\(file.after)")
            }
        }
    }

    /// How often hadolint complains of each text, by rule.
    private func findings(_ unordered: Set<String>) throws -> [String: [String: Int]] {
        let texts = Array(unordered)
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = texts.indices.map { folder.appending(path: "\($0)").path }
        for (text, file) in zip(texts, files) { try Data(text.utf8).write(to: URL(filePath: file)) }
        let process = Process()
        process.executableURL = URL(filePath: try #require(hadolint))
        process.arguments = ["--no-fail", "--format", "json"] + files
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        struct Finding: Decodable {
            let code: String
            let file: String
        }
        let found = Dictionary(grouping: try JSONDecoder().decode([Finding].self, from: data), by: \.file)
        return zip(texts, files).reduce(into: [:]) { result, pair in
            for finding in found[pair.1] ?? [] { result[pair.0, default: [:]][finding.code, default: 0] += 1 }
        }
    }
}
