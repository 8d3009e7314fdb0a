// SPDX-License-Identifier: Apache-2.0
import PareModel

/// What was asked of both images, and whether they said the same.
func answersSection(_ comparison: Comparison) -> Section? {
    guard let differences = comparison.differences, let before = comparison.behaviourBefore,
        let after = comparison.behaviourAfter
    else { return nil }
    let equal = differences.isEmpty ? "same" : "not the same"
    return Section(
        id: "answers", title: "Answers", aside: AnswerCount(comparison)?.sentence ?? equal,
        body: answerTable(before, after, differences) + commandTable(before, after)
            + differenceTable(differences))
}

private func answerTable(
    _ before: Behaviour, _ after: Behaviour, _ differences: [Comparison.Difference]
) -> HTML {
    guard !before.answers.isEmpty else { return "" }
    let differing = Set(differences.map(\.subject))
    let later = Dictionary(grouping: after.answers, by: \.question)
    let rows = before.answers.map { answer -> HTML in
        let subject = "\(answer.question.method) \(answer.question.path)"
        let new = later[answer.question]?.first
        let verdict: HTML =
            differing.contains(subject)
            ? "<b class=\"bad\">differs</b>" : "<b class=\"good\">✓ same</b>"
        let status = new.map { "\($0.status)" } ?? "–"
        return """
            <tr><td class="question"><code>\(subject)</code></td><td class="question">\(verdict)</td><td class="n">\("\(answer.status)")</td><td class="n">\(status)</td>\
            <td><code>\(excerpt(new?.body ?? ""))</code></td></tr>

            """
    }
    return """
        <div class="scroll"><table><thead><tr><th>question</th><th></th><th class="n">before</th><th class="n">after</th>\
        <th>answer now</th></tr></thead><tbody>
        \(rows)</tbody></table></div>

        """
}

private func commandTable(_ before: Behaviour, _ after: Behaviour) -> HTML {
    guard before.answers.isEmpty else { return "" }
    let code = { (behaviour: Behaviour) in behaviour.exitCode.map { "\($0)" } ?? "did not end" }
    return """
        <div class="scroll"><table><thead><tr><th></th><th>before</th><th>after</th></tr></thead><tbody>
        <tr><td>exit code</td><td>\(code(before))</td><td>\(code(after))</td></tr>
        <tr><td>output</td><td><code>\(excerpt(before.output))</code></td><td><code>\(excerpt(after.output))</code></td></tr>
        </tbody></table></div>

        """
}

private func differenceTable(_ differences: [Comparison.Difference]) -> HTML {
    guard !differences.isEmpty else { return "" }
    let rows = differences.map { difference -> HTML in
        """
        <tr><td><code>\(difference.subject)</code></td><td>\(difference.aspect)</td>\
        <td><code>\(excerpt(difference.before))</code></td><td><code>\(excerpt(difference.after))</code></td></tr>

        """
    }
    return """
        <h3 class="bad">what differs</h3>
        <div class="scroll"><table><thead><tr><th>question</th><th>in</th><th>before</th><th>after</th></tr></thead><tbody>
        \(rows)</tbody></table></div>

        """
}

/// The beginning of a text, on one line.
private func excerpt(_ text: String) -> String {
    let shown = text.prefix(200).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return text.utf8.count > 800 || text.count > 200 ? shown + " …" : shown
}
