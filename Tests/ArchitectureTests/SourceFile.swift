// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A Swift file of the project, as text.
struct SourceFile {
    /// From the project's root: `Sources/PareModel/Digest.swift`.
    let path: String
    let lines: [String]

    static let root = URL(filePath: #filePath).appending(path: "../../..").standardizedFileURL.path

    static func all(in folder: String) throws -> [SourceFile] {
        let base = root + "/" + folder
        return try FileManager.default.subpathsOfDirectory(atPath: base)
            .filter { $0.hasSuffix(".swift") && !$0.contains("Fixtures/") }
            .map { path in
                let text = try String(contentsOfFile: base + "/" + path, encoding: .utf8)
                return SourceFile(path: folder + "/" + path, lines: text.components(separatedBy: "\n"))
            }
    }

    /// `PareModel` for a line `package import PareModel`.
    var imports: [String] {
        lines.compactMap { line in
            var words = line.split(separator: " ")
            if let first = words.first,
                ["public", "package", "internal", "private", "@preconcurrency"].contains(first)
            {
                words.removeFirst()
            }
            guard words.first == "import" else { return nil }
            let kinds: Set<Substring> = [
                "struct", "class", "enum", "func", "protocol", "var", "let", "typealias",
            ]
            let name = words.dropFirst().first { !kinds.contains($0) }
            return name.map { String($0.split(separator: ".")[0]) }
        }
    }
}
