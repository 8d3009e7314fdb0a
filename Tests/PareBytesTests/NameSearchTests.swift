// SPDX-License-Identifier: Apache-2.0
import PareBytes
import Samples
import Testing

@Suite struct NameSearchTests {
    @Test(arguments: [
        ("glob\0", [0]), ("xglob\0glob\0", [1, 6]), ("glob", [0]), ("glob ", []), ("globs\0", []),
        ("lob\0", []),
        ("\0\0\0\0\0\0\0\0glob\0\0\0\0\0\0\0\0\0\0\0aglob", [8, 24]), ("", []), ("\0", []),
    ])
    func findsTextsThatEndSo(text: String, places: [Int]) {
        #expect(Self.places(of: ["glob"], in: Array(text.utf8)).map(\.offset) == places)
    }

    @Test func namesThatEndAlikeAreTold() {
        let names = ["scanf", "sscanf", "f", "", "nf"]
        let found = Self.places(of: names, in: Array("a sscanf\0".utf8))
        #expect(Set(found.map { names[$0.name] }) == ["scanf", "sscanf", "nf"])
    }

    /// Against one that looks at every byte.
    @Test func agreesWithASlowSearch() {
        var generator = SplitMix64(seed: 11)
        let letters: [UInt8] = [0, 0, 0x61, 0x62]
        for length in 0..<200 {
            let bytes = (0..<length).map { _ in letters.randomElement(using: &generator) ?? 0 }
            let names = ["ab", "ba", "aab", "bbbb"]
            var slow: Set<[Int]> = []
            for (index, name) in names.enumerated() {
                for end in 0...length where end == length || bytes[end] == 0 {
                    let start = end - name.utf8.count
                    if start >= 0, Array(bytes[start..<end]) == Array(name.utf8) {
                        slow.insert([index, start])
                    }
                }
            }
            #expect(Set(Self.places(of: names, in: bytes).map { [$0.name, $0.offset] }) == slow)
        }
    }

    private static func places(of names: [String], in bytes: [UInt8]) -> [(name: Int, offset: Int)] {
        var places: [(name: Int, offset: Int)] = []
        bytes.withUnsafeBytes { bytes in
            NameSearch(names.map { Array($0.utf8) }).forEachPlace(in: bytes) { places.append(($0, $1)) }
        }
        return places
    }
}
