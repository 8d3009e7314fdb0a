// SPDX-License-Identifier: Apache-2.0

extension Kind {
    /// Node.js on its official images.
    static let node = Kind(
        id: .node, name: "a Node.js application",
        fits: { _, base in base.isNode },
        prepare: { draft in
            draft.nodeMajor =
                ReleaseTag(draft.target.base?.tag ?? "latest", of: "node", in: draft.releases).major
        },
        start: { words, draft throws(StartCommand.Unavailable) in try nodeStart(words, draft) },
        startReason: "the final image has no npm and no shell, and signals reach node itself",
        probe: { url, draft in
            let script = "fetch('\(url)').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"
            return [draft.provider.node, "-e", script]
        },
        needs: { draft in
            Needs(
                comment: "node, the libraries that it and native add-ons load,",
                libraries: "the libraries that node and native add-ons link to",
                environment: ["ENV PATH=/usr/local/bin"], program: draft.provider.node, modules: ["*.node"],
                files: [draft.provider.node],
                strippable: "/closure\(draft.provider.node)")
        })

    /// One command of both; `CMD` stays apart where `ENTRYPOINT` alone is a program.
    private static func nodeStart(
        _ words: StartWords, _ draft: Draft
    ) throws(StartCommand.Unavailable) -> StartCommand {
        let isOwn = draft.hasOwnEntryScript
        func told(_ words: [String]) throws(StartCommand.Unavailable) -> StartCommand {
            try StartCommand(words, in: draft.application, hasOwnEntryScript: isOwn)
        }
        guard let entrypoint = words.entrypoint, let command = words.command else {
            return try told(words.all)
        }
        if let first = entrypoint.first, first.hasSuffix("node"),
            entrypoint.contains(where: { $0.hasSuffix("js") })
        {
            var start = try told(entrypoint)
            start.defaults = command
            return start
        }
        if entrypoint.count == 1, entrypoint[0].hasSuffix("node") {
            var start = try told(entrypoint + command)
            start.defaults = start.words
            start.words = []
            return start
        }
        return try told(entrypoint + command)
    }
}

extension Draft {
    /// Whether the build or its context has a `docker-entrypoint.sh`, which may be what is started.
    fileprivate var hasOwnEntryScript: Bool {
        let name = "docker-entrypoint.sh"
        return application.files.contains { $0 == name || $0.hasSuffix("/" + name) }
            || target.steps.contains { step in
                [.copy, .add, .run].contains(step.instruction.keyword)
                    && source(step.instruction).contains(name)
            }
    }
}
