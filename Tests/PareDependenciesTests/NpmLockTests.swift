// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareBytes
import Testing

@testable import PareDependencies

/// Each fixture is a folder with a manifest, a lock file, and the tree that they say, a line an edge.
@Suite struct NpmLockTests {
    static let root = URL(filePath: #filePath).appending(path: "../Fixtures/npm").standardizedFileURL.path
    static let names = ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).sorted()

    @Test func thereAreFixtures() { #expect(Self.names.count >= 3) }

    @Test(arguments: names) func theTreeIsRead(_ name: String) throws {
        let folder = Self.root + "/" + name
        func text(_ file: String) throws -> String {
            try String(contentsOfFile: folder + "/" + file, encoding: .utf8)
        }
        let manifest = try JSONValue(try text("package.json"), named: "package.json")
        let lock = try NpmLock(try text("package-lock.json"), named: "package-lock.json", manifest: manifest)
        let lines = lock.tree.nodes.flatMap { node in
            node.edges.map { edge in
                let target = edge.target.map { lock.tree.nodes[$0] }
                let marks = [
                    target?.isDevelopment == true ? "dev" : "", target?.isOptional == true ? "optional" : "",
                    target?.isBundled == true ? "bundled" : "", edge.kind == .peerDependencies ? "peer" : "",
                ]
                let place = target.map { "\($0.path) \($0.label)" } ?? "nothing"
                return
                    ([node.path.isEmpty ? "." : node.path, "\(edge.name)@\(edge.range)", "->", place] + marks)
                    .filter { !$0.isEmpty }.joined(separator: " ")
            }
        }
        #expect(lines.sorted().joined(separator: "\n") + "\n" == (try text("tree.txt")))
    }

    @Test(arguments: names) func everyPrefixIsRefused(_ name: String) throws {
        let folder = Self.root + "/" + name
        let lock = Array(try String(contentsOfFile: folder + "/package-lock.json", encoding: .utf8).utf8)
        let end = lock.lastIndex(of: UInt8(ascii: "}")) ?? 0
        for count in 0...end {
            let part = String(decoding: lock.prefix(count), as: UTF8.self)
            #expect(throws: DependencyError.self) { try NpmLock(part, named: "x", manifest: .object([])) }
        }
    }

    /// A lock file that leads in circles, and one whose links lead nowhere.
    @Test func oddTreesAreSurvived() throws {
        let text = """
            {"lockfileVersion": 3, "packages": {"": {"dependencies": {"a": "1", "l": "1"}},
             "node_modules/a": {"version": "1.0.0", "dependencies": {"b": "1"}},
             "node_modules/b": {"version": "1.0.0", "dependencies": {"a": "1", "b": "1", "c": "1"}},
             "node_modules/l": {"link": true, "resolved": "nowhere"}, "/": {}, "node_modules/": {"version": 3}}}
            """
        let manifest = try JSONValue(#"{"dependencies": {"a": "1"}, "optionalDependencies": {}}"#, named: "m")
        #expect(throws: DependencyError.contradiction(lock: "x", manifest: "package.json", package: "l")) {
            try NpmLock(text, named: "x", manifest: manifest)
        }
        let whole = text.replacing(", \"l\": \"1\"", with: "")
        let tree = try NpmLock(whole, named: "x", manifest: manifest).tree
        let circle = try #require(tree.nodes.firstIndex { $0.name == "b" })
        #expect(tree.path(to: circle) == ["a", "b"])
        #expect(tree.names(above: "b") == ["", "a", "b"])
    }
}
