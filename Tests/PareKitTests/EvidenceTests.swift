// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareBytes
import PareImage
import PareModel
import Testing

@testable import PareAdvisories
@testable import PareInventory
@testable import PareKit
@testable import PareMatch

/// Roots with this machine's C and C++ libraries and one small program, and which flaws of the table it can enter.
@Suite struct EvidenceTests {
    /// Flaws of the table, one of each kind.
    enum Known {
        static let wordexp = "CVE-2026-6368"
        static let scanf = "CVE-2026-5450"
        static let wide = "CVE-2026-5928"
        static let printers = "CVE-2026-5435"
        static let ldd = "CVE-2019-1010023"
        static let regions = "CVE-2018-20796"
        static let all = [wordexp, scanf, wide, printers, ldd, regions]
    }

    /// A program, its source, how it is compiled, and the flaws that it can enter.
    static let programs: [(name: String, source: String, flags: String, open: [String])] = [
        ("nothing", "int main(void) { return 0; }", "", []),
        ("a call", "int wordexp(); int main(void) { return wordexp(); }", "", [Known.wordexp]),
        (
            "a call of a printer", "int ns_sprintrr(); int main(void) { return ns_sprintrr(); }", "-lresolv",
            [Known.printers]
        ),
        (
            "an address",
            "int wordexp(); int main(int argc, char **argv) { return (long)(argc > 9 ? 0 : wordexp) & 1; }",
            "-no-pie", [Known.wordexp]
        ),
        (
            "a format", #"int scanf(); int main(void) { char *p; return scanf("%3mc", &p); }"#, "",
            [Known.scanf]
        ),
        (
            "a wide format", #"int wscanf(); int main(void) { char *p; return wscanf(L"%mC", &p); }"#, "",
            [Known.scanf]
        ),
        (
            "a format on the stack",
            #"int scanf(); int main(void) { volatile char f[] = "%mc"; char *p; return scanf(f, &p); }"#,
            "-O2",
            [Known.scanf]
        ),
        ("another format", #"int scanf(); int main(void) { int i; return scanf("%d", &i); }"#, "", []),
        (
            "a name looked up",
            #"void *dlsym(); int main(void) { int (*f)() = dlsym((void *)0, "wordexp"); return f(); }"#, "",
            [Known.wordexp]
        ),
        (
            "the end of a longer text looked up",
            #"void *dlsym(); int main(void) { int (*f)() = dlsym((void *)0, "my wordexp" + 3); return f(); }"#,
            "",
            [Known.wordexp]
        ),
        (
            "a name that nobody looks up", #"int puts(); int main(void) { return puts("wordexp"); }"#, "",
            [Known.wordexp]
        ),
        (
            "a name that only old programs import, looked up by its version",
            #"void *dlvsym(); int main(void) { return !dlvsym((void *)0, "step", "GLIBC_2.2.5"); }"#, "",
            [Known.regions]
        ),
        (
            "a name that only old programs import, not looked up",
            #"int puts(); int main(void) { return puts("step"); }"#, "", []
        ),
        (
            "a constructor in a library that exports nothing",
            "int wordexp(); __attribute__((constructor)) static void f(void) { wordexp(); }",
            "-shared -fPIC -fuse-ld=bfd -Wl,--hash-style=gnu", [Known.wordexp]
        ),
        (
            "wide input", "#include <iostream>\nint main() { wchar_t c; std::wcin >> c; return c; }",
            "-x c++ -lstdc++ -fPIE -pie",
            [Known.wide]
        ),
        (
            "wide input at a fixed address",
            "#include <iostream>\nint main() { wchar_t c; std::wcin >> c; return c; }",
            "-x c++ -lstdc++ -fno-pie -no-pie", [Known.wide]
        ),
        (
            "narrow input", "#include <iostream>\nint main() { char c; std::cin >> c; return c; }",
            "-x c++ -lstdc++", []
        ),
        ("wide pushback", "int ungetwc(); int main(void) { return ungetwc(0, 0); }", "", [Known.wide]),
        (
            "an add-on", "int wordexp(); int start(void) { return wordexp(); }", "-shared -fPIC",
            [Known.wordexp]
        ),
        ("linked statically", "int wordexp(); int main(void) { return wordexp(); }", "-static", []),
        (
            "without sections", "int wordexp(); int main(void) { return wordexp(); }",
            "-s sectionless",
            [Known.wordexp]
        ),
        (
            "with the older hash table", "int wordexp(); int main(void) { return wordexp(); }",
            "-Wl,--hash-style=sysv",
            [Known.wordexp]
        ),
    ]

    @Test(arguments: programs)
    func aProgramOpensWhatItCanEnter(_ name: String, _ source: String, _ flags: String, _ open: [String])
        async throws
    {
        let root = try Self.root()
        // No mode says that it runs, and no name that it is a library.
        try compile(source, flags, to: root.path + "/app/program")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o644], ofItemAtPath: root.path + "/app/program")
        let facts = try await Self.facts(of: root)
        #expect(Self.openFlaws(facts) == Set(open))
        #expect(facts.unseen.isEmpty && facts.foreignCalls.isEmpty)
    }

    /// What makes everything that asks for symbols unclear, and why.
    static let doubts: [(name: String, make: @Sendable (Folder) throws -> Void, reason: String)] = [
        (
            "a module for foreign calls", { try $0.write("", to: "usr/lib/python3/_ctypes.cpython-311.so") },
            "'x' any function can be called through usr/lib/python3/_ctypes.cpython-311.so (Python's ctypes)"
        ),
        (
            "a foreign call compiled in",
            { try compile("int ffi_call(void) { return 0; }", "-shared -fPIC", to: $0.path + "/app/x.so") },
            "any function can be called through app/x.so (libffi)"
        ),
        (
            "an add-on for foreign calls", { try $0.write("{}", to: "app/node_modules/koffi/package.json") },
            "any function can be called through app/node_modules/koffi/package.json (koffi)"
        ),
        (
            "a broken ELF file",
            { try $0.write("\u{7F}ELF" + String(repeating: "x", count: 99), to: "app/data") },
            "'app/data' is an ELF file that cannot be read"
        ),
        (
            "a preload from outside", { try $0.write("/mnt/x.so\n", to: "etc/ld.so.preload") },
            "etc/ld.so.preload names '/mnt/x.so', which is not in the image"
        ),
        (
            "an archive behind a program",
            { folder in
                try folder.take("/bin/ls", to: "app/x")
                let file = try FileHandle(forWritingTo: URL(filePath: folder.path + "/app/x"))
                try file.seekToEnd()
                try file.write(contentsOf: Data(repeating: 7, count: 5000))
                try file.close()
            }, "'app/x' carries data behind its end, in which there may be more programs"
        ),
        (
            "a long file",
            { folder in
                try folder.write("", to: "app/x")
                try FileHandle(forWritingTo: URL(filePath: folder.path + "/app/x")).truncate(
                    atOffset: 513 << 20)
            }, "'app/x' is too long to be looked at"
        ),
        (
            "a packed program",
            {
                try compile(
                    "int main(void) { return 0; }", "-static -s sectionless", to: $0.path + "/app/x")
            }, "'app/x' may be packed"
        ),
    ]

    @Test(arguments: doubts.indices)
    func whatIsUnclearStaysOpen(_ index: Int) async throws {
        let (_, make, reason) = Self.doubts[index]
        let root = try Self.root()
        try FileManager.default.createDirectory(atPath: root.path + "/app", withIntermediateDirectories: true)
        try make(root)
        let facts = try await Self.facts(of: root)
        let flaw = try #require(Flaw.onBoard.first { $0.id == Known.wordexp })
        #expect(facts.judgement(of: flaw, on: nil) == .open(reason.replacing("'x' ", with: "")))
        #expect(Self.openFlaws(facts) == Set(Known.all).subtracting([Known.ldd]))
    }

    @Test(arguments: ["usr/bin/ldd", "ldd", "opt/tools/ldd"])
    func aFileOpensItsFlaw(_ path: String) async throws {
        let root = try Self.root()
        try root.write("#!/bin/sh", to: path)
        #expect(Self.openFlaws(try await Self.facts(of: root)) == [Known.ldd])
    }

    /// A scan of a Debian root, with or without a program that calls what the flaw is in.
    @Test(arguments: [(true, false), (true, true), (false, false)])
    func aScanDismissesWhatIsOutOfReach(readsPrograms: Bool, calls: Bool) async throws {
        let root = try Self.root()
        try root.write("ID=debian\nVERSION_ID=12\n", to: "etc/os-release")
        let record =
            "Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nSource: glibc\nVersion: 2.36-9+deb12u14\n"
        try root.write(record, to: "var/lib/dpkg/status")
        if calls {
            try compile(
                "int wordexp(); int main(void) { return wordexp(); }", "", to: root.path + "/app/x")
        }
        let scan = Scan(
            target: root.path, platform: nil, selection: FindingSelection(), cachesLayers: false,
            readsPrograms: readsPrograms)
        let report = try await scan.run(in: .quiet)
        let finding = try #require(report.findings.first { $0.id == Known.wordexp })
        #expect(finding.dismissal?.by == (readsPrograms && !calls ? "pare" : nil))
        let note = "\(Known.wordexp) stays open: 'app/x' imports wordexp"
        #expect(report.diagnostics.contains { $0.message == note } == calls)
        if let dismissal = finding.dismissal {
            let digest = SHA256.digest(of: try readFile(root.path + "/lib/libc.so.6", limit: 1 << 24))
            #expect(dismissal.evidence.contains("lib/libc.so.6 \(digest)"))
        }
    }

    @Test func withoutTheLibraryThereIsNothingToEnter() async throws {
        let root = try Self.root()
        try FileManager.default.removeItem(atPath: root.path + "/lib/libresolv.so.2")
        try compile(
            "int ns_sprintrr(); int f(void) { return ns_sprintrr(); }", "-shared -fPIC",
            to: root.path + "/lib/x.so")
        #expect(Self.openFlaws(try await Self.facts(of: root)).isEmpty)
    }

    /// The table's names are those of this machine's libraries, and a file that imports any one of them is found.
    @Test(arguments: Set(Flaw.onBoard.map(\.libraries)))
    func theTableNamesRealFunctions(_ libraries: [String]) async throws {
        let flaws = Flaw.onBoard.filter { flaw in
            if case .onlyInBuild = flaw.condition { return false }
            return flaw.libraries == libraries && !ProgramQuestion(about: [flaw]).symbols.isEmpty
        }
        let files = libraries.compactMap(Self.pathHere)
        guard let own = files.first, !flaws.isEmpty else { return }
        let root = try Folder()
        for file in files { try root.take(file, to: "lib/" + URL(filePath: file).lastPathComponent) }
        let names = ProgramQuestion(about: flaws).symbols
        let calls = names.sorted().map { "extern int \($0)(void); int call_\($0)(void) { return \($0)(); }" }
        try compile(
            calls.joined(separator: "\n"), "-shared -fPIC -nostdlib -fno-builtin", to: root.path + "/lib/x.so"
        )
        let facts = try await Self.facts(of: root, asking: flaws)
        #expect(facts.programs.first { $0.path == "lib/x.so" }?.imports == names)
        let exports = facts.programs.filter { $0.path != "lib/x.so" }.reduce(into: Set<String>()) {
            $0.formUnion($1.exports)
        }
        #expect(!names.isDisjoint(with: exports), "\(own) exports none of \(names.sorted())")
        // Those of the C library are as old as the library; others came with some version.
        for flaw in flaws where flaw.packages.contains("glibc") {
            let names = ProgramQuestion(about: [flaw]).symbols
            #expect(
                !names.isDisjoint(with: exports), "\(own) exports nothing of \(flaw.id): \(names.sorted())")
        }
    }

    private static func pathHere(_ name: String) -> String? {
        libraryFolders.map { $0 + "/" + name }.first { FileManager.default.fileExists(atPath: $0) }
    }

    private static let libraryFolders = [
        "/lib/x86_64-linux-gnu", "/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib",
    ]

    /// A root with the libraries that the flaws are in, and what they need.
    static func root() throws -> Folder {
        let root = try Folder()
        for name in ["libc.so.6", "libm.so.6", "libresolv.so.2", "libstdc++.so.6", "libgcc_s.so.1"] {
            let path = try #require(pathHere(name), "\(name)")
            try root.take(path, to: "lib/" + name)
        }
        return root
    }

    static func facts(
        of root: Folder, _ config: ImageConfig = ImageConfig(), asking flaws: [Flaw] = Flaw.onBoard
    ) async throws -> ProgramFacts {
        let reading = try await openImage(at: root.path).read(taking: [], cache: nil)
        return try ProgramFacts(
            of: reading.tree, config: config, gaps: reading.gaps, asking: ProgramQuestion(about: flaws))
    }

    static func openFlaws(_ facts: ProgramFacts) -> Set<String> {
        Set(
            Flaw.onBoard.filter { Known.all.contains($0.id) }.filter { flaw in
                if case .open = facts.judgement(of: flaw, on: nil) { true } else { false }
            }.map(\.id))
    }
}
