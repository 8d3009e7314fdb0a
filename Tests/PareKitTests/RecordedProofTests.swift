// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareAdvisories
import PareBytes
import PareModel
import Testing

@testable import PareKit

/// Proofs that are checked again without building anything.
@Suite struct RecordedProofTests {
    /// An application with a proof, as a fix leaves it.
    private static func folder(patch: DependencyPatch? = nil, vex: [String] = []) throws -> Folder {
        let folder = try Folder()
        try folder.write("FROM node:20\n", to: "Dockerfile")
        try folder.write("{\"a\": 1}\n", to: "package.json")
        try folder.write("words\n", to: "src/a.js")
        let application = try Application(folder: folder.path, dockerfile: nil)
        let listing = try Context(folder.path, ignoring: application.ignored).listing()
        let inputs = FixInputs(
            pare: pareVersion,
            dockerfile: FileDigest(
                path: "Dockerfile", digest: SHA256.digest(of: Array("FROM node:20\n".utf8))),
            context: SHA256.digest(of: Array(listing.utf8)), bases: [],
            data: StoreFacts(name: "data", updated: "", advisoryCount: 1), dataDigest: nil, ignoreFile: nil,
            vex: vex,
            documents: try FindingSelection(vex: vex).documents.map {
                FileDigest(path: $0, digest: try inputDigest(of: $0))
            }, severities: nil, ignoresUnfixed: false, dismissesNothing: false,
            questions: [Question(path: "/")], port: nil, startLimit: 60)
        let logs = try Folder()
        try logs.write("STEP 1\n", to: "before.build.log")
        _ = try FixOutput(application, replacesFiles: false).write(
            FixSamples.proof(patch: patch, inputs: inputs), context: listing, logs: logs.path)
        return folder
    }

    private static func verified(_ folder: Folder) async throws -> Verification {
        try await Verify(
            folder: folder.path + "/pare-proof", context: nil, builds: false, database: nil, engine: nil
        ).run(in: .quiet)
    }

    @Test func aWholeProofHolds() async throws {
        let result = try await Self.verified(try Self.folder(patch: FixSamples.patch))
        #expect(result.holds && result.damaged.isEmpty && result.inputs.isEmpty && result.failure == nil)
        #expect(result.files == 10 && result.differences == nil)
        #expect(result.comparison.introduced.isEmpty)
    }

    @Test(arguments: [
        "record.json", "report.html", "README.md", "Dockerfile", "context.sha256", "before.cdx.json",
        "after.cdx.json",
        "openvex.json", "before.build.log", "dependencies.patch",
    ])
    func whatIsChangedOrMissingIsNamed(file: String) async throws {
        let folder = try Self.folder(patch: FixSamples.patch)
        let path = "pare-proof/" + file
        try folder.write(folder.text(path) + " ", to: path)
        let changed = try await Self.verified(folder)
        #expect(changed.damaged == [.init(file, "changed")] && !changed.holds)
        unlink("\(folder.path)/\(path)")
        if file == "record.json" {
            await #expect(throws: VerbError.self) { _ = try await Self.verified(folder) }
        } else {
            let missing = try await Self.verified(folder)
            #expect(missing.damaged == [.init(file, "missing")] && !missing.holds)
        }
    }

    @Test(arguments: [
        ("proof.json", "", "is not the JSON of a proof"),
        ("proof.json", "{", "is not the JSON of a proof"),
        ("proof.json", "{\"schemaVersion\": 2}", "is not the JSON of a proof"),
        ("proof.json", "{\"kind\": \"proof\", \"schemaVersion\": 1}", "schema version 1"),
        ("proof.json", "{\"kind\": \"proof\", \"schemaVersion\": 99}", "schema version 99"),
        ("proof.json", "{\"kind\": \"proof\", \"schemaVersion\": 2}", "list of files is not whole"),
        (
            "proof.json",
            "{\"kind\": \"proof\", \"schemaVersion\": 2, \"files\": [{\"path\": \"../Dockerfile\", \"digest\": \"sha256:00\"}]}",
            "list of files is not whole"
        ),
        ("record.json", "", "not what was recorded"),
        ("record.json", "[1, 2]", "not what was recorded"),
    ])
    func whatCannotBeReadIsSaid(file: String, text: String, says: String) async throws {
        let folder = try Self.folder()
        try folder.write(text, to: "pare-proof/" + file)
        let error = await #expect(throws: VerbError.self) { _ = try await Self.verified(folder) }
        #expect(error?.problem.contains(says) == true && error?.problem.contains(file) == true)
        #expect(error?.hint?.isEmpty == false)
    }

    @Test func anEditedProofIsNamed() async throws {
        let folder = try Self.folder()
        let text = try folder.text("pare-proof/proof.json")
        let edited = text.replacing("\"winner\": \"distill\"", with: "\"winner\": \"other\"")
        #expect(edited != text)
        try folder.write(edited, to: "pare-proof/proof.json")
        let result = try await Self.verified(folder)
        #expect(result.damaged == [.init("proof.json", "changed")] && !result.holds)
    }

    /// Whatever a proof is cut to, it is survived.
    @Test func everyPrefixIsSurvived() throws {
        let folder = try Self.folder()
        let text = try folder.text("pare-proof/proof.json")
        for length in stride(from: 0, to: text.utf8.count - 2, by: 97) {
            try folder.write(
                String(decoding: text.utf8.prefix(length), as: UTF8.self), to: "pare-proof/proof.json")
            #expect(throws: VerbError.self) {
                try RecordedProof(ProofFolder(path: folder.path + "/pare-proof"))
            }
        }
    }

    @Test func changedInputsAreNamed() async throws {
        let folder = try Self.folder()
        try folder.write("other\n", to: "src/a.js")
        try folder.write("new\n", to: "src/b.js")
        try folder.write("FROM node:22\n", to: "Dockerfile")
        unlink(folder.path + "/package.json")
        let result = try await Self.verified(folder)
        #expect(
            result.inputs.map { "\($0.subject) \($0.what)" }.sorted() == [
                "Dockerfile changed", "package.json missing", "src/a.js changed",
                "src/b.js new",
            ])
        // The image may still be right: that is for a build to say.
        #expect(result.holds)
    }

    /// Where a fix has been put in place, its inputs are still the same.
    @Test func whatTheFixItselfChangedIsNoChange() async throws {
        let folder = try Self.folder(patch: FixSamples.patch)
        for file in FixSamples.patch.files { try folder.write(file.after, to: file.path) }
        try folder.write(folder.text("pare-proof/Dockerfile"), to: "Dockerfile")
        #expect(try await Self.verified(folder).inputs.isEmpty)
    }

    /// A folder of VEX documents is an input as a document is.
    @Test func changedStatementsAreNamed() async throws {
        let places = try Folder()
        let document =
            #"{"@context": "https://openvex.dev/ns/v0.2.0", "@id": "a", "author": "a", "#
            + #""timestamp": "2026-01-01T00:00:00Z", "version": 1, "statements": []}"#
        try places.write(document, to: "some/in/a.json")
        try places.write(document, to: "b.json")
        let (some, single) = (places.path + "/some", places.path + "/b.json")
        let folder = try Self.folder(vex: [some, single, "oci"])
        #expect(try await Self.verified(folder).inputs.isEmpty)
        try places.write(document, to: "some/c.json")
        try places.write(document + " ", to: "b.json")
        #expect(
            try await Self.verified(folder).inputs == [.init(some, "changed"), .init(single, "changed")])
        for file in ["some/in/a.json", "some/in", "some/c.json", "some", "b.json"] {
            remove(places.path + "/" + file)
        }
        #expect(
            try await Self.verified(folder).inputs == [.init(some, "missing"), .init(single, "missing")])
    }

    @Test func whatIsNoStatementIsKnownAtOnce() throws {
        let places = try Folder()
        try places.write("garbage", to: "a.json")
        #expect(throws: VEXError.self) { try FindingSelection(vex: [places.path + "/a.json"]).documents }
        #expect(throws: VEXError.self) { try FindingSelection(vex: [places.path + "/none"]).documents }
        let path = places.path + "/a.json"
        #expect(try FindingSelection(vex: [path], dismissesNothing: true).documents == [path])
    }

    @Test(arguments: ["pare-proof/", "pare-proof/.", "pare-proof/../pare-proof", "src/../pare-proof/./"])
    func theApplicationIsWhereTheProofLies(path: String) async throws {
        let folder = try Self.folder()
        let verify = Verify(
            folder: folder.path + "/" + path, context: nil, builds: false, database: nil, engine: nil)
        #expect(try await verify.run(in: .quiet).inputs.isEmpty)
    }

    @Test func aFolderWithoutAProofIsSaid() async throws {
        let folder = try Folder()
        await #expect(throws: VerbError.noProof(folder: folder.path + "/pare-proof")) {
            _ = try await Self.verified(folder)
        }
    }

    @Test func theContextMustBeThere() async throws {
        let folder = try Self.folder()
        let verify = Verify(
            folder: folder.path + "/pare-proof", context: folder.path + "/none", builds: false, database: nil,
            engine: nil)
        let error = await #expect(throws: FileError.self) { _ = try await verify.run(in: .quiet) }
        #expect(error == .missing(folder.path + "/none"))
    }
}
