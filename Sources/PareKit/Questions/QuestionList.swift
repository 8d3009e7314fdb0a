// SPDX-License-Identifier: Apache-2.0
import PareModel

/// Questions that were read, and what is worth knowing of how.
struct QuestionList: Equatable {
    var questions: [Question] = []
    var notes: [Diagnostic] = []

    /// More are not asked in one trial.
    static let limit = 1_000

    /// Reads a file of questions in whichever way it is written: one a line, requests as editors keep them (`.http`),
    /// or an OpenAPI document.
    init(reading text: String, named file: String) throws(VerbError) {
        if text.isOpenAPI {
            self = try OpenAPIDocument(text, named: file).questions
        } else if text.hasRequestLine {
            self = try RequestFile(text, named: file).questions
        } else if lines(of: text).contains(where: { $0.hasPrefix("###") }) {
            do {
                self = try RequestFile(text, named: file).questions
            } catch {
                // Such a line is a comment in the plain way.
                guard let questions = try? PareKit.questions(in: text, named: file) else { throw error }
                self.questions = questions
            }
        } else {
            questions = try PareKit.questions(in: text, named: file)
        }
        try check(file)
    }

    /// Reads a file that is to be an OpenAPI document.
    init(ofOpenAPI text: String, named file: String) throws(VerbError) {
        self = try OpenAPIDocument(text, named: file).questions
        try check(file)
    }

    private mutating func check(_ file: String) throws(VerbError) {
        if questions.isEmpty {
            notes.append(
                Diagnostic(
                    .warning, "it has nothing that can be asked, so only 'GET /' and other lists are",
                    at: file))
        }
        guard questions.count > Self.limit else { return }
        throw .badQuestions(
            file: file, line: nil,
            reason: "it asks \(questions.count) questions; at most \(Self.limit) are asked")
    }

    init(questions: [Question] = [], notes: [Diagnostic] = []) {
        self.questions = questions
        self.notes = notes
    }
}

extension String {
    /// Whether it is a JSON object, or has the member of YAML that every OpenAPI document has.
    fileprivate var isOpenAPI: Bool {
        if utf8.first(where: { $0 > 0x20 && $0 < 0x80 }) == UInt8(ascii: "{") { return true }
        let marks = ["openapi:", "swagger:", "\"openapi\":", "\"swagger\":", "'openapi':", "'swagger':"]
        return lines(of: self).contains { line in marks.contains { line.hasPrefix($0) } }
    }

    /// Whether a line is one that only `.http` files have.
    fileprivate var hasRequestLine: Bool {
        lines(of: self).contains { line in
            let words = line.split(separator: " ")
            guard let last = words.last, words.count >= 2,
                words[0].allSatisfy({ $0.isASCII && $0.isUppercase })
            else {
                return line.hasPrefix("http://") || line.hasPrefix("https://")
            }
            return last.hasPrefix("HTTP/") || words[1].contains("://") || words[1].hasPrefix("{{")
        }
    }
}
