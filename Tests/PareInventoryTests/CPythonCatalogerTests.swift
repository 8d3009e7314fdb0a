// SPDX-License-Identifier: Apache-2.0

import PareImage
import PareInventory
import PareModel
import Testing

@Suite struct CPythonCatalogerTests {
    /// An ELF file that holds some texts between zeros.
    private static func program(_ texts: String...) -> [UInt8] {
        [0x7F, 0x45, 0x4C, 0x46] + Array(repeating: 0, count: 64) + texts.flatMap { Array($0.utf8) + [0] }
    }

    private static func found(_ files: TestFile...) -> [String] {
        let inventory = Inventory(of: SquashedView(layers: [files], minimumSize: 0))
        return inventory.packages.filter { $0.kind == .cpython }.map {
            "\($0.name) \($0.version) \($0.evidence.path)"
        }
    }

    /// Where a program lies, what it holds between zeros, and the version that is found.
    private static let programs: [(path: String, texts: [String], version: String?)] = [
        ("usr/local/lib/libpython3.11.so.1.0", ["3.11.2"], "3.11.2"),
        // SQLite, Tcl and others have versions of the same form.
        ("opt/python3.11", ["3.2.0", "2.0.1", "3.11.14", "3.12.1"], "3.11.14"),
        ("opt/python3.14", ["3.14.0rc1"], "3.14.0rc1"),
        ("opt/python3.13", ["3.13.0a3+"], "3.13.0a3+"),
        ("opt/lib/libpython3.7m.so.1.0", ["3.7.17"], "3.7.17"),
        ("opt/python2.7", ["2.7.18"], "2.7.18"),
        // Another release line, no whole version, no version alone between zeros.
        ("opt/python3.11", ["3.1.12", "3.11", "3.11.", "3.11.x", "3.11.2.1", "v3.11.2", "3.11.200"], nil),
        // It only loads the library.
        ("opt/python3.11", ["Py_BytesMain"], nil),
        ("opt/python3.11-config", ["3.11.2"], nil),
        ("opt/libother.so", ["3.11.2"], nil),
    ]

    @Test(arguments: programs)
    func readsVersion(_ path: String, _ texts: [String], _ version: String?) {
        let content = texts.reduce(into: Self.program()) { $0 += Array($1.utf8) + [0] }
        #expect(
            Self.found(TestFile(path, content, mode: 0o755))
                == (version.map { ["cpython \($0) \(path)"] } ?? []))
    }

    @Test func survivesEveryPrefix() {
        let whole = Self.program("3.11.2", "x")
        for length in 0...whole.count {
            let found = Self.found(TestFile("opt/python3.11", Array(whole.prefix(length)), mode: 0o755))
            #expect(found.isEmpty == (length < whole.count - 2), "\(length)")
        }
    }

    @Test func saysThatNobodyJudgesIt() {
        let file = TestFile("opt/python3.11", Self.program("3.11.2"), mode: 0o755)
        let inventory = Inventory(of: SquashedView(layers: [[file]], minimumSize: 0))
        #expect(
            inventory.diagnostics.contains { $0.message.contains("Python 3.11.2") && $0.severity == .note })
    }

    /// Debian's own build is judged by Debian's records.
    @Test func leavesDebiansToDebian() {
        let status =
            "Package: python3.11-minimal\nStatus: install ok installed\nVersion: 3.11.2-6+deb12u6\n\n"
        let file = TestFile("usr/bin/python3.11", Self.program("3.11.2"), mode: 0o755)
        #expect(Self.found(file, TestFile("var/lib/dpkg/status.d/python3.11-minimal", status)).isEmpty)
        #expect(Self.found(file).count == 1)
        let other = TestFile("usr/local/bin/python3.11", Self.program("3.11.14"), mode: 0o755)
        #expect(Self.found(other, TestFile("var/lib/dpkg/status.d/python3.11-minimal", status)).count == 1)
    }
}
