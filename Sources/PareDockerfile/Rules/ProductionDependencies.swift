// SPDX-License-Identifier: Apache-2.0

extension Rule {
    /// Takes away what only development and the build need.
    static let productionDependencies = Rule(name: "production dependencies") { draft in
        guard draft.has(.productionDependenciesOnly), draft.kind.id == .node, let start = draft.start else {
            return
        }
        guard let installation = draft.installation else {
            let line = draft.target.stage.instructions[0].line
            return draft.note(
                line, "no package manager is run in the last stage, so its packages stay as they are")
        }
        let line = installation.instruction.line
        guard draft.application.hasManifest else {
            return draft.note(line, "package.json is not known, so packages for development stay")
        }
        let needed = start.tools.intersection(draft.application.developmentDependencies)
        guard needed.isEmpty else {
            let names = needed.sorted().joined(separator: ", ")
            return draft.warn(line, "packages for development stay: the start needs \(names) of them")
        }
        let tools = buildTools(of: draft.application).filter { !start.tools.contains($0) }
        let hasRest = !installation.isProductionOnly && !draft.application.developmentDependencies.isEmpty
        guard hasRest || !tools.isEmpty else { return }
        draft.commands += installation.manager.commands(removing: tools, andDevelopment: hasRest)
        draft.commandsComment =
            draft.commandsComment == nil
            ? "Only what runs stays."
            : "Compile here, once, and not at each start; then only what runs stays."
        if !tools.isEmpty {
            draft.edit(line, "\(tools.joined(separator: ", ")): needed to build only, removed after it")
        }
        if hasRest { draft.edit(line, "devDependencies are removed after the build") }
    }

    /// Packages among the dependencies that no program loads while it runs, in their order.
    private static func buildTools(of application: ApplicationFacts) -> [String] {
        let tools: Set<String> = ["typescript", "ts-node", "ts-node-dev", "tsx", "nodemon"]
        return application.dependencies.filter { name in
            (tools.contains(name) || name.hasPrefix("@types/")) && !application.imported.contains(name)
        }.sorted()
    }
}

extension Installation.Manager {
    fileprivate func commands(removing tools: [String], andDevelopment: Bool) -> [String] {
        switch self {
        case .npm:
            let keys = tools.map { $0.contains(".") ? "'dependencies[\($0)]'" : "dependencies.\($0)" }
            let removal = keys.isEmpty ? [] : ["npm pkg delete " + keys.joined(separator: " ")]
            return removal + ["npm prune --omit=dev"]
        case .yarn:
            let removal = tools.isEmpty ? [] : ["yarn remove " + tools.joined(separator: " ")]
            let rest = "yarn install --production --ignore-scripts --prefer-offline && yarn cache clean"
            return removal + (andDevelopment ? [rest] : [])
        case .pnpm:
            let removal = tools.isEmpty ? [] : ["pnpm remove " + tools.joined(separator: " ")]
            return removal + (andDevelopment ? ["pnpm prune --prod"] : [])
        }
    }
}
