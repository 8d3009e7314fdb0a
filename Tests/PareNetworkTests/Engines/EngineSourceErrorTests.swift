// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareModel
import Testing

@testable import PareNetwork

@Suite struct EngineSourceErrorTests {
    /// What OpenSSH, shells and Docker say last.
    @Test(arguments: [
        ("Host key verification failed.", "compare the host's key"),
        ("me@build.example: Permission denied (publickey,password).", "with a key"),
        ("bash: line 1: docker: command not found", "install"), ("sh: 1: docker: not found", "install"),
        (
            "failed to open: dial unix /run/docker.sock: connect: no such file or directory",
            "start the engine"
        ),
        ("ssh: connect to host build.example port 22: Connection refused", "port"),
        ("ssh: Could not resolve hostname build.example: Name or service not known", "name"),
        ("something else", "run 'ssh' yourself"),
    ]) func saysWhatToDoAboutSSH(reason: String, hint: String) {
        let error = EngineSourceError.ssh(host: "ssh://build.example", reason: reason)
        #expect(error.problem == "'ssh' did not lead to the engine at 'ssh://build.example': \(reason)")
        #expect(error.hint?.contains(hint) == true)
    }

    /// Docker's store of containerd knows images by their manifests or indexes, and says one platform of several.
    @Test func theStoreOfContainerdMayHaveOtherPlatforms() throws {
        let digest = "sha256:" + String(repeating: "a", count: 64)
        func inspected(_ digests: String) throws -> InspectedImage {
            InspectedImage(
                try JSONValue(
                    Array(
                        #"{"Id": "\#(digest)", "RepoDigests": [\#(digests)], "Os": "linux", "Architecture": "amd64"}"#
                            .utf8)))
        }
        let other = try #require(Platform("linux/arm64"))
        try inspected(#""app@\#(digest)""#).check(other, name: "app")
        #expect(throws: EngineSourceError.self) { try inspected("").check(other, name: "app") }
        #expect(throws: EngineSourceError.self) {
            try inspected(#""app@sha256:\#(String(repeating: "b", count: 64))""#).check(other, name: "app")
        }
    }
}
