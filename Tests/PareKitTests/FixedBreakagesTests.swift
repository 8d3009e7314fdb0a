// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareBytes
import Testing

@testable import PareKit

extension NpmPatchSuite {
    /// `pare fix`, as a person runs it, on an application most of whose upgrades break it.
    @Suite("Breakages met by a fix") struct FixedBreakagesTests {
        private static let folder = Project.fixtures + "/breakages"
        /// Upgrades that harm nothing; their names come first, so that a part of the patch works early.
        static let good = ["able", "better"]
        /// Upgrades that break, each in another way; what `prints` does shows in commands only.
        static let bad = BreakageTests.names.filter { $0 != "prints" }

        @Test func thereAreEnough() { #expect(Self.bad.count >= 10) }

        @Test func theBadUpgradesAreRolledBackAndTheGoodOnesKept() throws {
            let bench = try Self.bench()
            let before = try bench.content
            let run = try bench.pare("fix", ["--recipe", "distill", "--start-limit", "5"] + Self.questions)
            #expect(run.status == 0, "\(run.errors)")
            let proof = try JSONValue(Array(run.output.utf8))

            // By what a scan says the whole patch was the best: it would have left nothing open.
            let candidates = proof["candidates"]?.elements ?? []
            let whole = try #require(candidates.first { $0["name"]?.text == "distill+patched" })
            #expect(whole["verdict"]?.text == "failed")
            #expect(Self.packages(whole["patch"]) == (Self.good + Self.bad).sorted())
            // It was the trial that kept it from winning, and the image as it is from being kept.
            #expect(proof["winner"]?.text == "distill+partly-patched")
            #expect(Self.packages(proof["patch"]) == Self.good)
            let comparison = try #require(proof["comparison"])
            #expect(Self.packages(comparison["fixed"]) == Self.good)
            #expect(Self.packages(comparison["remaining"]).filter { $0 != "node" } == Self.bad)
            #expect(comparison["introduced"]?.elements?.isEmpty == true)
            #expect(comparison["differences"]?.elements?.isEmpty == true)
            #expect(comparison["answers"]?["asked"]?.integer == Self.questions.count / 2)

            let patch = try bench.application.text("dependencies.pare.patch")
            for name in Self.good { #expect(patch.contains("\"\(name)\": \"1.0.1\"")) }
            for name in Self.bad { #expect(!patch.contains("\(name)-1.0.1.tgz"), "\(name)") }
            for (name, text) in before { #expect(try bench.application.text(name) == text, "\(name)") }
            #expect(bench.leftovers.isEmpty && run.leftovers.isEmpty)
            bench.removeImages()
        }

        private static var questions: [String] {
            (["/"] + (good + bad).map { "/" + $0 }).flatMap { ["--ask", $0] }
        }

        private static func packages(_ list: JSONValue?) -> [String] {
            (list?.elements ?? []).compactMap { $0["package"]?.text }.sorted()
        }

        /// Every package at the version with a finding; each of the upgrades is offered.
        private static func bench() throws -> Bench {
            var packages: [String: String] = [:]
            for name in good + bad {
                for (version, source) in [("1.0.0", "old"), ("1.0.1", good.contains(name) ? "old" : name)] {
                    let manifest = #"{"name": "\#(name)", "version": "\#(version)"}"#
                    packages["\(name)/\(version)/package.json"] = manifest
                    for file in try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(source)") {
                        let text = try String(contentsOfFile: "\(folder)/\(source)/\(file)", encoding: .utf8)
                        packages["\(name)/\(version)/\(file)"] =
                            file == "package.json"
                            ? text.replacing("{", with: manifest.dropLast() + ",", maxReplacements: 1) : text
                    }
                }
            }
            let advisories = Dictionary(
                uniqueKeysWithValues: (good + bad).enumerated().map { ($1, ["CVE-\($0)": "<1.0.1"]) })
            let bench = try Bench(packages: packages, advisories: advisories)
            let dependencies = (good + bad).map { "\"\($0)\": \"1.0.0\"" }.joined(separator: ", ")
            try bench.application.write(
                #"{"name": "app", "dependencies": {\#(dependencies)}}"#, to: "package.json")
            try bench.application.write(
                """
                'use strict';
                const greeters = {};
                for (const name of \(good + bad)) greeters[name] = require(name);
                require('http').createServer((request, response) => {
                  const greet = greeters[request.url.slice(1)];
                  try {
                    response.end(greet ? greet('Ada') + greet('Al') + greet.shout('bob') : 'all\\n');
                  } catch (error) {
                    response.statusCode = 500;
                    response.end('broken\\n');
                  }
                }).listen(3000);

                """, to: "server.js")
            try bench.application.write(
                """
                FROM node:20
                WORKDIR /app
                COPY package*.json ./
                RUN npm install
                COPY *.js ./
                EXPOSE 3000
                CMD ["node", "server.js"]

                """, to: "Dockerfile")
            return bench
        }
    }
}
