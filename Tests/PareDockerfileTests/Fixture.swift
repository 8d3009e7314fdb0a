// SPDX-License-Identifier: Apache-2.0

import Foundation
import PareModel
import Testing

@testable import PareDockerfile

/// The folder with the fixtures of this target.
let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")

/// The folders in a folder of fixtures, by name.
func cases(_ folder: String) -> [String] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: fixtures.appending(path: folder).path)
    return (names ?? []).filter { !$0.hasPrefix(".") }.sorted()
}

/// The text of a fixture, byte for byte.
func fixture(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: fixtures.appending(path: path)), as: UTF8.self)
}

/// Compares with a file of expectations, or writes it where the environment says so.
func expectGolden(_ text: String, at path: String, _ location: SourceLocation = #_sourceLocation) throws {
    let url = fixtures.appending(path: path)
    if ProcessInfo.processInfo.environment["PARE_UPDATE_GOLDENS"] == "1" {
        try Data(text.utf8).write(to: url)
    } else {
        #expect(try fixture(path) == text, "\(path)", sourceLocation: location)
    }
}

/// The day on which all fixtures are judged.
let today = Day(2026, 11, 24)

/// A rewrite of a fixture in `rewrite/`.
func rewritten(_ name: String, by recipe: Recipe) throws -> (dockerfile: Dockerfile, rewrite: Rewrite) {
    let dockerfile = try Dockerfile(parsing: fixture("rewrite/\(name)/Dockerfile"))
    let folder = fixtures.appending(path: "rewrite/\(name)")
    let found = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    let files = found.filter { !$0.hasSuffix(".expected") && !$0.hasSuffix(".reasons") }
    let sources = try files.filter { [".ts", ".js"].contains($0.suffix(3)) }.map {
        try fixture("rewrite/\(name)/\($0)")
    }
    let application = ApplicationFacts(
        packageJSON: try? fixture("rewrite/\(name)/package.json"),
        tsconfig: try? fixture("rewrite/\(name)/tsconfig.json"), files: files, sources: sources)
    return (dockerfile, rewrite(dockerfile, for: application, recipe: recipe, on: today))
}

extension Rewrite {
    /// Edits and diagnostics, a line each.
    var reasons: String {
        let changes = edits.map { "\($0.line): \($0.reason)\n" }
        return changes.joined()
            + diagnostics.map { "\($0.severity.rawValue) \($0.location ?? "-"): \($0.message)\n" }.joined()
    }
}
