// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareModel
import Testing

/// A folder of `Fixtures`: a value as JSON, and what is to be made of it.
struct Fixture: CustomTestStringConvertible {
    let name: String

    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")

    var testDescription: String { name }

    private var folder: URL { Self.folder.appending(path: name) }

    /// Folders that have a file of this name.
    static func all(with file: String) -> [Fixture] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted().map(Fixture.init).filter {
            FileManager.default.fileExists(atPath: $0.folder.appending(path: file).path)
        }
    }

    func value<Value: Decodable>(_ file: String, as type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(contentsOf: folder.appending(path: file)))
    }

    /// Expects a text to be that of the file, which is rewritten where `PARE_UPDATE_GOLDENS` is set.
    func expect(_ text: String, is file: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let url = folder.appending(path: file)
        if ProcessInfo.processInfo.environment["PARE_UPDATE_GOLDENS"] != nil {
            try Data(text.utf8).write(to: url)
        }
        let golden = try String(contentsOf: url, encoding: .utf8)
        #expect(text == golden, "\(name)/\(file) differs", sourceLocation: sourceLocation)
    }
}

extension TableStyle {
    static func plain(_ width: Int) -> TableStyle { TableStyle(width: width, isColoured: false) }
}
