// SPDX-License-Identifier: Apache-2.0

package import PareModel

/// What two images answer differently, in the order of the older one's questions.
///
/// Standard error and times are left aside.  Standard output counts only for commands: a server's is its log.
package func differences(between before: Behaviour, and after: Behaviour) -> [Comparison.Difference] {
    let pairs = answerPairs(before.answers, after.answers)
    var differences = pairs.flatMap { difference(between: $0.before, and: $0.after) }
    if before.exitCode != after.exitCode {
        differences.append(
            Comparison.Difference(
                subject: "exit code", aspect: "value", before: text(before.exitCode),
                after: text(after.exitCode)))
    }
    if before.answers.isEmpty, after.answers.isEmpty, !before.output.utf8.elementsEqual(after.output.utf8) {
        let (old, new) = excerpts(before.output, after.output)
        differences.append(
            Comparison.Difference(subject: "standard output", aspect: "text", before: old, after: new))
    }
    return differences
}

private func text(_ exitCode: Int?) -> String { exitCode.map { "\($0)" } ?? "did not end" }

/// The answers to each question side by side; a question asked several times is paired in order.
private func answerPairs(_ before: [Answer], _ after: [Answer]) -> [(before: Answer?, after: Answer?)] {
    var waiting = Dictionary(grouping: after.indices, by: { after[$0].question }).mapValues { $0[...] }
    var paired: Set<Int> = []
    var pairs: [(before: Answer?, after: Answer?)] = before.map { answer in
        guard let index = waiting[answer.question]?.popFirst() else { return (answer, nil) }
        paired.insert(index)
        return (answer, after[index])
    }
    pairs += after.indices.filter { !paired.contains($0) }.map { (nil, after[$0]) }
    return pairs
}

private func difference(between before: Answer?, and after: Answer?) -> [Comparison.Difference] {
    guard let question = before?.question ?? after?.question else { return [] }
    let subject = "\(question.method) \(question.path)"
    guard let before, let after else {
        return [
            Comparison.Difference(
                subject: subject, aspect: "answer", before: before.map { "status \($0.status)" } ?? "none",
                after: after.map { "status \($0.status)" } ?? "none")
        ]
    }
    var differences: [Comparison.Difference] = []
    if before.status != after.status {
        differences.append(
            Comparison.Difference(
                subject: subject, aspect: "status", before: "\(before.status)", after: "\(after.status)"))
    }
    if MediaType(before.contentType) != MediaType(after.contentType) {
        differences.append(
            Comparison.Difference(
                subject: subject, aspect: "content type", before: before.contentType, after: after.contentType
            ))
    }
    if !hasSameBody(before, after) {
        let (old, new) = excerpts(before.body, after.body)
        differences.append(Comparison.Difference(subject: subject, aspect: "body", before: old, after: new))
    }
    return differences
}

/// Whether bodies are the same bytes or, where both are whole JSON, the same values in any order of members.
private func hasSameBody(_ before: Answer, _ after: Answer) -> Bool {
    if before.body.utf8.elementsEqual(after.body.utf8) { return before.isCut == after.isCut }
    guard !before.isCut, !after.isCut, let old = JSONShape(before.body), let new = JSONShape(after.body)
    else {
        return false
    }
    return old == new
}

/// The part of two texts around their first difference, short enough for a line of a report.
private func excerpts(_ before: String, _ after: String) -> (String, String) {
    let common = zip(before, after).prefix { $0 == $1 }.count
    return (excerpt(of: before, at: common), excerpt(of: after, at: common))
}

private func excerpt(of text: String, at offset: Int) -> String {
    let start =
        text.index(text.startIndex, offsetBy: max(0, offset - 30), limitedBy: text.endIndex) ?? text.endIndex
    let end = text.index(start, offsetBy: 120, limitedBy: text.endIndex) ?? text.endIndex
    return (start > text.startIndex ? "…" : "") + text[start..<end] + (end < text.endIndex ? "…" : "")
}
