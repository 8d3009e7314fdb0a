// SPDX-License-Identifier: Apache-2.0
import Glibc
import PareBytes
import Testing

extension NpmPatchSuite {
    /// A newer Debian that leaves less without a fix, as one more candidate of `pare fix`.
    @Suite("A newer Debian") struct NewerDebianTests {
        private static let base = "localhost/pare-newer-debian-\(getpid())/node"

        @Test func winsWhereItLeavesFewerOpen() throws {
            let bench = try Bench(debian: ["12": ["glibc": ["CVE-1", "CVE-2"]], "13": ["glibc": ["CVE-2"]]])
            let stands = try Folder()
            // The same files, which call themselves by the release.
            for (release, number) in [("bookworm", "12"), ("trixie", "13")] {
                try stands.write(
                    """
                    FROM \(Bench.image)
                    RUN sed -i -e 's/VERSION_ID=.*/VERSION_ID="\(number)"/' \\
                        -e 's/VERSION_CODENAME=.*/VERSION_CODENAME=\(release)/' /usr/lib/os-release && \\
                        echo \(number).1 > /etc/debian_version

                    """, to: release + "/Dockerfile")
                let build = [
                    "buildah", "build", "--isolation", "chroot", "--tag", "\(Self.base):24-\(release)",
                ]
                try #require(Bench.words(build + ["\(stands.path)/\(release)"]) != nil)
            }
            defer {
                for release in ["bookworm", "trixie"] {
                    Bench.words(["buildah", "rmi", "\(Self.base):24-\(release)"])
                }
            }
            try bench.application.write(
                """
                FROM \(Self.base):24-bookworm
                WORKDIR /app
                COPY . .
                EXPOSE 3000
                CMD ["node", "server.js"]

                """, to: "Dockerfile")
            try bench.application.write(#"{"name": "app"}"#, to: "package.json")
            try bench.application.write(
                "require('http').createServer((q, answer) => answer.end('words')).listen(3000)\n",
                to: "server.js")

            let recipes = ["distill+compiled+current", "distill+compiled+current+debian"]
            let run = try bench.pare("fix", recipes.flatMap { ["--recipe", $0] })
            #expect(run.status == 0 && run.leftovers.isEmpty, "\(run.errors)")
            let proof = try JSONValue(Array(run.output.utf8))
            #expect(proof["winner"]?.text == recipes[1], "\(run.errors)")
            let comparison = try #require(proof["comparison"])
            func ids(_ list: String) -> Set<String> {
                Set(
                    (comparison[list]?.elements ?? []).filter { $0["kind"]?.text == "dpkg" }.compactMap {
                        $0["id"]?.text
                    })
            }
            #expect(
                ids("fixed").contains("CVE-1") && ids("remaining") == ["CVE-2"] && ids("introduced").isEmpty)
            #expect(comparison["differences"]?.elements?.isEmpty == true)
            #expect(comparison["after"]?["distro"]?["version"]?.text?.hasPrefix("13") == true)
            #expect(try bench.application.text("Dockerfile.pare").contains("FROM \(Self.base):24-trixie"))
            bench.removeImages()
        }
    }
}
