// SPDX-License-Identifier: Apache-2.0
import PareModel

/// Why no advisories were taken from a feed.
package enum ImportError: Explained, Hashable {
    case unknownEcosystem(String)
    /// The file is no archive of records, or a damaged one.
    case unreadable(reason: String)
    /// So few of the records can be understood that the rest would be mistaken for all.
    case mostlyMalformed(count: Int, of: Int)
    case nothing(ecosystem: String)
    /// More than any feed of an ecosystem has.
    case tooMuch(ecosystem: String)

    package var problem: String {
        switch self {
        case .unknownEcosystem(let name): "pare knows no packages of an ecosystem '\(name)'"
        case .unreadable(let reason): "the feed's file cannot be read: \(reason)"
        case .mostlyMalformed(let count, let all):
            "\(count) of the feed's \(all) records cannot be understood"
        case .nothing(let ecosystem): "the feed has no advisories of '\(ecosystem)'"
        case .tooMuch(let ecosystem): "the feed says more of '\(ecosystem)' than can be true"
        }
    }

    package var hint: String? {
        switch self {
        case .unknownEcosystem:
            "one of Debian, Ubuntu, Alpine, Wolfi, Chainguard, npm, PyPI, RubyGems, Go, Maven, crates.io; "
                + "with a release: Debian:12, Ubuntu:24.04:LTS, Alpine:v3.22"
        case .unreadable: "fetch it again"
        case .mostlyMalformed, .tooMuch: "look whether the address is one of OSV's archives"
        case .nothing: "look at the name, and at the release"
        }
    }
}
