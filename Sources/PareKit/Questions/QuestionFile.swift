// SPDX-License-Identifier: Apache-2.0
import PareModel

/// Reads questions, one a line: `/path`, or `METHOD /path`, or `METHOD /path content/type body to the end of the line`.
///
/// Empty lines and lines that begin with `#` are left out.
func questions(in text: String, named file: String) throws(VerbError) -> [Question] {
    var questions: [Question] = []
    for (index, line) in lines(of: text).enumerated() {
        let line = line.drop { $0 == " " || $0 == "\t" }
        guard !line.isEmpty, !line.hasPrefix("#") else { continue }
        guard let question = Question(line: line) else {
            throw .badQuestion(file: file, line: index + 1, text: String(line))
        }
        questions.append(question)
    }
    return questions
}

extension Question {
    /// The question of one line; `nil` where it is none.
    init?(line: Substring) {
        var words = line.split(separator: " ", maxSplits: 3).map(String.init)
        if words.first?.hasPrefix("/") == true { words.insert("GET", at: 0) }
        let isMethod = words.first?.allSatisfy { $0.isASCII && $0.isUppercase } ?? false
        guard isMethod, words.count >= 2, words[1].hasPrefix("/"), words.count != 3 else { return nil }
        let hasBody = words.count == 4
        self.init(
            method: words[0], path: words[1], contentType: hasBody ? words[2] : nil,
            body: hasBody ? words[3] : nil)
    }
}
