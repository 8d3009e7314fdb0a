// SPDX-License-Identifier: Apache-2.0
import PareBytes
import Testing

extension NpmPatchSuite {
    /// A lock file that contradicts the manifest, met by `pare fix` as a person runs it.
    @Suite("A lock file that contradicts the manifest") struct FixTroubleTests {
        private static func bench(_ installation: String) throws -> Bench {
            var packages: [String: String] = [:]
            for version in ["1.0.0", "1.0.1", "2.0.0"] {
                packages["t/\(version)/package.json"] = #"{"name": "t", "version": "\#(version)"}"#
                packages["t/\(version)/index.js"] = "module.exports = 'words';"
            }
            let bench = try Bench(packages: packages, advisories: ["t": ["CVE-1": "<1.0.1"]])
            let files = [
                "package.json": #"{"name": "app", "dependencies": {"t": "1.0.0"}}"#,
                "package-lock.json": """
                {"name": "app", "lockfileVersion": 3, "packages": {"": {"name": "app", "dependencies": {"t": "^2.0.0"}},
                 "node_modules/t": {"version": "2.0.0"}}}
                """,
                "server.js":
                    "require('http').createServer((q, answer) => answer.end(require('t'))).listen(3000)\n",
                "Dockerfile": """
                FROM node:20
                WORKDIR /app
                COPY package*.json ./
                RUN npm \(installation)
                COPY *.js ./
                EXPOSE 3000
                CMD ["node", "server.js"]

                """,
            ]
            for (name, text) in files { try bench.application.write(text, to: name) }
            return bench
        }

        /// npm itself refuses it: the build's own words are shown.
        @Test func thatNpmRefuses() throws {
            let bench = try Self.bench("ci")
            let before = try bench.content
            let run = try bench.pare("fix", ["--recipe", "distill"])
            #expect(run.status == 1 && run.output.isEmpty, "\(run.errors)")
            #expect(run.errors.contains("package.json and package-lock.json"), "\(run.errors)")
            #expect(run.errors.contains("pare-proof/failed.build.log") && run.leftovers.isEmpty)
            #expect(try bench.content.filter { !$0.key.hasPrefix("pare-proof") } == before)
            bench.removeImages()
        }

        /// npm makes do with it; no patch is worked out from it, the reason is told, and the rest of the fix is done.
        @Test func thatNpmMakesDoWith() throws {
            let bench = try Self.bench("install")
            let before = try bench.content
            let run = try bench.pare("fix", ["--recipe", "distill"])
            #expect(run.status == 0 && run.leftovers.isEmpty, "\(run.errors)")
            let proof = try JSONValue(Array(run.output.utf8))
            let told = (proof["diagnostics"]?.elements ?? []).compactMap { $0["message"]?.text }
            #expect(
                told.contains {
                    $0.contains("'package-lock.json' does not agree with 'package.json' on 't'")
                },
                "\(told)")
            #expect(told.contains { $0.contains("write 'package-lock.json' again") })
            #expect(proof["winner"]?.text == "distill" && proof["patch"] == nil)
            for (name, text) in before { #expect(try bench.application.text(name) == text, "\(name)") }
            #expect(try !bench.application.names.contains("dependencies.pare.patch"))
            bench.removeImages()
        }
    }
}
