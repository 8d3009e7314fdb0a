// SPDX-License-Identifier: Apache-2.0

import Samples
import Testing

@testable import PareDockerfile

@Suite struct UnifiedDiffTests {
    @Test func saysNothingOfEqualTexts() { #expect(unifiedDiff("a\n", "a\n", labels: ("a", "b")).isEmpty) }

    @Test func showsChangesWithTheirSurroundings() {
        let before = (1...12).map { "line \($0)\n" }.joined()
        let after = before.replacing("line 2\n", with: "line two\nline 2b\n").replacing(
            "line 12\n", with: "line 12")
        #expect(
            unifiedDiff(before, after, labels: ("Dockerfile", "Dockerfile.pare")) == """
                --- Dockerfile
                +++ Dockerfile.pare
                @@ -1,5 +1,6 @@
                 line 1
                -line 2
                +line two
                +line 2b
                 line 3
                 line 4
                 line 5
                @@ -9,4 +10,4 @@
                 line 9
                 line 10
                 line 11
                -line 12
                +line 12
                \\ No newline at end of file

                """)
    }

    @Test(arguments: [("", "a\n", "@@ -0,0 +1 @@\n+a\n"), ("a\n", "", "@@ -1 +0,0 @@\n-a\n")])
    func showsWhatBeginsOrEnds(_ before: String, _ after: String, _ hunk: String) {
        #expect(unifiedDiff(before, after, labels: ("a", "b")) == "--- a\n+++ b\n" + hunk)
    }

    /// Random texts of few different lines: the difference makes one of the other.
    @Test func turnsOneTextIntoTheOther() {
        var random = SplitMix64(seed: 7)
        for _ in 0..<400 {
            let texts = (0..<2).map { _ in
                (0..<Int.random(in: 0...30, using: &random)).map { _ in
                    ["a", "b", "c"].randomElement(using: &random) ?? ""
                }
            }
            let (before, after) = (texts[0], texts[1])
            let difference = unifiedDiff(joined(before), joined(after), labels: ("a", "b"))
            #expect(applied(difference, to: before) == after)
        }
    }

    private func joined(_ lines: [String]) -> String { lines.map { $0 + "\n" }.joined() }

    /// What `patch` does.
    private func applied(_ difference: String, to lines: [String]) -> [String] {
        guard !difference.isEmpty else { return lines }
        var result: [String] = []
        var position = 0
        for line in difference.split(separator: "\n").dropFirst(2) {
            let text = String(line.dropFirst())
            switch line.first {
            case "@":
                let numbers = line.split(separator: " ")[1].dropFirst().split(separator: ",").compactMap {
                    Int($0)
                }
                let start = numbers.count > 1 && numbers[1] == 0 ? numbers[0] : numbers[0] - 1
                result += lines[position..<start]
                position = start
            case "-":
                #expect(lines[position] == text)
                position += 1
            case "+": result.append(text)
            default:
                #expect(lines[position] == text)
                result.append(text)
                position += 1
            }
        }
        return result + lines[position...]
    }

    @Test func showsTooManyChangesAsOne() {
        let before = joined((0..<1500).map { "a\($0)" })
        let after = joined((0..<1500).map { "b\($0)" })
        #expect(
            unifiedDiff(before, after, labels: ("a", "b")).hasPrefix(
                "--- a\n+++ b\n@@ -1,1500 +1,1500 @@\n-a0\n-a1\n"))
    }
}
