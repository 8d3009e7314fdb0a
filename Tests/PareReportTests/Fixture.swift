// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareModel
import Testing

/// The folder with the fixtures of this target.
let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")

/// The fixtures that hold a file of a name: `report.json`, `proof.json`.
func cases(with file: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: fixtures.path)) ?? []
    return names.filter {
        FileManager.default.fileExists(atPath: fixtures.appending(path: "\($0)/\(file)").path)
    }.sorted()
}

/// A fixture's JSON as a value of the vocabulary.
func decoded<Value: Decodable>(_ type: Value.Type, _ path: String) throws -> Value {
    try JSONDecoder().decode(type, from: Data(contentsOf: fixtures.appending(path: path)))
}

/// Compares with a file of expectations, or writes it where the environment says so.
func expectGolden(_ text: String, at path: String, _ location: SourceLocation = #_sourceLocation) throws {
    let url = fixtures.appending(path: path)
    if ProcessInfo.processInfo.environment["PARE_UPDATE_GOLDENS"] == "1" {
        try Data(text.utf8).write(to: url)
    } else {
        let expected = String(decoding: try Data(contentsOf: url), as: UTF8.self)
        #expect(expected == text, "\(path)", sourceLocation: location)
    }
}

/// Characters of a text that a terminal would act on; empty for a text without colours.
func rawControls(in text: String) -> [Unicode.Scalar] {
    text.unicodeScalars.filter { scalar in
        (scalar.value < 0x20 && scalar != "\n") || (0x7F...0x9F).contains(scalar.value)
            || (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
    }
}

/// The text without the colours that pare writes.
func uncoloured(_ text: String) -> String {
    text.replacing(/\u{1B}\[[0-9;]*m/, with: "")
}
