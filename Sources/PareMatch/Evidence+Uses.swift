// SPDX-License-Identifier: Apache-2.0
import PareModel

extension ProgramFacts {
    /// A program that uses a name, and how: `'usr/bin/x' imports wordexp`.
    struct Use {
        let program: Program
        let text: String
    }

    /// Every way in which a program of the image may use one of some names.
    ///
    /// A name is used where it is imported, and where it only stands in a file: what looks it up may itself be hidden in one.
    /// Texts in the library that has the flaw do not count: what it does itself is for the flaw's row to say.
    func uses(of names: [String], in flaw: Flaw) -> [Use] {
        let texts = Set(lookable(names))
        return programs.flatMap { program in
            let hasFlaw = isFlawed(program, by: flaw)
            return names.compactMap { listed in
                let name = Flaw.bareName(listed)
                if program.imports.contains(name) {
                    return Use(program: program, text: "'\(program.path)' imports \(name)")
                }
                guard !hasFlaw, texts.contains(name), let offset = program.texts[name] else { return nil }
                return Use(
                    program: program,
                    text: "'\(program.path)' holds the name '\(name)' at byte \(offset), for dlsym")
            }
        }
    }

    /// Those of some names that can be called by their texts: what only old programs import is looked up by its version.
    private func lookable(_ names: [String]) -> [String] {
        programs.contains(where: \.looksUpVersions)
            ? names.map(Flaw.bareName) : names.filter { $0 == Flaw.bareName($0) }
    }

    /// Whether a file is the library that has the flaw, and is not only called so.
    private func isFlawed(_ program: Program, by flaw: Flaw) -> Bool {
        flaw.libraries.contains(where: program.isLibrary)
            && !program.exports.isDisjoint(with: ProgramQuestion(about: [flaw]).symbols)
    }

    func libraries(of flaw: Flaw) -> [Program] {
        programs.filter { program in flaw.libraries.contains(where: program.isLibrary) }
    }

    /// What shows that names are not used.
    func absence(of names: [String]) -> [String] {
        let lookers = programs.filter(\.looksUpNames).map(\.path)
        let texts = lookable(names)
        let who =
            lookers.isEmpty
            ? "nothing imports dlsym or dlvsym" : "\(lookers.joined(separator: ", ")) imports dlsym"
        return [
            "none of \(programs.count) ELF files imports \(names.listed) (nm -D --undefined-only FILE)",
            who + (texts.isEmpty ? "" : ", and no ELF file holds the text \(texts.listed)"),
        ]
    }

    /// A dismissal with what was looked at.
    func dismissal(
        of flaw: Flaw, _ reason: String, _ justification: Dismissal.Justification, _ evidence: [String],
        listsPrograms: Bool = true
    ) -> Dismissal {
        let statics = programs.filter(\.isStatic).map(\.path)
        let notes =
            statics.isEmpty || !listsPrograms
            ? [] : ["\(statics.joined(separator: ", ")) is linked statically: code of its own"]
        let seen = programs.map { "\($0.path) \($0.digest)" }
        return Dismissal(
            by: "pare", reason: reason, justification: justification,
            evidence: ["\(flaw.note) \(flaw.source)"] + evidence + notes + (listsPrograms ? seen : []))
    }
}

extension [String] {
    /// `a, b or c`; of many the first and how many there are.
    var listed: String {
        let names = map(Flaw.bareName)
        if count > 4 { return names.prefix(3).joined(separator: ", ") + " or \(count - 3) others" }
        return count < 2
            ? names.first ?? "" : names.dropLast().joined(separator: ", ") + " or " + names[count - 1]
    }
}
