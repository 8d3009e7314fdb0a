// SPDX-License-Identifier: Apache-2.0
import PareBytes

/// How much one record may say.  No record that was published says nearly as much, and what is beyond would cost memory and
/// time out of all proportion to the archive's length.
enum OSVLimits {
    /// Names of vulnerabilities, of each kind; an update of a kernel closes hundreds.
    static let names = 5000
    /// Packages with their releases; those of a flaw in all of a distribution's kernels are hundreds.
    static let packages = 5000
    /// Of one package.
    static let events = 1000
    /// Listed versions times events, of one package: each version is compared with each range.
    static let comparisonsOfPackage = 1_000_000
    /// Of a package's name, in bytes.
    static let nameLength = 255
    /// Of what people read, in bytes; longer texts are cut.
    static let textLength = 64 << 10
    /// Of a reference, a weakness or a vector, in bytes.
    static let shortTextLength = 4096

    /// How many versions are compared in reading a record; `nil` where it says more than any may.
    static func comparisons(in json: JSONValue) -> Int? {
        for list in ["aliases", "upstream", "related"] where (json[list]?.elements?.count ?? 0) > names {
            return nil
        }
        let affected = json["affected"]?.elements ?? []
        guard affected.count <= packages else { return nil }
        var sum = 0
        for affected in affected {
            guard (affected["package"]?["name"]?.text ?? "").utf8.count <= nameLength else { return nil }
            let events = (affected["ranges"]?.elements ?? []).reduce(0) {
                $0 + ($1["events"]?.elements?.count ?? 0)
            }
            let versions = affected["versions"]?.elements?.count ?? 0
            guard events <= self.events, versions * max(1, events) <= comparisonsOfPackage else { return nil }
            sum += events + versions * max(1, events)
        }
        return sum
    }

    /// A text for people, cut where it is longer than it may be.
    static func cut(_ text: String) -> String {
        guard text.utf8.count > textLength else { return text }
        var bytes = Array(text.utf8.prefix(textLength))
        // Not in the middle of a character.
        while let last = bytes.last, last & 0xC0 == 0x80 { bytes.removeLast() }
        return String(decoding: bytes.dropLast(), as: UTF8.self) + "…"
    }

    /// As many of short texts as there may be, without those that are too long.
    static func short(_ texts: [String]) -> Set<String> {
        Set(texts.prefix(names).filter { $0.utf8.count <= shortTextLength })
    }
}
