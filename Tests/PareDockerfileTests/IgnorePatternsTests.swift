// SPDX-License-Identifier: Apache-2.0
import PareDockerfile
import Testing

/// Which files of a build context are not seen.
@Suite struct IgnorePatternsTests {
    @Test(arguments: [
        ("node_modules", ["node_modules", "node_modules/a/b.js"], ["src/node_modules", "node_modules2"]),
        ("/dist/", ["dist", "dist/a"], ["src/dist"]),
        ("./a/../b", ["b"], ["a", "a/b"]),
        ("*.log", ["a.log", ".log"], ["src/a.log", "a.logs", "log"]),
        ("*/*.md", ["docs/a.md"], ["a.md", "a/b/c.md"]),
        ("**/*.md", ["a.md", "docs/a.md", "a/b/c.md"], ["md", "a/md"]),
        ("**/cache", ["cache", "a/cache", "a/b/cache/c"], ["caches"]),
        ("src/**", ["src/a", "src/a/b"], ["src", "lib/a"]),
        ("src/**/test", ["src/test", "src/a/b/test"], ["test", "src/tests"]),
        ("**", ["a", "a/b", ".env"], []),
        ("temp?", ["tempa", "temp1"], ["temp", "tempab"]),
        ("[a-c]x[^0-9]", ["axz", "cx-"], ["dxz", "ax1"]),
        ("[a-", [], ["[a-", "a"]),
        (#"\*"#, ["*"], ["a"]),
        ("a*b*c", ["abc", "aXbYc", "abbcc"], ["ab", "abcd"]),
        ("# comment", [], ["# comment", "comment"]),
        ("  spaced  ", ["spaced"], ["  spaced  "]),
        ("", [], ["a"]),
        ("/", [], ["a"]),
        ("..", [], ["a"]),
    ])
    func patterns(pattern: String, ignored: [String], seen: [String]) {
        let patterns = IgnorePatterns([pattern])
        for path in ignored { #expect(patterns.ignores(path), "\(path)") }
        for path in seen { #expect(!patterns.ignores(path), "\(path)") }
    }

    @Test func theLastLineDecides() {
        let patterns = IgnorePatterns(["**", "!src", "!*.json", "src/secret", "!src/secret/not"])
        #expect(patterns.hasExceptions)
        for path in ["src", "src/a/b.ts", "package.json", "src/secret/not"] {
            #expect(!patterns.ignores(path), "\(path)")
        }
        for path in ["a", "lib/a.json", "src/secret", "src/secret/key"] {
            #expect(patterns.ignores(path), "\(path)")
        }
    }

    /// A pattern that could be tried in very many ways is not.
    @Test func longPatternsEnd() {
        let deep = IgnorePatterns([String(repeating: "**/", count: 200) + "x"])
        #expect(!deep.ignores(String(repeating: "a/", count: 200) + "y"))
        let stars = IgnorePatterns([String(repeating: "a*", count: 200) + "b"])
        #expect(!stars.ignores(String(repeating: "a", count: 2000)))
    }
}
