// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A folder that goes away with its last user.
final class Folder: Sendable {
    let path: String

    init(named name: String = "pare-kit-" + UUID().uuidString) throws {
        path = NSTemporaryDirectory() + name
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    func write(_ text: String, to name: String) throws {
        try makeFolder(of: name)
        try Data(text.utf8).write(to: URL(filePath: path + "/" + name))
    }

    /// Copies a file of this machine, links followed; where to is the same place by default.
    func take(_ file: String, to name: String? = nil) throws {
        let name = name ?? String(file.dropFirst())
        try makeFolder(of: name)
        let source = URL(filePath: file).resolvingSymlinksInPath().path
        try FileManager.default.copyItem(atPath: source, toPath: path + "/" + name)
    }

    func text(_ name: String) throws -> String {
        try String(contentsOfFile: path + "/" + name, encoding: .utf8)
    }

    var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
    }

    private func makeFolder(of name: String) throws {
        try FileManager.default.createDirectory(
            at: URL(filePath: path + "/" + name).deletingLastPathComponent(),
            withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
