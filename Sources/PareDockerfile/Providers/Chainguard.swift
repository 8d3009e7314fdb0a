// SPDX-License-Identifier: Apache-2.0

extension Provider {
    /// Chainguard's free images: built on their Node.js image, run on Wolfi with Node.js from its packages.
    ///
    /// Only the tags `latest` and `latest-dev` are free, which are the newest Node.js; release lines that
    /// last are to be had as Wolfi packages, the old ones of which go away.
    package static let chainguard = Provider(
        name: "chainguard", node: "node", launcher: ["tini", "--"], user: "65532:65532",
        keepsUserNames: false, environment: { _ in [] },
        expectation: Expectation(openFindings: 0, megabytes: 190),
        purpose: "a base that its vendor rebuilds each day, so that its packages have next to no findings",
        libraries: { _ in "What the application loads of them must be added to 'apk add' in the final stage"
        },
        prepare: { draft in
            let root = draft.target.root
            let line = root.instructions[0].line
            draft.replacements.append((root.baseWord.range, "cgr.dev/chainguard/node:latest-dev"))
            draft.edit(
                line, "built on Chainguard's Node.js image; 'latest-dev' is the only free tag that has npm")
            let end = root.instructions[0].range.upperBound
            let newline = draft.dockerfile.newline
            let isOpen = draft.dockerfile.bytes[..<end].last != 0x0A
            let user = "# hadolint ignore=DL3002\(newline)USER 0"
            draft.replacements.append((end..<end, isOpen ? newline + user : user + newline))
            draft.edit(line, "that image begins as a user who may not install; the build runs as root")
            for step in draft.target.steps(.run) { reportForeign(step.instruction, &draft) }
        },
        stages: { draft in
            [
                "# Only the tag 'latest' is free, and only current packages are kept: nothing can be pinned.",
                "# hadolint ignore=DL3007",
                draft.finalFrom("cgr.dev/chainguard/wolfi-base:latest"),
                "# hadolint ignore=DL3018",
                "RUN apk add --no-cache nodejs-\(stream(for: draft.nodeMajor)) tini",
            ]
        })

    /// The release lines that Wolfi has packages of.
    private static let streams = [24, 26]

    private static func stream(for major: Int?) -> Int {
        streams.first { $0 >= major ?? 0 } ?? streams[streams.count - 1]
    }

    /// Commands of other distributions, which Wolfi does not have.
    private static func reportForeign(_ instruction: Instruction, _ draft: inout Draft) {
        let foreign: Set<String> = [
            "apt", "apt-get", "apt-key", "apt-mark", "aptitude", "dpkg", "dpkg-reconfigure",
            "add-apt-repository",
            "yum", "dnf", "microdnf", "zypper", "rpm", "useradd", "groupadd", "usermod", "chsh",
        ]
        let names = Set(
            draft.commands(of: instruction).map { $0[0].split(separator: "/").last.map(String.init) ?? $0[0] }
        )
        for name in names.intersection(foreign).sorted() {
            draft.warn(instruction.line, "Wolfi has no '\(name)'; this line must be changed by hand")
        }
    }
}
