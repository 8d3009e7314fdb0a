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
    let sources = try files.filter { [".ts", ".js", ".py"].contains($0.suffix(3)) }.map {
        try fixture("rewrite/\(name)/\($0)")
    }
    let application = ApplicationFacts(
        packageJSON: try? fixture("rewrite/\(name)/package.json"),
        tsconfig: try? fixture("rewrite/\(name)/tsconfig.json"), files: files, sources: sources,
        requirements: try? fixture("rewrite/\(name)/requirements.txt"))
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

/// Expects the parts of a file to be all of it.
func expectLossless(_ dockerfile: Dockerfile, _ location: SourceLocation = #_sourceLocation) {
    var parts = ""
    for instruction in dockerfile.instructions {
        parts += dockerfile.slice(instruction.leading) + dockerfile.slice(instruction.range)
    }
    parts += dockerfile.slice(dockerfile.trailing)
    #expect(Array(parts.utf8) == Array(dockerfile.text.utf8), sourceLocation: location)
}

/// Expects each instruction and comment of a file to be in its rewrite as it was, or its line to be told of.
func expectAccounted(
    _ dockerfile: Dockerfile, _ rewrite: Rewrite, _ recipe: String,
    _ location: SourceLocation = #_sourceLocation
) {
    if rewrite.edits.isEmpty {
        #expect(rewrite.text == dockerfile.text, "\(recipe)", sourceLocation: location)
        #expect(
            rewrite.diagnostics.contains { $0.severity == .warning }, "\(recipe)", sourceLocation: location)
        return
    }
    let told = Set(rewrite.edits.map(\.line) + rewrite.diagnostics.compactMap(\.lineNumber))
    for instruction in dockerfile.instructions {
        let source = dockerfile.slice(instruction.range).trimmed
        #expect(
            told.contains(instruction.line) || rewrite.text.contains(source)
                // Folders are told in one line.
                || instruction.keyword == .workdir && rewrite.text.contains("WORKDIR"),
            "\(recipe): line \(instruction.line) is lost", sourceLocation: location)
        for line in dockerfile.slice(instruction.leading).split(whereSeparator: \.isNewline) {
            #expect(rewrite.text.contains(line), "\(recipe): '\(line)' is lost", sourceLocation: location)
        }
    }
    // The result is a Dockerfile, too.
    #expect(throws: Never.self, "\(recipe)", sourceLocation: location) {
        try Dockerfile(parsing: rewrite.text)
    }
}

extension Diagnostic {
    /// The line in ``location``.
    fileprivate var lineNumber: Int? { location.flatMap { Int($0.split(separator: ":").last ?? "") } }
}
