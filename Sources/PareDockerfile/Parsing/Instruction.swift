// SPDX-License-Identifier: Apache-2.0

/// The instructions that a Dockerfile may have.
///
/// - SeeAlso: Dockerfile reference, and `command.Commands` in BuildKit's `frontend/dockerfile/command`.
package enum Keyword: String, Sendable, CaseIterable {
    case add = "ADD"
    case arg = "ARG"
    case cmd = "CMD"
    case copy = "COPY"
    case entrypoint = "ENTRYPOINT"
    case env = "ENV"
    case expose = "EXPOSE"
    case from = "FROM"
    case healthcheck = "HEALTHCHECK"
    case label = "LABEL"
    case maintainer = "MAINTAINER"
    case onbuild = "ONBUILD"
    case run = "RUN"
    case shell = "SHELL"
    case stopsignal = "STOPSIGNAL"
    case user = "USER"
    case volume = "VOLUME"
    case workdir = "WORKDIR"

    /// The keyword of a word in any case; `nil` where there is no such instruction.
    init?(word: String) { self.init(rawValue: word.uppercased()) }

    /// Whether words that begin with `--` after the keyword are its flags.
    var takesFlags: Bool { [.add, .copy, .from, .healthcheck, .run].contains(self) }

    /// Whether `<<NAME` in it begins a here-document.
    var takesHeredocs: Bool { [.add, .copy, .run].contains(self) }

    /// The keyword that a mistyped word is nearest to, at a distance of 2 at most.
    static func nearest(to word: String) -> String? {
        let typed = Array(word.uppercased().utf8.prefix(24))
        let ranked = allCases.map { (distance(typed, Array($0.rawValue.utf8)), $0.rawValue) }
        guard let best = ranked.min(by: { $0.0 < $1.0 }), best.0 <= 2, best.0 < typed.count else {
            return nil
        }
        return best.1
    }

    /// Levenshtein's distance of two short words.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                let substituted = diagonal + (a == b ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(substituted, row[j] + 1, diagonal + 1)
            }
        }
        return row[right.count]
    }
}

/// One instruction, and where it stands in the file.  Ranges are byte offsets into the file.
package struct Instruction: Sendable {
    package let keyword: Keyword

    /// Of its first line, from 1.
    package let line: Int

    /// The lines it covers, here-documents and the final newline included.
    let range: Range<Int>

    /// The blank lines and comments right before it.
    let leading: Range<Int>

    package let flags: [Flag]

    /// What follows the keyword and the flags: continuation lines joined, comments between them left out.
    package let arguments: String

    /// The words of ``arguments`` between blanks, as written.
    let words: [Word]

    package let heredocs: [Heredoc]

    /// `--name=value`, or `--name` with no value.
    package struct Flag: Sendable, Equatable {
        package let name: String
        package let value: String?
    }

    /// A word and its place in the file.
    struct Word: Sendable, Equatable {
        let text: String
        let range: Range<Int>
    }

    /// `<<NAME`, `<<-NAME`, `<<"NAME"`.
    package struct Heredoc: Sendable, Equatable {
        package let name: String
        /// Whether leading tabs are cut: `<<-`.
        package let stripsTabs: Bool
        /// Whether variables are replaced in it: the name is not quoted.
        package let expands: Bool
        /// The lines of it, without the one that ends it.
        let range: Range<Int>
    }

    /// The exec form: a JSON array of texts; `nil` for the shell form.
    package var exec: [String]? { jsonTexts(arguments) }

    /// The value of a flag; the last one counts.
    func flag(_ name: String) -> String? { flags.last { $0.name == name }?.value }

    /// What `ONBUILD` triggers.
    var trigger: Keyword? {
        guard keyword == .onbuild, let word = words.first else { return nil }
        return Keyword(word: word.text)
    }
}
