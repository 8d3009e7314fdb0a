// SPDX-License-Identifier: Apache-2.0

extension Rule {
    /// Finds the folders and files that the application has put into the image.
    static let folders = Rule(name: "folders") { draft in
        let line = draft.target.stage.instructions[0].line
        guard let workingDirectory = draft.target.workingDirectory else {
            return draft.stop(line, "not understood: WORKDIR hangs on a variable without a value")
        }
        var paths: [String] = isSystem(workingDirectory) ? [] : [workingDirectory]
        for step in draft.target.steps {
            switch step.instruction.keyword {
            case .copy, .add: paths += destinations(step, &draft)
            case .run: paths += madeFolders(step, draft)
            default: break
            }
        }
        paths.removeAll { draft.kind.takes($0, draft) }
        draft.folders = paths.enumerated().filter { index, path in
            !paths.enumerated().contains { other, folder in
                path == folder ? other < index : path.hasPrefix(folder + "/")
            }
        }.map(\.element)
        if let odd = draft.folders.first(where: { !isPlain($0) }) {
            return draft.stop(
                line, "not supported: the folder '\(odd)' has characters that a shell treats specially")
        }
        guard !draft.folders.isEmpty || draft.kind.id == .nginx || draft.kind.id == .program else {
            return draft.stop(line, "not understood: no WORKDIR and no COPY says where the application lies")
        }
        if !draft.folders.contains(where: { workingDirectory == $0 || workingDirectory.hasPrefix($0 + "/") }),
            workingDirectory != "/"
        {
            draft.warn(
                line,
                "the folder '\(workingDirectory)' is the system's; only what was copied there stays"
            )
        }
    }

    private static func isPlain(_ path: String) -> Bool {
        path.utf8.allSatisfy { $0.isNameByte || "/.-@+".utf8.contains($0) }
    }

    /// Folders that a `RUN` makes by `mkdir`, for the application to use.
    private static func madeFolders(_ step: Target.Step, _ draft: Draft) -> [String] {
        let passing = ["/tmp", "/var/tmp", "/var/cache", "/root", "/dev", "/run", "/usr", "/etc/apt"]
        return draft.commands(of: step.instruction).filter { $0.first == "mkdir" }.flatMap { $0.dropFirst() }
            .filter {
                path in
                path.hasPrefix("/") && isPlain(path) && !isSystem(path)
                    && !passing.contains { path == $0 || path.hasPrefix($0 + "/") }
            }.compactMap { resolved($0, from: nil) }
    }

    /// Where a `COPY` or `ADD` puts its files, as paths that the final stage can take over.
    private static func destinations(_ step: Target.Step, _ draft: inout Draft) -> [String] {
        let instruction = step.instruction
        let words = instruction.exec ?? instruction.words.map(\.text)
        let escape = draft.dockerfile.escape
        let expanded = words.compactMap { expand($0, escape: escape) { step.variables[$0] } }
        guard expanded.count == words.count, let last = expanded.last,
            words.count > 1 || !instruction.heredocs.isEmpty,
            let path = resolved(last, from: step.workingDirectory)
        else {
            draft.warn(instruction.line, "where '\(instruction.arguments)' puts its files is not understood")
            return []
        }
        if draft.kind.takes(path, draft) { return [] }
        guard isSystem(path) else {
            let isNamed = words.count == 2 && !last.hasSuffix("/") && last != "." && !last.hasSuffix("/.")
            if isNamed, path != draft.target.workingDirectory, draft.isFile(expanded[0], from: instruction) {
                draft.files.insert(path)
            }
            return [path]
        }
        // Into a folder of the system: only the files themselves.
        var paths: [String] = []
        for source in expanded.dropLast() {
            let name = source.split(separator: "/").last.map(String.init) ?? "."
            let isUnpacked = instruction.keyword == .add && archives.contains(where: name.hasSuffix)
            if isUnpacked || name == "." || name == ".." || name.contains("*") || name.contains("?")
                || name.hasPrefix("<<")
                || draft.application.files.contains(where: { $0.hasPrefix(name + "/") })
            {
                draft.warn(instruction.line, "what '\(source)' puts into '\(path)' is not in the final image")
            } else {
                let file = path == "/" ? "/\(name)" : "\(path)/\(name)"
                if draft.isFile(source, from: instruction) { draft.files.insert(file) }
                paths.append(file)
            }
        }
        return paths
    }

    /// What `ADD` unpacks.
    private static let archives = [".tar", ".tgz", ".gz", ".bz2", ".xz", ".zst"]

    /// Whether a folder holds the system's files, so that it cannot be taken over as a whole.
    private static func isSystem(_ path: String) -> Bool {
        let roots: Set<String> = [
            "/", "/bin", "/etc", "/home", "/lib", "/lib64", "/opt", "/root", "/run", "/sbin", "/srv", "/tmp",
            "/usr",
            "/usr/bin", "/usr/lib", "/usr/local", "/usr/local/bin", "/usr/local/lib", "/usr/local/sbin",
            "/usr/local/share", "/usr/sbin", "/usr/share", "/usr/src", "/var", "/var/lib", "/var/log",
            "/var/tmp",
            "/etc/ssl/certs", "/go", "/go/bin", "/go/src",
        ]
        return roots.contains(path)
    }
}
