// SPDX-License-Identifier: Apache-2.0

extension Rule {
    /// Compiles the application's Python sources in the build, and takes installers out of its environment.
    static let pythonFiles = Rule(name: "python files") { draft in
        guard draft.kind.id == .python else { return }
        let line = draft.target.stage.instructions[0].line
        let python = PythonPlace(draft)
        if draft.has(.productionDependenciesOnly), python.environmentPrograms != nil {
            draft.commands.append("\(python.interpreter) -m pip uninstall --yes setuptools wheel pip")
            draft.edit(line, "what installs packages is taken out of the environment after the build")
        }
        let folders = draft.folders.filter { !draft.files.contains($0) }
        if draft.has(.compileAhead), !folders.isEmpty {
            draft.commands.append(
                "{ \(python.system) -m compileall -q -j 0 --invalidation-mode unchecked-hash "
                    + folders.joined(separator: " ") + " || true; }")
            draft.edit(line, "Python's sources are compiled in the build, and not at each start")
        }
        if !draft.commands.isEmpty { draft.commandsComment = "Compile here, once, and not at each start." }
        if draft.has(.withoutUnusedModules) {
            draft.edit(
                line,
                "native modules of Python's library that nothing imports are left out, with the libraries they load"
            )
        }
        if draft.has(.withoutForeignFunctions) {
            draft.edit(
                line, "ctypes is left out where nothing imports it: with it, any function may be called")
        }
    }
}
