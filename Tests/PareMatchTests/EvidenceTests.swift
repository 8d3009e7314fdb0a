// SPDX-License-Identifier: Apache-2.0
import PareModel
import Testing

@testable import PareMatch

@Suite struct EvidenceTests {
    private static let calls = Flaw.sample(.entryFunctions(["wordexp", "glob"]))
    private static let formats = Flaw.sample(.formatString(["scanf", "sscanf"], conversions: ["mc"]))
    private static let through = Flaw.sample(
        .throughExport(["ungetwc"], importers: ["libstdc++.so.6"], entries: ["_ZSt4wcin"]))
    private static let files = Flaw.sample(.onlyInFiles(["*bin/ldd"]))
    private static let build = Flaw.sample(.onlyInBuild(absentSymbols: ["nss_hesiod"]))
    private static let libc = Program.sample("lib/libc.so.6", soname: "libc.so.6")
    private static let cxx = Program.sample(
        "lib/libstdc++.so.6", soname: "libstdc++.so.6", imports: ["ungetwc"])

    /// A flaw, what the image holds beside the library, and why the finding stays open; `nil` where it is dismissed.
    static let cases: [(name: String, flaw: Flaw, facts: ProgramFacts, reason: String?)] = [
        ("nothing else", calls, .of(libc), nil),
        ("a call", calls, .of(libc, .sample("app/x", imports: ["glob"])), "'app/x' imports glob"),
        (
            "a text that nothing looks up", calls, .of(libc, .sample("app/x", texts: ["glob": 7])),
            "'app/x' holds the name 'glob' at byte 7, for dlsym"
        ),
        (
            "a text that is looked up", calls,
            .of(libc, .sample("app/x", looksUpNames: true, texts: ["glob": 7])),
            "'app/x' holds the name 'glob' at byte 7, for dlsym"
        ),
        (
            "a text that another file looks up", calls,
            .of(libc, .sample("app/x", texts: ["glob": 7]), .sample("app/y", looksUpNames: true)),
            "'app/x' holds the name 'glob' at byte 7, for dlsym"
        ),
        (
            "the library's own text", calls,
            .of(.sample("lib/libc.so.6", looksUpNames: true, exports: ["glob"], texts: ["glob": 7])), nil
        ),
        (
            "a text in what is only called as the library", calls,
            .of(libc, .sample("app/x", soname: "libc.so.6", texts: ["glob": 7])),
            "'app/x' holds the name 'glob' at byte 7, for dlsym"
        ),
        ("linked statically", calls, .of(libc, .sample("app/x", isStatic: true)), nil),
        (
            "linked statically with a text", calls,
            .of(libc, .sample("app/x", isStatic: true, texts: ["glob": 7])),
            "'app/x' holds the name 'glob' at byte 7, for dlsym"
        ),
        (
            "a foreign call", calls, .of(libc, calls: ["x (libffi)"]),
            "any function can be called through x (libffi)"
        ),
        ("something unseen", calls, .of(libc, unseen: ["'x' cannot be read"]), "'x' cannot be read"),
        ("no library", calls, .of(.sample("app/x", imports: ["glob"]), calls: ["x (libffi)"]), nil),
        ("no library and something unseen", calls, .of(unseen: ["'x' cannot be read"]), "'x' cannot be read"),
        ("no call with a format", formats, .of(libc, .sample("app/x", conversions: ["%mc": 3])), nil),
        ("a call with another format", formats, .of(libc, .sample("app/x", imports: ["scanf"])), nil),
        (
            "a call with the format", formats,
            .of(libc, .sample("app/x", imports: ["sscanf"], conversions: ["%mc": 3])),
            "'app/x' imports sscanf, and 'app/x' holds '%mc' at byte 3"
        ),
        (
            "a call with another file's format", formats,
            .of(libc, .sample("app/w", imports: ["sscanf"]), .sample("app/x", conversions: ["%mc": 3])),
            "'app/w' imports sscanf, and 'app/x' holds '%mc' at byte 3"
        ),
        (
            "another flaw's format", formats,
            .of(libc, .sample("app/x", imports: ["sscanf"], conversions: ["%ms": 3])), nil
        ),
        ("nobody in between", through, .of(libc), nil),
        ("only the importer", through, .of(libc, cxx), nil),
        (
            "the importer, used", through, .of(libc, cxx, .sample("app/x", imports: ["_ZSt4wcin"])),
            "'app/x' imports _ZSt4wcin"
        ),
        (
            "past the importer", through, .of(libc, cxx, .sample("app/x", imports: ["ungetwc"])),
            "'app/x' imports ungetwc"
        ),
        ("no file", files, .of(libc, calls: ["x (libffi)"], unseen: ["y"]), nil),
        ("no file, but a gap", files, .of(libc, gaps: ["layer 1 was cut"]), "layer 1 was cut"),
        ("a gap", calls, .of(libc, gaps: ["layer 1 was cut"]), "layer 1 was cut"),
        ("the file", files, .of(libc, files: ["*bin/ldd": ["usr/bin/ldd"]]), "'usr/bin/ldd' is in the image"),
        ("not built", build, .of(libc, calls: ["x (libffi)"]), nil),
        (
            "built", build, .of(.sample("lib/libc.so.6", exports: ["nss_hesiod"])),
            "'lib/libc.so.6' exports nss_hesiod"
        ),
        ("another architecture", .sample(.onlyOnArchitectures(["i386"])), .of(unseen: ["y"]), nil),
        (
            "its architecture", .sample(.onlyOnArchitectures(["i386", "amd64"])), .of(),
            "it is there on amd64"
        ),
        (
            "an import of old programs", .sample(.entryFunctions(["step@"])),
            .of(libc, .sample("app/x", imports: ["step"])), "'app/x' imports step"
        ),
        (
            "a text that dlsym does not find", .sample(.entryFunctions(["step@"])),
            .of(libc, .sample("app/x", looksUpNames: true, texts: ["step": 7])), nil
        ),
        (
            "a text that dlvsym finds", .sample(.entryFunctions(["step@"])),
            .of(libc, .sample("app/x", looksUpVersions: true), .sample("app/y", texts: ["step": 7])),
            "'app/y' holds the name 'step' at byte 7, for dlsym"
        ),
        ("unknown", .sample(.unknown), .of(libc), "public sources do not say how it is entered"),
    ]

    @Test(arguments: cases)
    func judges(_ name: String, _ flaw: Flaw, _ facts: ProgramFacts, _ reason: String?) {
        switch facts.judgement(of: flaw, on: "amd64") {
        case .open(let found): #expect(found == reason)
        case .unreachable(let dismissal):
            #expect(reason == nil)
            #expect(dismissal.by == "pare" && !dismissal.reason.isEmpty && dismissal.justification != nil)
            #expect(dismissal.evidence.first == "A note. https://example.org/advisory")
        }
    }

    @Test func theEvidenceNamesEveryFileAndWhatWasAsked() throws {
        let facts = ProgramFacts.of(
            Self.libc, .sample("bin/node", looksUpNames: true), .sample("bin/go", isStatic: true))
        guard case .unreachable(let dismissal) = facts.judgement(of: Self.calls, on: nil) else {
            Issue.record("stays open")
            return
        }
        #expect(dismissal.justification == .vulnerableCodeNotInExecutePath)
        #expect(dismissal.reason == "nothing in the image calls wordexp or glob")
        #expect(
            dismissal.evidence.dropFirst() == [
                "none of 3 ELF files imports wordexp or glob (nm -D --undefined-only FILE)",
                "bin/node imports dlsym, and no ELF file holds the text wordexp or glob",
                "bin/go is linked statically: code of its own",
                "lib/libc.so.6 \(Digest.sample)", "bin/node \(Digest.sample)", "bin/go \(Digest.sample)",
            ])
    }

    @Test func onlyTheFlawsPackagesAndOpenFindingsAreTouched() {
        let source = Package.Source(name: "glibc", version: "2.36")
        let libc6 = Package.sample(.dpkg, "libc6", "2.36", source: source)
        let other = Dismissal(by: "debian", reason: "unimportant")
        let findings: [Finding] = [
            .sample("CVE-1", in: libc6), .sample("CVE-2", in: libc6),
            .sample("CVE-1", in: .sample(.npm, "glibc")),
            .sample("CVE-1", in: .sample(.apk, "glibc")), .sample("CVE-1", in: libc6, dismissal: other),
        ]
        let table: [Flaw] = [.sample(.unknown), .sample(.unknown, "CVE-3")]
        #expect(
            findings.flaws(in: table, distro: Distro(family: "debian", version: "12")).map(\.id) == ["CVE-1"])
        #expect(findings.flaws(in: table, distro: Distro(family: "ubuntu", version: "24.04")).isEmpty)
        #expect(findings.flaws(in: table, distro: nil).isEmpty)
        let result = findings.dismissed(by: .of(Self.libc), flaws: [Self.calls])
        #expect(result.findings.map { $0.dismissal?.by } == ["pare", nil, nil, "pare", "debian"])
        #expect(result.diagnostics.isEmpty)
        let open = findings.dismissed(by: .of(Self.libc), flaws: [.sample(.unknown)])
        #expect(open.findings == findings)
        #expect(
            open.diagnostics == [
                Diagnostic(.note, "CVE-1 stays open: public sources do not say how it is entered")
            ])
    }

    @Test(arguments: [nil, "all"])
    func withoutAnArchitectureItStaysOpen(architecture: String?) {
        let judgement = ProgramFacts.of().judgement(
            of: .sample(.onlyOnArchitectures(["i386"])), on: architecture)
        #expect(judgement == .open("its package does not say its architecture"))
    }

    @Test(arguments: [
        ([], ""), (["a"], "a"), (["a", "b"], "a or b"), (["a", "b", "c", "d"], "a, b, c or d"),
    ])
    func listsNames(names: [String], text: String) {
        #expect(names.listed == text)
        #expect(["a", "b", "c", "d", "e"].listed == "a, b, c or 2 others")
    }
}

extension Flaw {
    fileprivate static func sample(_ condition: Condition, _ id: String = "CVE-1") -> Flaw {
        Flaw(
            id: id, packages: ["glibc"], distributions: ["debian"], libraries: ["libc.so.6"],
            condition: condition,
            source: "https://example.org/advisory", note: "A note.")
    }
}

extension Digest { fileprivate static let sample = Digest(sha256: [UInt8](repeating: 7, count: 32)) }

extension Program {
    fileprivate static func sample(
        _ path: String, soname: String? = nil, isStatic: Bool = false, looksUpNames: Bool = false,
        looksUpVersions: Bool = false, imports: Set<String> = [], exports: Set<String> = [],
        texts: [String: Int] = [:],
        conversions: [String: Int] = [:]
    ) -> Program {
        Program(
            path: path, size: ByteCount(1), digest: .sample, soname: soname, isStatic: isStatic,
            looksUpNames: looksUpNames, looksUpVersions: looksUpVersions, imports: imports,
            exports: exports, texts: texts, conversions: conversions)
    }
}

extension ProgramFacts {
    fileprivate static func of(
        _ programs: Program..., calls: [String] = [], unseen: [String] = [], gaps: [String] = [],
        files: [String: [String]] = [:]
    ) -> ProgramFacts {
        ProgramFacts(
            programs: programs, unseen: unseen, gaps: gaps, foreignCalls: calls, files: files, moreRights: [])
    }
}
