// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

extension EngineSuite {
    @Suite(
        .serialized,
        .enabled(if: Engines.hasNode, "needs node:20 in buildah's storage; 'make test-images' has it")
    )
    struct FixTests {
        static let server = """
            const http = require('http'), fs = require('fs')
            http.createServer((request, answer) => answer.end(ANSWER)).listen(8080)

            """

        @Test func aBaseThatCannotBeHadIsSaid() throws {
            let command = try Self.fails(
                Application.folder(server: "", base: "registry.invalid/node:20"),
                naming: "registry.invalid/node:20")
            #expect(command.errors.contains("cannot be had"), "\(command)")
        }

        @Test func aFailedBuildKeepsItsLog() throws {
            let folder = try Application.folder(server: "", steps: "RUN echo words && exit 3")
            let command = try Self.fails(
                folder, naming: "words", left: ["pare-proof", "pare-proof/failed.build.log"])
            #expect(command.errors.contains(folder.path + "/pare-proof/failed.build.log"), "\(command)")
            #expect(try folder.text("pare-proof/failed.build.log").contains("exit 3"))
        }

        @Test(arguments: [
            ("setInterval(() => {}, 1000)", "did not answer on port 8080"),
            ("console.error('some words'); process.exit(3)", "some words"),
            ("throw new Error('some words')", "some words"),
            (
                "require('http').createServer((q, a) => a.socket.destroy()).listen(8080)",
                "no answer to 'GET /'"
            ),
        ])
        func whatDoesNotServeIsSaid(server: String, says: String) throws {
            // Short only for the one that is waited for in vain.
            let limit = server.hasPrefix("setInterval") ? "3" : "30"
            _ = try Self.fails(Application.folder(server: server), ["--start-limit", limit], naming: says)
        }

        /// The only candidate lacks a shell, and says so.
        @Test func whatAnswersDifferentlyLoses() throws {
            let server = Self.server.replacing("ANSWER", with: "String(fs.existsSync('/bin/sh'))")
            let command = try Self.fails(
                Application.folder(server: server), ["--recipe", "distill"],
                naming: "answers differently: GET /")
            #expect(command.errors.contains("distill"), "\(command)")
        }

        /// One candidate has another Node.js, which this application tells everyone; the other wins, and needs its /tmp.
        @Test func theProofTellsWhyACandidateFailed() throws {
            let answer = "(fs.writeFileSync('/tmp/asked', ''), process.version + ' ' + process.uptime())"
            let folder = try Application.folder(server: Self.server.replacing("ANSWER", with: answer))
            let recipes = ["--recipe", "distill+compiled+node24", "--recipe", "distill"]
            let command = try Command(
                ["fix", folder.path, "--format", "json"] + recipes,
                .init(environment: ["TOKEN": "secret words"]))
            #expect(command.status == 0 && command.leftovers.isEmpty, "\(command.status) \(command.errors)")
            let proof = try folder.text("pare-proof/proof.json")
            #expect(proof.contains("answers differently: GET / (body)"))
            #expect(proof.contains(/"winner"\s*:\s*"distill"/))
            #expect(proof.contains(/"tolerated": \[/))
            #expect(proof.contains(/"readOnlyRoot": true/) && proof.contains(/"needsTmp": true/))
            let readme = try folder.text("pare-proof/README.md")
            #expect(readme.contains("readOnlyRootFilesystem: true") && readme.contains("mountPath: /tmp"))
            #expect(!(proof + command.errors).contains("secret words"))
            #expect(try folder.text("Dockerfile.pare").contains("FROM scratch"))
            #expect(try folder.text("Dockerfile").hasPrefix("FROM node:20"))
            #expect(try EngineSuite.leftovers(of: command).isEmpty)
            #expect(try !EngineSuite.images(of: folder).contains("node24"))
            try Self.aLaterFailureHarmsNothing(folder)
            try Self.whatIsMissingOfAProofIsReported(folder)
            let name = try #require(folder.path.split(separator: "/").last).lowercased()
            try shell("buildah rmi \"localhost/$1:before\" \"localhost/$1:distill\"", name, status: nil)
        }

        /// What a proof names is still there after a run that comes to none.
        private static func aLaterFailureHarmsNothing(_ folder: TemporaryFolder) throws {
            // Name, tag and identifier; how old an image is changes.
            func images() throws -> [[Substring]] {
                try EngineSuite.images(of: folder).split(separator: "\n").map {
                    Array($0.split(separator: " ").prefix(3))
                }
            }
            let before = try images()
            let dockerfile = try folder.text("Dockerfile")
            try folder.write(dockerfile + "RUN exit 3\n", to: "Dockerfile")
            let command = try Command(["fix", folder.path], .init())
            #expect(command.failed(naming: "failed.build.log", hints: false), "\(command)")
            #expect(try images() == before && before.contains { $0.contains("before") })
            try folder.write(dockerfile, to: "Dockerfile")
            let verify = try Command(["verify", folder.path + "/pare-proof", "--no-build"], .init())
            #expect(verify.status == 0, "\(verify)")
        }

        /// The record has the Dockerfile too, so that the image can be built all the same.
        private static func whatIsMissingOfAProofIsReported(_ folder: TemporaryFolder) throws {
            unlink(folder.path + "/pare-proof/Dockerfile")
            let command = try Command(["verify", folder.path + "/pare-proof"], .init())
            #expect(command.status == 1 && command.output.contains("Dockerfile: missing"), "\(command)")
            #expect(
                command.output.contains("built again: ") && command.output.contains("1 not as"), "\(command)")
        }

        @Test(arguments: [2.0, 6])
        func controlCLeavesNothing(seconds: Double) throws {
            let folder = try Application.folder(server: "", steps: "RUN sleep 100")
            let before = try folder.paths
            let command = try Command(["fix", folder.path], .init(interruptedAfter: seconds))
            #expect(command.status == 130 && command.leftovers.isEmpty, "\(command)")
            #expect(try EngineSuite.leftovers(of: command).isEmpty)
            #expect(try folder.paths == before && EngineSuite.images(of: folder).isEmpty)
        }

        /// Runs a fix that fails, and looks what it left.
        private static func fails(
            _ folder: TemporaryFolder, _ options: [String] = [], naming input: String, left: [String] = []
        ) throws -> Command {
            let before = try folder.paths
            let dockerfile = try folder.text("Dockerfile")
            let command = try Command(["fix", folder.path] + options, .init())
            #expect(command.failed(naming: input, hints: false), "\(command)")
            #expect(try folder.paths == (before + left).sorted())
            #expect(try folder.text("Dockerfile") == dockerfile)
            #expect(try EngineSuite.leftovers(of: command).isEmpty)
            #expect(try EngineSuite.images(of: folder).isEmpty)
            return command
        }
    }
}
