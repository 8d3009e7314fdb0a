// SPDX-License-Identifier: Apache-2.0
import PareModel
import Testing

@Suite struct ImageReferenceTests {
    static let digest = "sha256:" + String(repeating: "ab", count: 32)

    @Test(arguments: [
        ("node", "docker.io/library/node:latest"),
        ("node:20", "docker.io/library/node:20"),
        ("grafana/grafana:11", "docker.io/grafana/grafana:11"),
        ("docker.io/node:20", "docker.io/library/node:20"),
        ("index.docker.io/library/node", "docker.io/library/node:latest"),
        ("localhost/app", "localhost/app:latest"),
        ("localhost:5000/app:1", "localhost:5000/app:1"),
        ("127.0.0.1:5000/a/b/c:v1.2-x_y", "127.0.0.1:5000/a/b/c:v1.2-x_y"),
        ("[::1]:5000/app", "[::1]:5000/app:latest"),
        ("ghcr.io/aquasecurity/trivy-db:2", "ghcr.io/aquasecurity/trivy-db:2"),
        ("node@\(digest)", "docker.io/library/node@\(digest)"),
        ("node:20@\(digest)", "docker.io/library/node:20@\(digest)"),
        ("a__b/c-----d.e", "docker.io/a__b/c-----d.e:latest"),
        ("MYHOST/app", "MYHOST/app:latest"),
    ])
    func fillsInWhatIsLeftOut(_ text: String, _ whole: String) throws {
        #expect(try ImageReference(text).description == whole)
    }

    @Test(arguments: [
        "", ":", "node:", "node:-x", "Node", "a//b", "a/", "/a", "-a", "a-", "a___b", "a..b",
        "node@sha256:12",
        "node@", "node:20:21", "http://x/y", "a b", "node:\(String(repeating: "t", count: 129))",
        String(repeating: "r", count: 256), "a.b/C",
    ])
    func refuses(_ text: String) {
        #expect(throws: ReferenceError.self) { try ImageReference(text) }
    }

    @Test(arguments: ["node:20", "grafana/grafana:11", "127.0.0.1:5000/a:1", "node:20@\(digest)"])
    func isWrittenAsPeopleDo(_ text: String) throws {
        #expect(try ImageReference(text).familiar == text)
    }
}
