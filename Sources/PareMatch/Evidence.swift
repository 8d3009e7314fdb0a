// SPDX-License-Identifier: Apache-2.0

package import PareModel

extension [Finding] {
    /// The same findings, those dismissed whose flaw the image's programs cannot enter; and of the others that are in the table, why
    /// they stay open.
    ///
    /// A finding that somebody else set aside stays as it is.  What is unclear stays open.
    package func dismissed(
        by facts: ProgramFacts, flaws: [Flaw]
    ) -> (findings: [Finding], diagnostics: [Diagnostic]) {
        var diagnostics: [Diagnostic] = []
        var told: Set<String> = []
        let findings = map { finding -> Finding in
            guard finding.isOpen, let flaw = flaws.first(where: { $0.concerns(finding) }) else {
                return finding
            }
            switch facts.judgement(of: flaw, on: finding.package.architecture) {
            case .unreachable(let dismissal): return finding.dismissed(dismissal)
            case .open(let reason):
                if told.insert(flaw.id).inserted {
                    diagnostics.append(Diagnostic(.note, "\(flaw.id) stays open: \(reason)"))
                }
                return finding
            }
        }
        return (findings, diagnostics)
    }

    /// The flaws of a table that these findings are about, without those that are set aside already, and without those that were
    /// looked at in other distributions only.
    package func flaws(in table: [Flaw], distro: Distro?) -> [Flaw] {
        guard let distro else { return [] }
        let ids = Set(lazy.filter(\.isOpen).map(\.id))
        return table.filter { flaw in
            ids.contains(flaw.id) && flaw.distributions.contains(distro.family)
                && contains { $0.isOpen && flaw.concerns($0) }
        }
    }
}

extension ProgramFacts {
    enum Judgement: Hashable {
        case unreachable(Dismissal)
        /// With the reason, to be read after a colon.
        case open(String)
    }

    /// Whether anything in the image can enter a flaw; with the architecture that the package was built for.
    func judgement(of flaw: Flaw, on architecture: String?) -> Judgement {
        switch flaw.condition {
        case .unknown: return .open("public sources do not say how it is entered")
        case .onlyInFiles(let patterns): return judgement(of: flaw, inFiles: patterns)
        case .onlyWithMoreRights: return judgementByRights(of: flaw)
        case .onlyOnArchitectures(let names): return judgement(of: flaw, on: names, here: architecture)
        default: break
        }
        if let unseen = unseen.first { return .open(unseen) }
        if !flaw.libraries.isEmpty, libraries(of: flaw).isEmpty {
            return .unreachable(
                dismissal(
                    of: flaw,
                    "\(flaw.libraries.joined(separator: ", ")), which has the flaw, is not in the image",
                    .componentNotPresent, ["none of \(programs.count) ELF files has that name or soname"]))
        }
        if case .onlyInBuild(let symbols) = flaw.condition { return judgement(of: flaw, without: symbols) }
        if let call = foreignCalls.first { return .open("any function can be called through \(call)") }
        switch flaw.condition {
        case .entryFunctions(let names): return judgement(of: flaw, entered: names)
        case .formatString(let names, let conversions):
            return judgement(of: flaw, entered: names, with: conversions)
        case .throughExport(let names, let importers, let entries):
            return judgement(of: flaw, entered: names, from: importers, by: entries)
        case .onlyInFiles, .onlyInBuild, .onlyWithMoreRights, .onlyOnArchitectures, .unknown:
            return .open("it is not known how it is entered")
        }
    }

    private func judgement(of flaw: Flaw, inFiles patterns: [String]) -> Judgement {
        if let path = patterns.compactMap({ files[$0]?.first }).min() {
            return .open("'\(path)' is in the image")
        }
        if let gap = gaps.first { return .open(gap) }
        return .unreachable(
            dismissal(
                of: flaw, "none of the programs that have the flaw is in the image",
                .vulnerableCodeNotPresent, ["no path of the image is \(patterns.joined(separator: " or "))"],
                listsPrograms: false))
    }

    private func judgementByRights(of flaw: Flaw) -> Judgement {
        if let reason = moreRights.first ?? gaps.first { return .open(reason) }
        return .unreachable(
            dismissal(
                of: flaw, "no program of the image runs with more rights than its caller",
                .notControllableByAdversary,
                [
                    "no file has the set-user-ID or set-group-ID bit (find / -xdev -type f -perm /6000)",
                    "no file has capabilities (getcap -r /)",
                    "programs of volumes, and marks that are set when the container runs, are not in the image",
                ], listsPrograms: false))
    }

    private func judgement(of flaw: Flaw, on names: [String], here: String?) -> Judgement {
        guard let here, here != "all", here != "noarch" else {
            return .open("its package does not say its architecture")
        }
        if names.contains(here) { return .open("it is there on \(here)") }
        return .unreachable(
            dismissal(
                of: flaw, "the flaw is not there on \(here)", .vulnerableCodeNotPresent,
                ["it is there on \(names.listed)"], listsPrograms: false))
    }

    private func judgement(of flaw: Flaw, without symbols: [String]) -> Judgement {
        for library in libraries(of: flaw) {
            if let symbol = symbols.first(where: library.exports.contains) {
                return .open("'\(library.path)' exports \(symbol)")
            }
        }
        let paths = libraries(of: flaw).map(\.path)
        return .unreachable(
            dismissal(
                of: flaw, "the flawed code is not compiled into the distribution's library",
                .vulnerableCodeNotPresent,
                symbols.isEmpty ? [] : ["\(paths.joined(separator: ", ")) exports none of \(symbols.listed)"])
        )
    }

    private func judgement(of flaw: Flaw, entered names: [String]) -> Judgement {
        if let use = uses(of: names, in: flaw).first { return .open(use.text) }
        return .unreachable(
            dismissal(
                of: flaw, "nothing in the image calls \(names.listed)", .vulnerableCodeNotInExecutePath,
                absence(of: names)))
    }

    private func judgement(of flaw: Flaw, entered names: [String], with conversions: [String]) -> Judgement {
        let wanted = conversions.map { "%" + $0 }
        let users = uses(of: names, in: flaw)
        guard let first = users.first else { return judgement(of: flaw, entered: names) }
        for program in programs {
            if let (text, offset) = program.conversions.filter({ wanted.contains($0.key) }).min(by: {
                $0.value < $1.value
            }) {
                return .open("\(first.text), and '\(program.path)' holds '\(text)' at byte \(offset)")
            }
        }
        return .unreachable(
            dismissal(
                of: flaw, "no format in the image has \(wanted.listed)", .vulnerableCodeNotInExecutePath,
                [
                    "\(Set(users.map(\.program.path)).sorted().joined(separator: ", ")) can call \(names.listed)",
                    "none of \(programs.count) ELF files holds a text with \(wanted.listed)",
                ]))
    }

    private func judgement(
        of flaw: Flaw, entered names: [String], from importers: [String], by entries: [String]
    ) -> Judgement {
        func isImporter(_ program: Program) -> Bool { importers.contains(where: program.isLibrary) }
        let users = uses(of: names, in: flaw)
        if let use = users.first(where: { !isImporter($0.program) }) { return .open(use.text) }
        if users.isEmpty { return judgement(of: flaw, entered: names) }
        if let use = uses(of: entries, in: flaw).first(where: { !isImporter($0.program) }) {
            return .open(use.text)
        }
        let paths = Set(users.map(\.program.path)).sorted().joined(separator: ", ")
        return .unreachable(
            dismissal(
                of: flaw, "only \(paths) calls \(names.listed), and nothing calls what leads there",
                .vulnerableCodeNotInExecutePath,
                ["of \(programs.count) ELF files only \(paths) imports \(names.listed)"]
                    + absence(of: entries)))
    }
}
