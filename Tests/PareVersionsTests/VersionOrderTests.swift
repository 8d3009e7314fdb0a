// SPDX-License-Identifier: Apache-2.0

import PareVersions
import Samples
import Testing

@Suite struct VersionOrderTests {
    /// Each list is in ascending order.
    static let ordered: [(VersionScheme, [String])] = [
        (
            .dpkg,
            [
                "0", "0.9", "1.0~~", "1.0~~a", "1.0~", "1.0~rc1", "1.0", "1.0-1", "1.0-1+deb12u1", "1.0-1.1",
                "1.0a",
                "1.0+dfsg", "1.0.1", "1.9", "1.10", "18446744073709551615", "18446744073709551616",
                "99999999999999999999999999", "1:0.1", "1:0.1-1ubuntu1", "12:0", "99999999999999999999:0",
            ]
        ),
        (
            .apk,
            [
                "0.1_alpha1", "0.1", "0.1.1", "0.1.1_p1", "1.00", "1.0_alpha", "1.0_alpha1", "1.0_beta",
                "1.0_pre2",
                "1.0_rc1_pre1", "1.0_rc1", "1.0_rc2", "1.0_b2-r0", "1.0", "1.0-r0", "1.0-r1", "1.0-r10",
                "1.0_cvs20",
                "1.0_svn1", "1.0_git20200101", "1.0_hg3", "1.0_p1", "1.0_p1-r1", "1.0_p2", "1.0_p10-r0",
                "1.0a",
                "1.0b", "1.0b_p1", "1.0.0", "1.0.1", "1.01", "1.02", "1.02.10-r1", "1.1", "1.39", "2.01",
                "2.2",
                "2.2.20040524-r1", "006", "20050405", "18446744073709551616",
            ]
        ),
        (
            .npm,
            [
                "0.0.0-0", "0.0.0", "0.0.1", "1.0.0-1", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta",
                "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.9", "1.0.10",
                "1.9.0",
                "1.10.0", "2.0.0", "18446744073709551616.0.0", "18446744073709551617.0.0",
            ]
        ),
        (
            .python,
            [
                "0.9", "1.dev0", "1.0.dev456", "1.0a1", "1.0a2.dev456", "1.0a12.dev456", "1.0a12",
                "1.0b1.dev456",
                "1.0b2", "1.0b2.post345.dev456", "1.0b2.post345", "1.0rc1.dev456", "1.0rc1", "1.0",
                "1.0+abc.5",
                "1.0+abc.7", "1.0+5", "1.0.post456.dev34", "1.0.post456", "1.0.15", "1.1.dev1", "2024.1",
                "99999999999999999999999.0", "1!0.1",
            ]
        ),
        (
            .maven,
            [
                "1-alpha-1", "1.0-alpha-10", "1-beta", "1.0-milestone-1", "1-rc1", "1-SNAPSHOT", "1", "1-sp",
                "1-foo",
                "1-1", "1.0.1", "1.1", "1.10", "2.0.0.RC1", "2.0.0", "99999999999999999999",
            ]
        ),
        (
            .gem,
            [
                "0", "0.9", "1.0.a.2", "1.0.a10", "1.0.beta1", "1.0.beta2", "1.0.pre", "1.0-1", "1.0.rc1",
                "1.0",
                "1.0.0.1", "1.0.1", "1.9", "1.10", "2.0.0.rc1", "2", "18446744073709551616",
            ]
        ),
        (
            .segmented,
            [
                "0.0.0-20260319175635-5183b7d86137", "0", "0.0.1", "1.21rc2", "1.21", "1.21.1", "1.26.0-0",
                "1.26.0-rc.1", "v1.26.0", "1.26.0.1", "2.7.1+incompatible", "2.7.2+incompatible", "10",
                "18446744073709551616.1",
            ]
        ),
    ]

    @Test(arguments: ordered)
    func orders(_ scheme: VersionScheme, _ texts: [String]) throws {
        for (text, next) in zip(texts, texts.dropFirst()) {
            let older = try #require(Version(text, in: scheme), "\(text)")
            let newer = try #require(Version(next, in: scheme), "\(next)")
            #expect(older < newer, "\(text) < \(next)")
            #expect(!(newer < older), "\(next) < \(text)")
            #expect(older == older)
        }
    }

    @Test(arguments: [
        (VersionScheme.dpkg, "1.0", "1.0-0"), (.dpkg, "0:1.0", "1.0"), (.dpkg, " 1.0 ", "1.0"),
        (.dpkg, "1.01", "1.1"),
        (.apk, "1.0", "1.0"), (.npm, "1.0.0+build.1", "1.0.0+build.2"), (.python, "1.0", "1.0.0"),
        (.python, "1.0-1", "1.0.post1"), (.python, "v1.0-Alpha_1", "1.0a1"), (.python, "1.0c", "1.0rc0"),
        (.python, "0!1", "1"), (.python, "1.0+ubuntu-1", "1.0+UBUNTU.1"), (.maven, "1.0.0-ga", "1"),
        (.maven, "1.0.FINAL", "1"), (.maven, "1-cr2", "1-rc-2"), (.maven, "1a1", "1-alpha-1"),
        (.gem, "1.0.0", "1"),
        (.gem, "", "0"), (.gem, "1.0-rc1", "1.0.pre.rc1"), (.segmented, "v1", "1.0.0+incompatible"),
        (.segmented, "1.0-rc1", "1.0rc1"),
    ])
    func equates(_ scheme: VersionScheme, _ left: String, _ right: String) throws {
        let (left, right) = (
            try #require(Version(left, in: scheme)), try #require(Version(right, in: scheme))
        )
        #expect(left == right)
        #expect(!(left < right) && !(right < left))
    }

    @Test(arguments: [
        (VersionScheme.dpkg, ["", "a1", "-1", ":1", "x:1", "1:", "1 0", "1.0-é", "1.0/2", "+1:2"]),
        (.apk, ["abc", "1.0-x1", "1.0_foo", "1.0.a.b", "1.0 ", "1.0a.1", "1.0-r1.2", "_rc1_", "1.0é"]),
        (
            .npm,
            [
                "", "1", "1.0", "v1.0.0", " 1.0.0", "1.0.0 ", "01.0.0", "1.0.0.0", "1.0.0-", "1.0.0-01",
                "1.0.0-a..b",
                "1.0.0+", "1.0.0-é", "latest",
            ]
        ),
        (.python, ["", "a", "1.0.x", "1..0", "1.0+", "1.0+a..b", "1!", "1.0 1", "1.0-", "1.0é"]),
        (.maven, [""]),
        (.gem, ["a", "1..0", "1.", "1-", "1a", "1.0-a..b", "1.0+1", "1 0", "."]),
        (.segmented, ["", "v", "(devel)", "1.", "1..0", "1.0-", "1.0-a..b", "1.0+", "1 0", "master"]),
    ])
    func refuses(_ scheme: VersionScheme, _ texts: [String]) {
        for text in texts { #expect(Version(text, in: scheme) == nil, "\(text)") }
    }

    /// Hostile input is refused or ordered, never a trap, in any scheme.
    @Test(arguments: VersionScheme.allCases)
    func survivesNoise(_ scheme: VersionScheme) {
        var generator = SplitMix64(seed: 7)
        let pieces = [
            "0", "1", "9", "00", "99999999999999999999", ".", "-", "_", "~", "+", ":", "!", "a", "rc", "r",
            "p", "x", "*",
            "v", " ", ",", "|", "||", "<", ">", "=", "^", "[", "]", "(", ")", "é", "\u{0}", "alpha", "post",
            "dev", "#",
        ]
        var versions = (0..<400).compactMap { _ in Version(generator.text(of: pieces, upTo: 8), in: scheme) }
        versions += ["1", "1.0.0"].compactMap { Version($0, in: scheme) }
        let ranges = (0..<400).compactMap { _ in
            try? VersionRange(generator.text(of: pieces, upTo: 9), in: scheme)
        }
        for version in versions { for range in ranges { _ = range.contains(version) } }
        // A total order: in a sorted list, none comes before any that stands before it.
        let sorted = versions.sorted()
        let isTotal = sorted.indices.allSatisfy { index in
            sorted[index...].allSatisfy { later in
                sorted[index] == later
                    ? !(sorted[index] < later || later < sorted[index])
                    : sorted[index] < later && !(later < sorted[index])
            }
        }
        #expect(isTotal)
    }

    @Test func survivesLength() throws {
        for scheme in VersionScheme.allCases {
            for piece in ["1", "1.", "1-", "1a", "a-", "_p1", "~", "0", "[", "1,"] {
                let text = "1." + String(repeating: piece, count: 20_000) + "1"
                if let version = Version(text, in: scheme) { #expect(version == version) }
                _ = try? VersionRange(text, in: scheme)
            }
        }
    }
}
