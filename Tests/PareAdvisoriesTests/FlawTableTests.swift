// SPDX-License-Identifier: Apache-2.0
import PareModel
import Testing

@testable import PareAdvisories

@Suite struct FlawTableTests {
    @Test(arguments: Flaw.onBoard)
    func everyRowIsWholeAndSaysWhere(flaw: Flaw) {
        #expect(flaw.id.hasPrefix("CVE-") || flaw.id.hasPrefix("DSA-"))
        #expect(!flaw.packages.isEmpty)
        #expect(flaw.source.hasPrefix("https://"))
        #expect(flaw.note.hasSuffix("."))
        let question = ProgramQuestion(about: [flaw])
        #expect(question.symbols.allSatisfy { $0.utf8.count >= 2 && !$0.contains("@") })
        #expect(!flaw.distributions.isEmpty)
    }

    @Test func eachPackageHasAFlawOnce() {
        let keys = Flaw.onBoard.flatMap { flaw in flaw.packages.map { "\(flaw.id) \($0)" } }
        #expect(Set(keys).count == keys.count && !keys.isEmpty)
    }

    /// A condition, and what is made of it.
    @Test(arguments: [
        (#"{"kind":"entry-functions","symbols":["a"]}"#, Flaw.Condition.entryFunctions(["a"])),
        (#"{"kind":"entry-functions","symbols":[]}"#, .unknown),
        (#"{"kind":"entry-functions","symbols":["a",1]}"#, .unknown),
        (#"{"kind":"entry-functions"}"#, .unknown),
        (
            #"{"kind":"format-string","symbols":["a"],"conversions":["mc"]}"#,
            .formatString(["a"], conversions: ["mc"])
        ),
        (#"{"kind":"format-string","symbols":["a"]}"#, .unknown),
        (
            #"{"kind":"through-export","symbols":["a"],"importers":["b"],"entries":["c"]}"#,
            .throughExport(["a"], importers: ["b"], entries: ["c"])
        ),
        (#"{"kind":"through-export","symbols":["a"],"importers":["b"],"entries":[]}"#, .unknown),
        (#"{"kind":"only-in-files","files":["*/x"]}"#, .onlyInFiles(["*/x"])),
        (#"{"kind":"only-in-files","files":[]}"#, .unknown),
        (#"{"kind":"only-in-build"}"#, .onlyInBuild(absentSymbols: [])),
        (#"{"kind":"only-in-build","absentSymbols":["a"]}"#, .onlyInBuild(absentSymbols: ["a"])),
        (#"{"kind":"only-in-build","absentSymbols":"a"}"#, .unknown),
        (#"{"kind":"only-with-more-rights"}"#, .onlyWithMoreRights),
        (#"{"kind":"only-on-architectures","architectures":["i386"]}"#, .onlyOnArchitectures(["i386"])),
        (#"{"kind":"only-on-architectures"}"#, .unknown),
        (#"{"kind":"magic","symbols":["a"]}"#, .unknown),
        ("7", .unknown),
    ])
    func readsConditions(json: String, condition: Flaw.Condition) {
        let row =
            #"{"id":"CVE-1","packages":["p"],"libraries":["l"],"condition":\#(json),"source":"s","note":"n"}"#
        let table = #"{"version":1,"flaws":[\#(row)]}"#
        #expect(
            Flaw.flaws(inTable: Array(table.utf8)) == [
                Flaw(
                    id: "CVE-1", packages: ["p"], distributions: ["debian"], libraries: ["l"],
                    condition: condition, source: "s",
                    note: "n")
            ])
    }

    @Test(arguments: [
        (#","distributions":["alpine"]"#, ["alpine"]), (#","distributions":7"#, []), ("", ["debian"]),
    ])
    func knowsItsDistributions(member: String, distributions: [String]) {
        let table = #"{"version":1,"flaws":[{"id":"CVE-1","packages":["p"]\#(member)}]}"#
        #expect(Flaw.flaws(inTable: Array(table.utf8)).map(\.distributions) == [distributions])
    }

    @Test(arguments: [
        "", "{", #"{"version":2,"flaws":[]}"#, #"{"version":1}"#, #"{"version":1,"flaws":[{"id":"CVE-1"}]}"#,
    ])
    func whatIsNoTableHasNoRows(text: String) {
        #expect(Flaw.flaws(inTable: Array(text.utf8)).isEmpty)
    }
}
