// SPDX-License-Identifier: Apache-2.0

/// Reads the lines of a Dockerfile into instructions.
///
/// One pass: a physical line is a directive (at the top only), blank, a comment, or begins an instruction,
/// which takes all lines it is continued on and then the bodies of its here-documents.
struct DockerfileReader {
    let bytes: [UInt8]
    private(set) var directives: [String: String] = [:]
    private(set) var escape = UInt8(ascii: "\\")
    private(set) var instructions: [Instruction] = []

    /// Where the next physical line begins, and its number from 1.
    private var offset = 0
    private var line = 1

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func read() throws(DockerfileError) {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
        var leadingStart = 0
        while offset < bytes.count, try takeDirective() {}
        while offset < bytes.count {
            if isIgnored(content(at: offset)) {
                advance()
            } else {
                instructions.append(try instruction(leading: leadingStart..<offset))
                leadingStart = offset
            }
        }
    }

    // MARK: physical lines

    /// The line at an offset, without its line end.
    private func content(at start: Int) -> Range<Int> {
        var end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
        while end > start, bytes[end - 1] == 0x0D { end -= 1 }
        return start..<end
    }

    private mutating func advance() {
        offset = bytes[offset...].firstIndex(of: 0x0A).map { $0 + 1 } ?? bytes.count
        line += 1
    }

    /// Whether a line is blank or a comment.
    private func isIgnored(_ range: Range<Int>) -> Bool {
        guard let first = bytes[range].first(where: { !$0.isBlank }) else { return true }
        return first == UInt8(ascii: "#")
    }

    // MARK: directives

    /// Takes the line where it is a parser directive; the first line that is none ends them.
    private mutating func takeDirective() throws(DockerfileError) -> Bool {
        let range = content(at: offset)
        guard bytes[range].first == UInt8(ascii: "#"),
            let equals = bytes[range].firstIndex(of: UInt8(ascii: "="))
        else { return false }
        let name = String(decoding: bytes[(range.lowerBound + 1)..<equals], as: UTF8.self).trimmed
            .lowercased()
        let value = String(decoding: bytes[(equals + 1)..<range.upperBound], as: UTF8.self).trimmed
        guard ["syntax", "escape", "check"].contains(name), !value.isEmpty else { return false }
        guard directives[name] == nil else { throw .malformedDirective("\(name)=\(value)", line: line) }
        if name == "escape" {
            guard value == "\\" || value == "`", let byte = value.utf8.first else {
                throw .malformedDirective("\(name)=\(value)", line: line)
            }
            escape = byte
        }
        directives[name] = value
        advance()
        return true
    }

    // MARK: instructions

    private mutating func instruction(leading: Range<Int>) throws(DockerfileError) -> Instruction {
        let start = offset
        let startLine = line
        var text = takeLogicalLine()
        let word = text.takeWord()
        guard let keyword = Keyword(word: word) else {
            throw .unknownInstruction(word, line: startLine, nearest: Keyword.nearest(to: word))
        }
        let flags = keyword.takesFlags ? text.takeFlags() : []
        let arguments = text.rest
        guard !arguments.isEmpty else {
            throw .missingArguments(instruction: keyword.rawValue, line: startLine)
        }
        let words = text.words
        var heredocOwner = keyword
        if keyword == .onbuild {
            guard let trigger = Keyword(word: words[0].text) else {
                throw .unknownInstruction(
                    words[0].text, line: startLine, nearest: Keyword.nearest(to: words[0].text))
            }
            guard ![.from, .maintainer, .onbuild].contains(trigger) else {
                throw .forbiddenTrigger(trigger.rawValue, line: startLine)
            }
            heredocOwner = trigger
        }
        var heredocs: [Instruction.Heredoc] = []
        if heredocOwner.takesHeredocs, jsonTexts(arguments) == nil {
            for opening in HeredocOpening.all(in: arguments) {
                heredocs.append(try takeHeredoc(opening, line: startLine))
            }
        }
        return Instruction(
            keyword: keyword, line: startLine, range: start..<offset, leading: leading, flags: flags,
            arguments: arguments, words: words, heredocs: heredocs)
    }

    /// Joins the line with those it is continued on.
    private mutating func takeLogicalLine() -> LogicalLine {
        var text = LogicalLine()
        var isFirst = true
        while offset < bytes.count {
            let range = content(at: offset)
            advance()
            if !isFirst, isIgnored(range) { continue }
            isFirst = false
            guard let cut = continuation(of: range) else {
                text.append(bytes[range])
                break
            }
            text.append(bytes[range.lowerBound..<cut])
        }
        return text
    }

    /// Where the escape character stands that continues a line; `nil` where the line ends.
    private func continuation(of range: Range<Int>) -> Int? {
        guard let last = bytes[range].lastIndex(where: { $0 != 0x20 && $0 != 0x09 }), bytes[last] == escape
        else { return nil }
        return last > range.lowerBound && bytes[last - 1] == escape ? nil : last
    }

    private mutating func takeHeredoc(
        _ opening: HeredocOpening, line startLine: Int
    ) throws(DockerfileError) -> Instruction.Heredoc {
        let start = offset
        while offset < bytes.count {
            let range = content(at: offset)
            let end = offset
            advance()
            var body = bytes[range]
            if opening.stripsTabs { body = body.drop { $0 == 0x09 } }
            if body.elementsEqual(opening.name.utf8) {
                return Instruction.Heredoc(
                    name: opening.name, stripsTabs: opening.stripsTabs, expands: opening.expands,
                    range: start..<end)
            }
        }
        throw .unterminatedHeredoc(name: opening.name, line: startLine)
    }
}
