// SPDX-License-Identifier: Apache-2.0

import PareModel

/// The answers of two running images beside each other.
struct HTMLAnswers {
    /// One line of the table: what was asked, what was said, and whether it is the same.
    struct Row {
        let subject: String
        let before: Answer?
        let after: Answer?
        let differences: [Comparison.Difference]

        /// Whether both answered, and nothing that counts differs.
        var isSame: Bool { before != nil && after != nil && differences.isEmpty }
    }

    let rows: [Row]
    /// Differences that belong to no question: exit codes, outputs.
    let others: [Comparison.Difference]

    /// `nil` where not both images were run.
    init?(_ comparison: Comparison) {
        guard let before = comparison.behaviourBefore, let after = comparison.behaviourAfter else {
            return nil
        }
        let differences = comparison.differences ?? []
        var unmatched = after.answers
        var rows = before.answers.map { answer in
            let match = unmatched.firstIndex { $0.question == answer.question }
            return Row(
                answer, match.map { unmatched.remove(at: $0) }, of: answer.question, among: differences)
        }
        rows += unmatched.map { Row(nil, $0, of: $0.question, among: differences) }
        let subjects = Set(rows.map(\.subject))
        self.rows = rows
        others = differences.filter { !subjects.contains($0.subject) }
    }

    var sameCount: Int { rows.count(where: \.isSame) }
}

extension HTMLAnswers.Row {
    fileprivate init(
        _ before: Answer?, _ after: Answer?, of question: Question, among differences: [Comparison.Difference]
    ) {
        let subject = question.subject
        self.init(
            subject: subject, before: before, after: after,
            differences: differences.filter { $0.subject == subject })
    }
}

extension HTMLAnswers {
    /// How much of a body is shown, in characters.
    private static let limit = 200

    var table: Markup {
        let columns = ["Question", "Status", "Content type", "Result", "Body"].map { HTMLTables.Column($0) }
        return HTMLTables.table(
            id: "answers-table",
            caption: "The same questions to both images; bodies are cut at \(Self.limit) characters",
            columns: columns, rows: rows.map(Self.line) + others.map(Self.line))
    }

    private static func line(_ row: Row) -> Markup {
        """
        <tr\(row.isSame ? "" : #" class="differs""# as Markup)><td><code class="whole">\(row.subject)</code></td>\
        <td>\(pair(row.before.map { String($0.status) }, row.after.map { String($0.status) }))</td>\
        <td>\(pair(row.before?.contentType, row.after?.contentType))</td>\
        <td>\(result(row))</td><td>\(bodies(row))</td></tr>
        """
    }

    private static func line(_ difference: Comparison.Difference) -> Markup {
        """
        <tr class="differs"><td>\(difference.subject)</td><td></td><td></td>\
        <td><span class="bad">different</span> in \(difference.aspect)</td>\
        <td>\(beside(difference.before, difference.after))</td></tr>
        """
    }

    private static func result(_ row: Row) -> Markup {
        guard !row.isSame else { return #"<span class="good">same</span>"# }
        guard row.before != nil, row.after != nil else {
            return #"<span class="bad">no answer</span> \#(row.before == nil ? "before" : "after")"#
        }
        let aspects = row.differences.map(\.aspect).joined(separator: ", ")
        return #"<span class="bad">different</span> in \#(aspects)"#
    }

    /// A text that both have, or both with an arrow.
    private static func pair(_ before: String?, _ after: String?) -> Markup {
        before == after ? "\(before ?? "")" : "\(before ?? "none") → \(after ?? "none")"
    }

    private static func bodies(_ row: Row) -> Markup {
        if let difference = row.differences.first(where: { $0.aspect == "body" }) {
            return beside(difference.before, difference.after)
        }
        guard let before = row.before?.body, let after = row.after?.body else {
            return shown(row.before?.body ?? row.after?.body ?? "")
        }
        return before == after ? shown(before) : beside(before, after)
    }

    private static func beside(_ before: String, _ after: String) -> Markup {
        #"<span class="soft">before</span> \#(shown(before))<br><span class="soft">after</span> \#(shown(after))"#
    }

    private static func shown(_ text: String) -> Markup {
        text.isEmpty ? #"<span class="soft">empty</span>"# : "<code>\(HTMLWords.cut(text, at: limit))</code>"
    }
}
