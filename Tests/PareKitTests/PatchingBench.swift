// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import PareBytes
import PareEngine
import PareModel
import Testing

@testable import PareKit

/// The tests in which a real npm, in containers of a real image, locks dependencies.
@Suite("Patches by a real npm", .serialized, .enabled(if: Bench.isThere, Bench.reason)) enum NpmPatchSuite {}

/// An application, a registry and advisories for one test.
final class Bench {
    static let image = "docker.io/library/node:20"
    static let environment = ProcessInfo.processInfo.environment

    /// These take minutes, and count containers, so they have a run of their own.
    static let isAsked = environment["PARE_TEST_IMAGES"] != nil
    static let isThere =
        isAsked && getuid() == 0 && words(["buildah", "inspect", "--type", "image", image]) != nil
    static let reason: Comment =
        "needs root, buildah, python3 and the image node:20; 'make test-images' has them"

    let application: Folder
    let scratch: Folder
    let home: Folder
    private let store: Folder?
    /// Folder of the advisories; `nil` for those on board.
    var database: String? { store?.path }
    private let registry: Process
    let address: String
    private let input = Pipe()

    /// `packages` are files of the registry's folder, `advisories` ranges of vulnerable versions by package and id:
    /// `["greet": ["CVE-1": "<1.0.1"]]`.
    convenience init(
        packages: [String: String], advisories: [String: [String: String]], registry words: [String] = []
    ) throws {
        let offered = try Folder()
        for (path, text) in packages { try offered.write(text, to: path) }
        let store = try Folder()
        try Self.writeStore(advisories, to: store.path)
        try self.init([Project.fixtures + "/registry.py", offered.path] + words, store: store)
        withExtendedLifetime(offered) {}
    }

    /// With a package index for pip: `packages` are lists of what each version needs, by name.
    convenience init(
        python packages: [String: String], advisories: [String: [String: String]], index words: [String] = []
    ) throws {
        let offered = try Folder()
        for (name, text) in packages { try offered.write(text, to: name + ".json") }
        let store = try Folder()
        try Self.writeStore(advisories, to: store.path, "pip")
        try self.init([Project.fixtures + "/index.py", offered.path] + words, store: store)
        withExtendedLifetime(offered) {}
        try home.write("[global]\nindex-url = \(address)/simple/\n", to: ".config/pip/pip.conf")
    }

    /// With vulnerabilities that Debian has not fixed, by release and source package, and no registry to speak of.
    convenience init(debian vulnerabilities: [String: [String: [String]]]) throws {
        let (offered, store) = (try Folder(), try Folder())
        var writer = BoltWriter()
        for (release, sources) in vulnerabilities.sorted(by: { $0.key < $1.key }) {
            for (source, ids) in sources.sorted(by: { $0.key < $1.key }) {
                for id in ids {
                    try writer.put(Array(#"{"Status":2}"#.utf8), for: id, in: ["debian " + release, source])
                }
            }
        }
        for id in Set(vulnerabilities.values.flatMap(\.values).flatMap(\.self)).sorted() {
            try writer.put(Array(#"{"Severity":"HIGH"}"#.utf8), for: id, in: ["vulnerability"])
        }
        try Self.write(writer, to: store.path)
        try self.init([Project.fixtures + "/registry.py", offered.path], store: store)
        withExtendedLifetime(offered) {}
    }

    /// With the stand-in for npm's registry, and the advisories on board.
    convenience init(standIn folder: String) throws {
        let program = Project.root + "/Examples/offline/npm_registry.py"
        try self.init([program, "serve", "--dir", folder, "--port", "0"], store: nil)
    }

    static let standIn =
        (environment["XDG_CACHE_HOME"] ?? (environment["HOME"] ?? "") + "/.cache")
        + "/pare-examples/npm-registry"
    static let hasStandIn = FileManager.default.fileExists(atPath: standIn + "/edition")

    private init(_ words: [String], store: Folder?) throws {
        application = try Folder()
        scratch = try Folder()
        home = try Folder()
        self.store = store
        registry = Process()
        registry.executableURL = URL(filePath: "/usr/bin/env")
        registry.arguments = ["python3"] + words
        registry.standardInput = input
        let output = Pipe()
        registry.standardOutput = output
        try registry.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        address = line.trimmingCharacters(in: CharacterSet(charactersIn: "/\n"))
        try home.write("registry=\(address)/\n", to: ".npmrc")
        // Where builds find it: npm's own place for settings of all users.
        try home.write("registry=\(address)/\nomit-lockfile-registry-resolved=true\n", to: "etc/npmrc")
    }

    deinit {
        try? input.fileHandleForWriting.close()
        kill(registry.processIdentifier, SIGKILL)
        registry.waitUntilExit()
    }

    private static func writeStore(
        _ advisories: [String: [String: String]], to folder: String, _ kind: String = "npm"
    ) throws {
        let bucket = kind + "::test"
        var writer = BoltWriter()
        let source = #"{"ID":"ghsa","Name":"GitHub","URL":"https://example.com"}"#
        try writer.put(Array(source.utf8), for: bucket, in: ["data-source"])
        for (name, ranges) in advisories.sorted(by: { $0.key < $1.key }) {
            for (id, range) in ranges.sorted(by: { $0.key < $1.key }) {
                try writer.put(
                    Array(#"{"VulnerableVersions":["\#(range)"]}"#.utf8), for: id, in: [bucket, name])
            }
        }
        let ids = Set(advisories.values.flatMap(\.keys)).sorted()
        for id in ids { try writer.put(Array(#"{"Severity":"HIGH"}"#.utf8), for: id, in: ["vulnerability"]) }
        if ids.isEmpty { try writer.openBucket(["vulnerability"]) }
        try write(writer, to: folder)
    }

    private static func write(_ writer: BoltWriter, to folder: String) throws {
        var writer = writer
        try writeFile(writer.finish(), to: folder + "/trivy.db")
        try writeFile(
            Array(#"{"Version":2,"UpdatedAt":"2026-01-02T03:04:05Z"}"#.utf8), to: folder + "/metadata.json")
    }

    func patching(_ more: [String: String] = [:], image: String = Bench.image) async throws -> Patching {
        var environment = [
            "PATH": Self.environment["PATH"] ?? "", "HOME": home.path, "SOURCE_DATE_EPOCH": "1766000000",
        ]
        environment.merge(more) { $1 }
        let setup = Setup(environment: environment, progress: .silent)
        return Patching(
            setup: setup, engine: try await Engine.locate(named: "buildah", environment: environment),
            folder: application.path, image: image, scratch: scratch.path,
            selection: FindingSelection(database: store?.path))
    }

    /// A finding of the application's image.
    static func finding(
        _ name: String, _ id: String, _ kind: Package.Kind = .npm, path: String? = nil
    ) -> Finding {
        Finding(
            package: Package(
                kind, name: name, version: "1.0.0",
                evidence: .init(path: path ?? "app/node_modules/\(name)/package.json", layer: 1)),
            advisory: Advisory(id: id, source: .init(id: "ghsa", name: "", url: "")), fixedVersion: "",
            status: .fixed,
            severity: .high, severitySource: "ghsa")
    }

    /// What a program prints; `nil` where it fails or is not there.
    @discardableResult
    static func words(_ words: [String]) -> String? {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = words
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return process.terminationStatus == 0 ? String(decoding: data, as: UTF8.self) : nil
    }
}

extension Patched {
    /// `update qs 1.0.0 → 1.0.1`.
    var told: [String] {
        let steps = patch?.steps ?? []
        return steps.map { "\($0.means) \($0.package) \($0.from) → \($0.to)" }
            + steps.companions.map { "\($0.package) \($0.from) → \($0.to): \($0.why)" }.sorted()
    }
}
