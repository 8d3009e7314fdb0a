// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareModel
import Testing

@testable import PareKit

extension NpmPatchSuite {
    @Suite("Steps") struct StepTests {
        /// The example has no lock file, and asks for express ^4.18.2 as it was years ago.
        @Test func theExampleLosesItsThreeFindings() async throws {
            let bench = try Bench(
                packages: [
                    "express.json": """
                    {"4.18.2": {"dependencies": {"qs": "6.11.0", "cookie": "0.5.0"}},
                     "4.21.2": {"dependencies": {"qs": "6.13.0", "cookie": "0.7.1"}},
                     "5.2.1": {"dependencies": {"qs": "^6.14.0", "cookie": "^0.7.1"}}}
                    """,
                    "qs.json": #"{"6.11.0": {}, "6.13.0": {}, "6.14.2": {}, "6.16.0": {}}"#,
                    "cookie.json": #"{"0.5.0": {}, "0.7.1": {}, "0.7.2": {}}"#,
                ],
                advisories: [
                    "qs": ["CVE-2025-15284": "<6.14.1", "CVE-2026-2391": ">=6.7.0, <6.14.2"],
                    "cookie": ["CVE-2024-47764": "<0.7.0"],
                ])
            let manifest = "{\n\t\"name\": \"a\",\n\t\"dependencies\": { \"express\": \"~4.18.2\" }\n}\n"
            try bench.application.write(manifest, to: "package.json")
            let patched = try await bench.patching().patch(closing: [
                Bench.finding("qs", "CVE-2025-15284"), Bench.finding("qs", "CVE-2026-2391"),
                Bench.finding("cookie", "CVE-2024-47764"),
                Bench.finding(
                    "tar", "CVE-9", path: "usr/local/lib/node_modules/npm/node_modules/tar/package.json"),
            ])
            print(patched)
            #expect(patched.told == ["dependency express 4.18.2 → 4.21.2", "override qs 6.11.0 → 6.14.2"])
        }
    }
}
