// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Plans and checks of proofs, which build nothing.
@Suite struct PlanCommandTests {
    private static func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write("FROM node:20\nWORKDIR /app\nCOPY . .\nCMD [\"node\", \"a.js\"]\n", to: "Dockerfile")
        try folder.write(#"{"name": "a", "version": "1.0.0", "main": "a.js"}"#, to: "package.json")
        return folder
    }

    /// Without an engine nothing says which bases can be had, so that the plan is the same on every machine.
    @Test func aPlanIsPrintedAndNothingWritten() throws {
        let folder = try Self.folder()
        let before = try folder.paths
        let way = Command.Way(environment: ["PATH": folder.path])
        let command = try Command(["fix", "--list", folder.path], way)
        #expect(command.status == 0 && command.leftovers.isEmpty, "\(command)")
        for words in ["distill+compiled+node24", "changes to the Dockerfile"] {
            #expect(command.output.contains(words), "\(command)")
        }
        #expect(try folder.paths == before)
        let json = try Command(["fix", "--list", "--format", "json", folder.path], way)
        let plan = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
        #expect(plan?["candidates"] is [[String: Any]] && plan?["leftOut"] is [[String: Any]])
    }

    @Test(arguments: ["0s", "ten minutes", "10", "-1m"])
    func aBudgetThatIsNoTimeIsUsage(text: String) throws {
        let command = try Command("fix", "--list", "--budget=\(text)", ".")
        #expect(command.status == 2 && command.errors.contains("90s, 10m or 1h"), "\(command)")
    }

    @Test func verifyingNothingIsSaid() throws {
        let folder = try Self.folder()
        let command = try Command("verify", "--no-build", folder.path)
        #expect(command.failed(naming: folder.path), "\(command)")
    }

    @Test func aDamagedProofIsSaid() throws {
        let folder = try Self.folder()
        try folder.write("{\"kind\": \"proof\", \"schemaVersion\": 7}", to: "pare-proof/proof.json")
        let command = try Command("verify", folder.path + "/pare-proof")
        #expect(command.failed(naming: "schema version 7"), "\(command)")
    }

    static let canMount = (try? shell("unshare -m true 2>/dev/null")) != nil

    /// A search that cannot write its result does not begin.
    @Test(.enabled(if: canMount, "needs root, and a mount namespace"))
    func aFolderThatCannotBeWrittenIsSaidFirst() throws {
        let folder = try Self.folder()
        let script = "mount --bind \"$0\" \"$0\" && mount -o remount,ro,bind \"$0\" || exit 99; exec \"$@\""
        let command = try Command(
            ["fix", folder.path],
            .init(wrapper: ["/usr/bin/env", "unshare", "-m", "/bin/sh", "-c", script, folder.path]))
        #expect(command.failed(naming: folder.path, hints: false), "\(command)")
        #expect(
            command.errors.contains("cannot write") && !command.errors.contains("build before"), "\(command)")
    }
}
