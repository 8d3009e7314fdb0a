// SPDX-License-Identifier: Apache-2.0

extension Rule {
    /// Sees to it that files belong to whom the build gave them.
    ///
    /// `COPY --from` keeps the owner and the mode, as numbers, of all that lies in a folder, but makes the
    /// folder itself anew, as root's, where it is not there yet (`prepareTargetDir` in `tonistiigi/fsutil`).
    static let owners = Rule(name: "owners") { draft in
        if draft.provider.keepsUserNames {
            draft.keepsFolderOwners =
                draft.folders.contains("/home/node") || draft.target.steps.contains { sets($0, draft) }
            return
        }
        guard !draft.ranAsRoot else { return }
        var owned: [String: String] = [:]
        for step in draft.target.steps {
            for change in changes(step, &draft) where !isRoot(change.owner) {
                let paths = copied(change.path, draft.folders)
                guard owned[change.path] == nil, !paths.isEmpty else { continue }
                let isSameNumber = draft.user == draft.target.user && isNumeric(change.owner)
                let owner = isSameNumber ? change.owner : draft.user
                owned[change.path] = owner
                for path in paths { draft.owners[path] = owner }
                draft.edit(
                    step.instruction.line, "'\(change.path)' belongs to \(owner), who is in the final image")
            }
        }
        let all = draft.owners
        draft.owners = all.filter { path, owner in
            !all.contains { $0.value == owner && path.hasPrefix($0.key + "/") }
        }
    }

    /// What is copied of a path: the path itself in a folder, or the folders in it.
    private static func copied(_ path: String, _ folders: [String]) -> [String] {
        if folders.contains(where: { path.hasPrefix($0 + "/") }) { return [path] }
        return folders.filter { $0 == path || $0.hasPrefix(path + "/") }
    }

    private static func isNumeric(_ owner: String) -> Bool {
        owner.utf8.allSatisfy { $0.isDigit || $0 == UInt8(ascii: ":") }
    }

    /// Whether an instruction may make a folder another's than root's, or change its mode.
    private static func sets(_ step: Target.Step, _ draft: Draft) -> Bool {
        let instruction = step.instruction
        if instruction.keyword == .user { return !isRoot(instruction.arguments) && !draft.isLastWord(step) }
        let programs: Set<String> = ["chown", "chmod", "install", "useradd", "adduser", "usermod"]
        return instruction.flag("chown") != nil
            || draft.commands(of: instruction).contains { programs.contains($0[0]) }
    }

    /// The paths that an instruction gives to someone.
    private static func changes(
        _ step: Target.Step, _ draft: inout Draft
    ) -> [(path: String, owner: String)] {
        let instruction = step.instruction
        let escape = draft.dockerfile.escape
        let expanded = { (text: String) in expand(text, escape: escape) { step.variables[$0] } }
        if let owner = instruction.flag("chown").flatMap(expanded) {
            let words = (instruction.exec ?? instruction.words.map(\.text)).compactMap(expanded)
            guard let last = words.last, let path = resolved(last, from: step.workingDirectory) else {
                return []
            }
            return words.dropLast().map { source in
                let name = source.split(separator: "/").last.map(String.init) ?? "."
                let isInFolder = last.hasSuffix("/") || last == "." || words.count > 2
                guard isInFolder, draft.isFile(source, from: instruction) else { return (path, owner) }
                return ((path == "/" ? "" : path) + "/" + name, owner)
            }
        }
        var result: [(path: String, owner: String)] = []
        for command in draft.commands(of: instruction) where command[0] == "chown" {
            let words = command.dropFirst().filter { !$0.hasPrefix("-") }
            for word in words.dropFirst() {
                if let owner = words.first.flatMap(expanded), let text = expanded(word),
                    !text.utf8.contains(UInt8(ascii: "*")),
                    let path = resolved(text, from: step.workingDirectory)
                {
                    result.append((path, owner))
                } else {
                    draft.warn(instruction.line, "whom '\(word)' belongs to is not understood")
                }
            }
        }
        return result
    }
}

extension Draft {
    /// The commands of a `RUN`, those in its here-documents included.
    func commands(of instruction: Instruction) -> [[String]] {
        guard instruction.keyword == .run else { return [] }
        let bodies = instruction.heredocs.map { dockerfile.slice($0.range) }
        return (instruction.commands + bodies.flatMap { ShellText(text: $0).commands }).filter { !$0.isEmpty }
    }

    /// Whether a source of a `COPY` is a file and not a folder, as far as it can be known.
    ///
    /// Native add-ons do not count, as they must be looked into.
    func isFile(_ source: String, from instruction: Instruction) -> Bool {
        guard let name = source.split(separator: "/").last, !name.contains("*"), !name.contains("?"),
            !name.hasSuffix(".node")
        else { return false }
        if let path = resolved(source, from: "/")?.dropFirst(), instruction.flag("from") == nil {
            if application.files.contains(String(path)) {
                return !application.files.contains { $0.hasPrefix(path + "/") }
            }
            if application.files.contains(where: { $0.hasPrefix(path + "/") }) { return false }
        }
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return false }
        let ending = name[dot...]
        return !source.hasSuffix("/") && ending != "." && ending != ".d"
    }
}
