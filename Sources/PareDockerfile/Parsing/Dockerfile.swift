// SPDX-License-Identifier: Apache-2.0

/// A Dockerfile, read without loss: every byte of the text belongs to an instruction, to the comments and
/// blank lines before one, or to what follows the last.
///
/// It is read as BuildKit reads it: parser directives, continuation lines with comments and blank lines
/// inside them, here-documents.  No instruction's text is ever printed anew: who changes a file replaces
/// ranges of it.
///
/// - SeeAlso: BuildKit's `frontend/dockerfile/parser`, whose behaviour this repeats.
package struct Dockerfile: Sendable {
    /// The text as it was given.
    package let text: String

    /// `syntax`, `escape` and `check`, by name in lower case.
    package let directives: [String: String]

    /// `ARG` instructions before the first `FROM`.
    package let globals: [Instruction]

    /// In the order of the file; never empty.
    package let stages: [Stage]

    let bytes: [UInt8]

    /// Begins where the last instruction ends.
    let trailing: Range<Int>

    /// The character that continues a line: `\`, or a backquote where `# escape=` says so.
    let escape: UInt8

    /// Reads a Dockerfile.
    ///
    /// - Throws: ``DockerfileError`` with the line, where it is none.
    package init(parsing text: String) throws(DockerfileError) {
        var reader = DockerfileReader(bytes: Array(text.utf8))
        try reader.read()
        guard !reader.instructions.isEmpty else { throw .empty }
        let firstStage = reader.instructions.firstIndex { $0.keyword == .from }
        let globals = reader.instructions.prefix(firstStage ?? reader.instructions.count)
        if let stray = globals.first(where: { $0.keyword != .arg }) {
            guard firstStage != nil else { throw .noStage }
            throw .beforeFirstStage(instruction: stray.keyword.rawValue, line: stray.line)
        }
        guard let firstStage else { throw .noStage }
        self.text = text
        self.globals = Array(globals)
        stages = try Stage.split(reader.instructions[firstStage...])
        bytes = reader.bytes
        directives = reader.directives
        escape = reader.escape
        trailing = (reader.instructions.last?.range.upperBound ?? 0)..<reader.bytes.count
    }

    /// All instructions in the order of the file.
    package var instructions: [Instruction] { globals + stages.flatMap(\.instructions) }

    /// How lines end: as the first one does.
    var newline: String {
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")), end > 0 else { return "\n" }
        return bytes[end - 1] == UInt8(ascii: "\r") ? "\r\n" : "\n"
    }

    /// The file's text in a range of bytes.
    func slice(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
}

/// The instructions from a `FROM` to the next.
package struct Stage: Sendable {
    package let index: Int
    /// In lower case, as BuildKit compares it.
    package let name: String?
    /// What it starts from, as written.
    package var base: String { baseWord.text }
    /// `FROM` first.
    package let instructions: [Instruction]

    let baseWord: Instruction.Word
    /// The name's place in the file.
    let nameWord: Instruction.Word?

    static func split(_ instructions: ArraySlice<Instruction>) throws(DockerfileError) -> [Stage] {
        var stages: [Stage] = []
        var start = instructions.startIndex
        while start < instructions.endIndex {
            let rest = instructions[instructions.index(after: start)...]
            let end = rest.firstIndex { $0.keyword == .from } ?? instructions.endIndex
            stages.append(try Stage(index: stages.count, Array(instructions[start..<end])))
            start = end
        }
        return stages
    }

    private init(index: Int, _ instructions: [Instruction]) throws(DockerfileError) {
        let from = instructions[0]
        let words = from.words
        guard words.count == 1 || words.count == 3 && words[1].text.uppercased() == "AS" else {
            throw .malformedFrom(from.arguments, line: from.line)
        }
        self.index = index
        self.instructions = instructions
        baseWord = words[0]
        nameWord = words.count == 3 ? words[2] : nil
        name = nameWord?.text.lowercased()
        if let name, !Self.isName(name) { throw .malformedFrom(from.arguments, line: from.line) }
    }

    private static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first) else {
            return false
        }
        return name.utf8.allSatisfy { byte in
            byte.isLetterOrDigit || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
                || byte == UInt8(ascii: ".")
        }
    }
}
