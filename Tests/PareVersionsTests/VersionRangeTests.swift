// SPDX-License-Identifier: Apache-2.0

import PareModel
import PareVersions
import Testing

@Suite struct VersionRangeTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let scheme: VersionScheme
        let range: String
        let inside: [String]
        let outside: [String]

        var testDescription: String { "\(scheme.rawValue) \(range)" }

        init(_ scheme: VersionScheme, _ range: String, has inside: [String], not outside: [String]) {
            self.scheme = scheme
            self.range = range
            self.inside = inside
            self.outside = outside
        }
    }

    static let rows = [
        Row(.npm, ">=1.2.0, <1.2.5", has: ["1.2.0", "1.2.4"], not: ["1.1.9", "1.2.5"]),
        Row(.npm, ">=7.0.0 <7.5.2", has: ["7.5.1"], not: ["7.5.2", "6.9.9"]),
        Row(.npm, "< 2.2.4 > 2.0.0", has: ["2.0.1"], not: ["2.0.0", "2.2.4"]),
        Row(.npm, "<=1.9", has: ["1.9.5", "0.1.0"], not: ["1.10.0"]),
        Row(.npm, "<=99.999.99999", has: ["1.0.0"], not: ["100.0.0"]),
        Row(
            .npm, "5.x || 4.x", has: ["5.0.0", "4.9.9", "5.0.0-rc.1"], not: ["6.0.0", "3.9.9", "6.0.0-rc.1"]),
        Row(.npm, "^5.1.1 || ^4.2.3", has: ["5.1.1", "4.9.0"], not: ["5.1.0", "4.2.2", "6.0.0"]),
        Row(
            .npm, ">=6.0.0 <6.2.0 || 5.x || 0.10.x", has: ["6.1.0", "5.5.5", "0.10.48"],
            not: ["6.2.0", "0.12.0"]),
        Row(.npm, "1.2.3", has: ["1.2.3", "1.2.3+build"], not: ["1.2.4", "1.2.3-rc.1"]),
        Row(.npm, "1.2 - 2.3", has: ["1.2.0", "2.3.9"], not: ["2.4.0", "1.1.0"]),
        Row(.npm, "*", has: ["0.0.0", "9.9.9-alpha"], not: []),
        Row(.npm, "", has: ["0.0.0", "9.9.9-alpha"], not: []),
        Row(.npm, ">*", has: [], not: ["0.0.0", "99.0.0"]),
        // A pre-release is affected when it lies between the bounds, whatever npm would install.
        Row(.npm, "<2.0.0", has: ["1.0.0-alpha", "1.9.9", "2.0.0-rc.1"], not: ["2.0.0", "2.0.1-rc.1"]),
        Row(.npm, ">=3.0.0-rc.1, <3.0.0", has: ["3.0.0-rc.1", "3.0.0-rc.2"], not: ["3.0.0-beta", "3.0.0"]),

        Row(.python, "<2.0", has: ["1.9", "2.0rc1", "1.0+local"], not: ["2.0", "2.0.post1"]),
        Row(.python, ">1.0", has: ["1.0.1", "2"], not: ["1.0", "1.0.post1", "1.0+local"]),
        Row(.python, "<=1.0", has: ["1.0", "1.0+local", "1.0rc1"], not: ["1.0.post1", "1.1"]),
        Row(.python, "==1.0", has: ["1.0", "1.0.0", "1.0+local"], not: ["1.0.1"]),
        Row(.python, "==1.0+local", has: ["1.0+local"], not: ["1.0", "1.0+other"]),
        Row(.python, "1.2.*", has: ["1.2", "1.2.9", "1.2rc1"], not: ["1.3", "1.20"]),
        Row(.python, "!=1.2.*", has: ["1.3"], not: ["1.2.9"]),
        Row(.python, "~=1.4.2", has: ["1.4.2", "1.4.9"], not: ["1.4.1", "1.5"]),
        Row(.python, ">=4.2, <4.2.2||<4.1.4", has: ["4.2.1", "4.1.3"], not: ["4.1.5", "4.2.2"]),
        Row(.python, " * ", has: ["0", "1.0.dev1"], not: []),

        Row(
            .segmented, "<1.25.13 || >=1.26.0-0, <1.26.6", has: ["1.20", "1.26.0-rc.1", "1.26.5"],
            not: ["1.25.13"]),
        Row(
            .segmented, ">=2.0.0+incompatible, <2.15.2+incompatible", has: ["v2.15.1+incompatible"],
            not: ["2.15.2"]),
        Row(.segmented, "^0.1.1", has: ["0.1.1", "0.1.9"], not: ["0.1.0", "0.2.0"]),
        Row(.segmented, "^1.2", has: ["1.2", "1.9.9"], not: ["1.1", "2.0"]),
        Row(.segmented, "^0.0", has: ["0.0.9"], not: ["0.1"]),
        Row(.segmented, "^ 0.3.1", has: ["0.3.2"], not: ["0.4.0"]),
        Row(.segmented, "~1.2", has: ["1.2.9"], not: ["1.3"]),
        Row(.segmented, "~1.2.3", has: ["1.2.9"], not: ["1.3", "1.2.2"]),
        Row(.segmented, "~1", has: ["1.9"], not: ["2"]),
        Row(.segmented, "~> 1.2", has: ["1.9"], not: ["2.0"]),
        Row(.segmented, "= 0.2.6", has: ["0.2.6"], not: ["0.2.7"]),
        Row(.segmented, "!=1.0 <2", has: ["1.1"], not: ["1.0.0", "2"]),
        Row(.segmented, "*", has: ["0", "99"], not: []),

        Row(.gem, "~> 3.1.2", has: ["3.1.2", "3.1.9"], not: ["3.2.0", "3.2.0.rc1", "3.1.1"]),
        Row(.gem, "~> 6.4.1, >= 6.4.1.1", has: ["6.4.1.1", "6.4.9"], not: ["6.4.1", "6.5"]),
        Row(.gem, "~> 2", has: ["2.0", "2.9"], not: ["3.0.0.a", "3"]),
        Row(.gem, "~> 1.0.0.rc5.1", has: ["1.0.0.rc5.2", "1.0.9"], not: ["1.1.0.pre", "1.0.0.rc5.0"]),
        Row(
            .gem, "< 4.0.0.beta || = 5.0", has: ["3.9", "4.0.0.alpha", "5.0.0"], not: ["4.0.0.beta", "5.0.1"]),

        Row(.maven, ">=2.0, <2.17.1", has: ["2.0", "2.17.0", "2.17.1-rc1"], not: ["2.17.1", "1.9"]),
        Row(.maven, "[1.0,2.0)", has: ["1", "1.9"], not: ["2.0", "0.9"]),
        Row(
            .maven, "(,1.5],[2.0,2.1],[3.0]", has: ["0.1", "1.5", "2.0.5", "3"], not: ["1.6", "2.2", "3.0.1"]),
        Row(.maven, "<32.0.0-android", has: ["31.1-jre"], not: ["32.0.1-android"]),

        Row(.dpkg, "<1:2.0-1", has: ["2.0-1", "1:2.0~rc1-1"], not: ["1:2.0-1"]),
        Row(.apk, ">=1.0-r1, <1.0-r3", has: ["1.0-r2"], not: ["1.0-r3", "1.0"]),
    ]

    @Test(arguments: rows)
    func contains(_ row: Row) throws {
        let range = try VersionRange(row.range, in: row.scheme)
        for text in row.inside {
            #expect(range.contains(try #require(Version(text, in: row.scheme))), "\(text)")
        }
        for text in row.outside {
            #expect(!range.contains(try #require(Version(text, in: row.scheme))), "\(text)")
        }
    }

    @Test(arguments: [
        (VersionScheme.npm, ">=1.2.3 (semantic)"), (.npm, "1.2.3.4"), (.npm, ">"), (.npm, "><1"),
        (.npm, "latest"),
        (.npm, "!=1.0.0"), (.npm, "1 - "), (.npm, "<1 - 2"), (.npm, "1-"), (.python, ""),
        (.python, "<1.0 ||"),
        (.python, "<1.0.*"), (.python, "~=1"), (.python, "^1.0"), (.python, "==1.0rc1.*"),
        (.segmented, ">=master"),
        (.segmented, ""), (.gem, "^1.0"), (.gem, ">= 1.0 beta"), (.maven, "[1.0"), (.maven, "(1.0)"),
        (.maven, "[1,2,3]"),
        (.maven, "~>1"), (.dpkg, "~>1"), (.dpkg, "<a"),
    ])
    func refuses(_ scheme: VersionScheme, _ text: String) {
        #expect(throws: VersionError.malformedRange(text, scheme)) { try VersionRange(text, in: scheme) }
    }

    @Test func saysWhatIsMalformed() {
        #expect(VersionError.malformedRange(">=x", .gem).problem == "'>=x' is not a range of gem versions")
        #expect(VersionError.malformedRange(">=x", .gem).hint == nil)
    }

    @Test func holdsNoVersionOfAnotherScheme() throws {
        let range = try VersionRange("*", in: .npm)
        #expect(!range.contains(try #require(Version("1.0.0", in: .gem))))
    }

    @Test func everyKindHasAScheme() {
        let schemes = Package.Kind.allCases.map { VersionScheme($0) }
        #expect(Set(schemes) == Set(VersionScheme.allCases))
        #expect(VersionScheme(.node) == .npm)
    }
}
