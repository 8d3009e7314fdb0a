// SPDX-License-Identifier: Apache-2.0

import PareModel

/// Made-up scans, comparisons and proofs for the tests of the pages.
enum HTMLSamples {
    static let source = Advisory.DataSource(id: "debian", name: "Debian Security Tracker", url: "")

    static func finding(
        _ id: String, _ package: String, version: String = "1.0-1", severity: Severity = .high,
        fixed: String = "", status: FixStatus = .affected, title: String = "", dismissal: Dismissal? = nil
    ) -> Finding {
        Finding(
            package: Package(
                .dpkg, name: package, version: version, evidence: .init(path: "var/lib/dpkg/status", layer: 0)
            ),
            advisory: Advisory(id: id, source: source, detail: .init(title: title)), fixedVersion: fixed,
            status: status, severity: severity, severitySource: "debian", dismissal: dismissal)
    }

    static func layer(_ megabytes: Int, isBase: Bool, by command: String) -> LayerFacts {
        LayerFacts(
            digest: nil, diffID: nil, size: ByteCount(megabytes * 1_000_000),
            compressedSize: ByteCount(megabytes * 380_000), createdBy: command, isBase: isBase)
    }

    static func scan(
        _ target: String, layers: [LayerFacts]?, findings: [Finding] = [], packages: Int = 0,
        diagnostics: [Diagnostic] = []
    ) -> ScanReport {
        ScanReport(
            target: target, kind: layers == nil ? .folder : .image, created: "2025-11-24T02:42:07Z",
            image: layers.map { layers in
                ImageFacts(
                    id: nil, tags: [target], layers: layers,
                    config: ImageConfig(architecture: "amd64", os: "linux"),
                    rawConfig: "{}")
            },
            distro: Distro(family: "debian", version: "12.5"),
            packages: (0..<packages).map { index in
                Package(
                    .dpkg, name: "package-\(index)", version: "1", evidence: .init(path: "status", layer: 0))
            }, findings: findings,
            store: StoreFacts(
                name: "snapshot on board", updated: "2025-11-20T06:00:00Z", advisoryCount: 412_345),
            diagnostics: diagnostics)
    }

    static func answer(_ path: String, status: Int = 200, type: String = "application/json", body: String)
        -> Answer
    {
        Answer(question: Question(path: path), status: status, contentType: type, body: body)
    }

    static func behaviour(_ answers: [Answer], start: Double, exitCode: Int? = nil) -> Behaviour {
        Behaviour(answers: answers, startSeconds: start, exitCode: exitCode, output: "", errors: "")
    }

    /// Like a service on a full Debian image that went to a minimal one.
    static func comparison(removed count: Int = 60) -> Comparison {
        let severities: [Severity] = [
            .critical, .high, .high, .medium, .medium, .medium, .low, .low, .low, .low, .unknown,
        ]
        let removed = (0..<count).map { index in
            Comparison.Removed(
                finding: finding(
                    "CVE-\(2015 + index % 11)-\(10_000 + index)", "lib-of-some-length-\(index % 90)",
                    version: "1:2.\(index % 40).1-3+deb12u\(index % 7)",
                    severity: severities[index % severities.count]),
                cause: index % 4 == 0 ? .versionChanged(to: ["1:2.\(index % 40 + 1).0-1"]) : .packageRemoved)
        }
        let left = [
            finding(
                "CVE-2025-4802", "libc6", version: "2.36-9", severity: .medium,
                title: "Search path of dlopen in static setuid programs"),
            finding("GHSA-abcd-efgh-ijkl", "openssl", severity: .high, fixed: "3.0.17-1", status: .fixed),
        ]
        let aside = finding(
            "CVE-2019-1010022", "libc6", severity: .low,
            dismissal: Dismissal(by: "debian", reason: "not treated as a security issue by upstream"))
        let new = finding("CVE-2025-9999", "libssl3t64", severity: .low, status: .willNotFix)
        let fat = [
            layer(117, isBase: true, by: "ADD file:ab12 in /"),
            layer(48, isBase: true, by: "RUN apt-get update && apt-get install -y ca-certificates curl"),
            layer(587, isBase: true, by: "RUN apt-get install -y build-essential python3"),
            layer(0, isBase: true, by: "ENV NODE_VERSION=20"),
            layer(168, isBase: true, by: "RUN install node"),
            layer(3, isBase: false, by: "COPY . ."), layer(241, isBase: false, by: "RUN npm install"),
        ]
        let slim = [
            layer(24, isBase: true, by: "distribution"), layer(63, isBase: true, by: "COPY node"),
            layer(31, isBase: false, by: "COPY --from=build /app /app"),
        ]
        let page = String(repeating: "<li>item & more</li>", count: 30)
        return Comparison(
            before: scan(
                "demo-api:fat", layers: fat, findings: removed.map(\.finding) + left + [aside], packages: 612),
            after: scan(
                "demo-api:pared", layers: slim, findings: left + [new, aside], packages: 41,
                diagnostics: [
                    Diagnostic(.warning, "no package database was found in one layer", at: "var/lib")
                ]),
            behaviourBefore: behaviour(
                [
                    answer("/health", body: #"{"ok":true}"#), answer("/", type: "text/html", body: page),
                    answer("/version", body: #"{"node":"20.1.0"}"#),
                ], start: 0.84),
            behaviourAfter: behaviour(
                [
                    answer("/health", body: #"{"ok":true}"#), answer("/", type: "text/html", body: page),
                    answer("/version", body: #"{"node":"22.3.0"}"#),
                ], start: 0.61),
            fixed: removed, introduced: [new], remaining: left + [aside],
            differences: [
                .init(
                    subject: "GET /version", aspect: "body", before: #"{"node":"20.1.0"}"#,
                    after: #"{"node":"22.3.0"}"#)
            ])
    }

    static func proof(_ comparison: Comparison = comparison()) -> FixProof {
        let measured = CandidateOutcome.Measured(
            size: ByteCount(118_000_000), compressedSize: nil, packages: 41, openFindings: [0, 1, 1, 1, 0],
            startSeconds: 0.61)
        return FixProof(
            application: "demo-api", started: "2025-11-24T02:40:00Z", engine: "buildah 1.28.2",
            comparison: comparison,
            candidates: [
                .init(
                    name: "slim", verdict: .lost(reason: "12 more findings"), measured: measured,
                    differences: [], seconds: 48),
                .init(name: "distill", verdict: .won, measured: measured, differences: [], seconds: 71.5),
                .init(
                    name: "alpine", verdict: .failed(reason: "'npm ci' ended with 1"), measured: nil,
                    differences: [],
                    seconds: 22),
                .init(
                    name: "hardened", verdict: .unavailable(reason: "no access to its registry"),
                    measured: nil, differences: [], seconds: 0.4),
            ], winner: "distill",
            original:
                "FROM node:20\r\nWORKDIR /app\r\nCOPY . .\r\n\r\nRUN npm install\r\nCMD [\"npm\", \"start\"]\r\n",
            dockerfile: """
                FROM node:22-slim AS build
                WORKDIR /app
                COPY package*.json ./
                RUN npm ci --omit=dev
                COPY . .

                FROM scratch
                COPY --from=build /distilled/ /
                COPY --from=build /app /app
                WORKDIR /app
                USER 65532:65532
                CMD ["/usr/local/bin/node", "server.js"]

                """,
            edits: [
                .init(
                    line: 1,
                    reason:
                        "node:20 is a full Debian; the application needs only the runtime and what it loads"),
                .init(line: 5, reason: "without the dependencies of development"),
                .init(line: 6, reason: "there is no shell to run npm in, and npm start only runs server.js"),
            ], diagnostics: [Diagnostic(.note, "the port was found by listening", at: "Dockerfile:6")],
            seconds: 149.4)
    }
}
