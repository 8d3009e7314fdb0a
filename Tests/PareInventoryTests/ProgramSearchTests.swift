// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import PareInventory

@Suite struct ProgramSearchTests {
    @Test(arguments: [
        ("%mc\0", true), ("a\u{1}b %mc and\n\0", true), ("%*mc\0", true), ("%2$mc\0", true),
        ("%'I20mc\0", true), ("%%%dmc\0", true), ("%%%zumc\0", true), ("%%%lldmlc\0", true),
        ("%%%jimC\0", true),
        ("%d %20mc", true), ("%mc\0\u{2}\u{3}", true), ("%mlc\0", true), ("%mC\0", true),
        ("%m c\0", false), ("%%c\0", false), ("%ms\0", false), ("mc\0", false), ("%", false), ("%m", false),
        ("%mc\u{7F}\0", false), ("%mc \u{2}\0", false), ("%Mc\0", false), ("%lmc\0", true),
    ])
    func findsConversionsInTexts(text: String, isFound: Bool) {
        #expect(Self.finds(Array(text.utf8)) == isFound)
        let wide: [UInt8] = text.utf8.flatMap { [$0, 0, 0, 0] as [UInt8] }
        #expect(Self.finds(wide) == isFound, "in wide characters")
        #expect(Self.finds([0, 0, 0] + wide) == isFound, "in wide characters, anywhere")
    }

    private static func finds(_ bytes: [UInt8]) -> Bool {
        let search = ConversionSearch(["mc", "mC", "mlc"].map { Array($0.utf8) })
        var isFound = false
        bytes.withUnsafeBytes { search.forEachPlace(in: $0) { _, _ in isFound = true } }
        return isFound
    }

    @Test(arguments: [
        ("usr/bin/ldd", "usr/bin/ldd", true), ("usr/bin/ldd", "usr/bin/ldd2", false),
        ("*bin/ldd", "bin/ldd", true),
        ("*bin/ldd", "usr/bin/ldd", true), ("*/libiberty*", "usr/lib/libiberty.a", true), ("*", "", true),
        ("*/libiberty*", "libiberty.a", false), ("a*b*c", "abc", true), ("a*b*c", "a/b/b/c", true),
        ("a*b*c", "acb", false), ("a*a", "a", false), ("", "", true), ("", "a", false),
        ("**a**", "xay", true),
        ("*aa*a", "aaa", true), ("*aa*aa", "aaa", false),
    ])
    func matchesPaths(pattern: String, path: String, matches: Bool) {
        #expect(Wildcard(pattern).matches(path) == matches)
    }

    @Test func knowsWhereICUsDataIs() {
        let archive = Self.archive(items: [100, 200, 300])
        let bytes = [9, 9, 9] + archive
        #expect(bytes.withUnsafeBytes { icuArchives(in: $0) } == [3..<3 + 144 + 300])
    }

    /// What only looks like the beginning of an archive hides nothing.
    @Test(arguments: [[], [0], [300, 200], [100, 100], [100, 1_000_000]])
    func whatIsNoTableOfContentsIsNoArchive(items: [UInt32]) {
        #expect(Self.archive(items: items).withUnsafeBytes { icuArchives(in: $0) }.isEmpty)
    }

    @Test func everyPrefixOfAnArchiveIsSurvived() {
        let archive = Self.archive(items: [100, 200, 300])
        for count in 0..<archive.count {
            let ranges = archive[..<count].withUnsafeBytes { icuArchives(in: $0) }
            #expect(ranges.isEmpty || ranges == [0..<444])
        }
    }

    /// A header of 144 bytes and a table of contents, with 200 bytes behind the last item's beginning.
    private static func archive(items: [UInt32]) -> [UInt8] {
        func little(_ value: UInt32) -> [UInt8] {
            (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
        let header: [UInt8] = [144, 0, 0xDA, 0x27, 20, 0, 0, 0, 0, 0, 2, 0] + Array("CmnD".utf8)
        let contents = little(UInt32(items.count)) + items.flatMap { little(1000) + little($0) }
        let start = header + [UInt8](repeating: 0, count: 144 - header.count) + contents
        let length = 144 + Int(min(items.last ?? 0, 10_000)) + 200
        return start + [UInt8](repeating: 0, count: max(0, length - start.count))
    }
}
