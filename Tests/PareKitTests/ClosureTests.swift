// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareImage
import PareModel
import Testing

@testable import PareKit

/// A program that is linked dynamically.
private let program = "/usr/bin/ls"

/// The closure of programs of this machine, in a root of their own.
@Suite(
    .enabled(if: FileManager.default.fileExists(atPath: program), "needs a dynamic /usr/bin/ls"))
struct ClosureTests {
    @Test func theClosureOfAProgramIsWhole() async throws {
        let root = try Self.root()
        let tree = try await Self.tree(of: root)
        let closure = try Closure(of: ["/usr/bin/ls"], in: tree)
        #expect(closure.missing.isEmpty)
        #expect(closure.files == Set(try Self.libraries() + [program]).mapped { String($0.dropFirst()) })
        #expect(try closureDiagnostics(of: tree, config: Self.config).isEmpty)
    }

    @Test func aMissingLibraryIsAWarning() async throws {
        let root = try Self.root()
        let library = try #require(try Self.libraries().first { !$0.contains("/ld-") })
        try FileManager.default.removeItem(atPath: root.path + library)
        let found = try closureDiagnostics(of: try await Self.tree(of: root), config: Self.config)
        #expect(found.contains { $0.severity == .warning && $0.message.contains(library.lastComponent) })
    }

    @Test func aMissingLoaderIsAWarning() async throws {
        let root = try Self.root()
        let loader = try #require(try Self.libraries().first { $0.contains("/ld-") })
        try FileManager.default.removeItem(atPath: root.path + loader)
        let found = try closureDiagnostics(of: try await Self.tree(of: root), config: Self.config)
        #expect(found.contains { $0.severity == .warning && $0.message.contains("'/usr/bin/ls'") == false })
        #expect(found.contains { $0.message.contains("ld-linux") })
    }

    @Test func aMissingProgramIsAWarning() async throws {
        let root = try Self.root()
        let config = ImageConfig(entrypoint: ["/app/nothing"])
        let found = try closureDiagnostics(of: try await Self.tree(of: root), config: config)
        #expect(found.contains { $0.severity == .warning && $0.message.contains("'/app/nothing'") })
    }

    @Test func aSurplusLibraryIsANote() async throws {
        let root = try Self.root()
        let spare = try #require(try Self.libraries().first { $0.contains("libc.so") })
        try root.take(spare, to: "usr/lib/libspare.so.1")
        let found = try closureDiagnostics(of: try await Self.tree(of: root), config: Self.config)
        #expect(found.map(\.severity) == [.note])
        #expect(found.first?.location == "usr/lib/libspare.so.1")
    }

    /// What the application brings along needs libraries too, and is nobody's surplus.
    @Test func theApplicationsOwnFilesCount() async throws {
        let root = try Self.root()
        try root.take(program, to: "app/addon.node")
        let library = try #require(try Self.libraries().first { !$0.contains("/ld-") })
        let config = ImageConfig(entrypoint: ["/usr/bin/ls"], workingDirectory: "/app")
        #expect(try closureDiagnostics(of: try await Self.tree(of: root), config: config).isEmpty)
        try FileManager.default.removeItem(atPath: root.path + library)
        let found = try closureDiagnostics(of: try await Self.tree(of: root), config: config)
        #expect(
            found.contains { $0.message.contains("'app/addon.node'") || $0.message.contains("'usr/bin/ls'") })
    }

    @Test(arguments: ["", "\u{7F}ELF", "#!/bin/sh\n"])
    func whatIsNoELFFileNeedsNothing(text: String) async throws {
        let root = try Folder()
        try root.write(text + String(repeating: " ", count: 100), to: "run")
        let closure = try Closure(of: ["/run"], in: try await Self.tree(of: root))
        #expect(closure.files == ["run"] && closure.missing.isEmpty)
    }

    @Test func linksInCirclesEnd() async throws {
        let root = try Folder()
        for (link, target) in [("a", "b"), ("b", "a")] {
            try FileManager.default.createSymbolicLink(
                atPath: "\(root.path)/\(link)", withDestinationPath: target)
        }
        let closure = try Closure(of: ["/a"], in: try await Self.tree(of: root))
        #expect(closure.missing.map(\.name) == ["/a"])
    }

    private static let config = ImageConfig(entrypoint: ["/usr/bin/ls"])

    /// A root with the program and its libraries where the loader names them.
    private static func root() throws -> Folder {
        let root = try Folder()
        try root.take(program)
        for library in try libraries() { try root.take(library) }
        return root
    }

    /// What `ldd` says, the loader included.
    private static func libraries() throws -> [String] {
        let ldd = Process()
        let pipe = Pipe()
        ldd.executableURL = URL(filePath: "/usr/bin/ldd")
        ldd.arguments = [program]
        ldd.standardOutput = pipe
        try ldd.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        ldd.waitUntilExit()
        return text.split { $0.isWhitespace }.map(String.init).filter { $0.hasPrefix("/") }
    }

    private static func tree(of root: Folder) async throws -> FileTree {
        try await openImage(at: root.path).read(taking: [], cache: nil).tree
    }
}

extension String {
    fileprivate var lastComponent: String { split(separator: "/").last.map(String.init) ?? self }
}

extension Set {
    fileprivate func mapped<Other>(_ transform: (Element) -> Other) -> Set<Other> {
        Set<Other>(map(transform))
    }
}
