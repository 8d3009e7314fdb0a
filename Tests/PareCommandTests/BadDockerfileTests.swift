// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Dockerfiles that are missing or broken; nothing is built for them.
@Suite struct BadDockerfileTests {
    /// A Dockerfile, and what is said of it.
    static let broken: [(String, String)] = [
        ("", "Dockerfile"), ("# only a comment\n", "Dockerfile"), ("RUN true\n", "FROM"),
        ("FROM node:20\nFROB nicate\n", "FROB"), ("FROM node:20\nRUN [\"a\"", "Dockerfile"),
        ("FROM node:20\nRUN <<EOF\nnever closed\n", "EOF"), ("FROM\n", "FROM"),
        ("FROM node:20 AS\n", "Dockerfile"), ("\u{0}\u{1}\u{2}", "Dockerfile"),
    ]

    @Test(arguments: broken)
    func isSaid(text: String, named: String) throws {
        let folder = try TemporaryFolder()
        try folder.write(#"{"name":"a","main":"a.js"}"#, to: "package.json")
        try folder.write(text, to: "Dockerfile")
        let before = try folder.paths
        for words in [["fix", folder.path], ["rewrite", folder.path + "/Dockerfile"]] {
            let command = try Command(words, .init())
            #expect(command.failed(naming: named), "\(words) \(command)")
            #expect(command.errors.contains(folder.path), "\(command)")
        }
        #expect(try folder.paths == before)
        #expect(try folder.text("Dockerfile") == text)
    }

    @Test(arguments: [["fix"], ["build", "--tag", "x"]])
    func noDockerfileIsSaid(words: [String]) throws {
        let folder = try TemporaryFolder()
        let command = try Command(words + [folder.path], .init())
        #expect(command.failed(naming: "no Dockerfile in '\(folder.path)'"), "\(command)")
        #expect(try folder.paths.isEmpty)
        let file = try Command(words + ["--file", folder.path + "/Other", folder.path], .init())
        #expect(file.failed(naming: folder.path + "/Other"), "\(file)")
    }

    @Test func noApplicationIsSaid() throws {
        let folder = try TemporaryFolder()
        try folder.write("FROM debian:12\nCMD [\"true\"]\n", to: "Dockerfile")
        let command = try Command("fix", folder.path)
        #expect(command.failed(naming: folder.path + "/Dockerfile"), "\(command)")
    }

    @Test(arguments: ["Dockerfile.pare", "pare-proof/notes.txt"])
    func filesOfOthersAreLeftAlone(name: String) throws {
        let folder = try Application.folder(server: "")
        try folder.write("mine", to: name)
        let command = try Command("fix", folder.path)
        #expect(
            command.failed(naming: folder.path + "/" + (name.split(separator: "/").first ?? "")), "\(command)"
        )
        #expect(try folder.text(name) == "mine")
    }

    @Test(arguments: ["nonsense", "/a\nnot a question\n"])
    func badQuestionsAreSaid(text: String) throws {
        let folder = try Application.folder(server: "")
        try folder.write(text, to: "questions")
        let command = try Command("fix", folder.path, "--ask-file", folder.path + "/questions")
        #expect(command.failed(naming: folder.path + "/questions"), "\(command)")
    }
}
