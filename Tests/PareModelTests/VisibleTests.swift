// SPDX-License-Identifier: Apache-2.0
import PareModel
import Testing

@Suite struct VisibleTests {
    @Test func hiddenCharactersAreShown() {
        #expect("a\u{1B}[31m\r\n\u{202E}b".visible == "a\\u{1B}[31m\\u{D}\\u{A}\\u{202E}b")
        #expect("a\u{9B}31m\u{200B}".visible == "a\\u{9B}31m\\u{200B}")
        #expect("Größe 日本".visible == "Größe 日本")
    }

    @Test(arguments: [
        ("asked:\n  docker: no\n  podman:\tno", "asked:\n  docker: no\n  podman: no"),
        ("no 'a\nhint: run this'", "no 'a\\u{A}hint: run this'"),
        ("a\n  \u{1B}[2K\rerror: b", "a\n  \\u{1B}[2K\\u{D}error: b"), ("a\r\n  b", "a\\u{D}\\u{A}  b"),
        ("", ""),
    ])
    func linesAreOursOnly(_ text: String, _ shown: String) { #expect(text.visibleLines == shown) }
}
