// SPDX-License-Identifier: Apache-2.0

package import PareModel

/// What two images answer differently, in the order of the older one's questions.
///
/// A port that an image does not name is one, too; two images may well name different ones.
///
/// Standard error and times are left aside.  Standard output counts only for commands: a server's is its log.
/// What the older one's ``Behaviour/tolerances`` name may have another value of the same kind.
package func differences(between before: Behaviour, and after: Behaviour) -> [Comparison.Difference] {
    let rules = Set(before.tolerances)
    let pairs = answerPairs(before.answers, after.answers)
    var differences = pairs.flatMap { difference(between: $0.before, and: $0.after, rules) }
    if let old = before.port, let new = after.port, old != new, before.isElsewhere || after.isElsewhere {
        differences.append(
            Comparison.Difference(subject: "port", aspect: "number", before: "\(old)", after: "\(new)"))
    }
    if before.exitCode != after.exitCode {
        differences.append(
            Comparison.Difference(
                subject: "exit code", aspect: "value", before: text(before.exitCode),
                after: text(after.exitCode)))
    }
    if before.answers.isEmpty, after.answers.isEmpty,
        let (old, new) = rules.rest(of: changes(between: before.output, and: after.output), for: nil)
            .excerpts(before.output, after.output)
    {
        differences.append(
            Comparison.Difference(subject: "standard output", aspect: "text", before: old, after: new))
    }
    return differences
}

extension Behaviour {
    /// Whether it did not listen where its image says: who knows the image by that would not find it.
    fileprivate var isElsewhere: Bool { port != namedPort }
}

extension Set<Tolerance> {
    /// The changes that no rule allows, and how many there were with them.
    fileprivate func rest(of changes: [Change], for question: Question?) -> UntoleratedChanges {
        let rest = changes.filter { change in
            guard let kind = change.kind else { return true }
            return !contains(Tolerance(question: question, place: change.place, kind: kind))
        }
        return UntoleratedChanges(first: rest.first, isAll: rest.count == changes.count)
    }
}

/// What is left of changes when the tolerated ones are set aside.
private struct UntoleratedChanges {
    let first: Change?
    /// Whether none was set aside.
    let isAll: Bool

    /// What to show of two texts; `nil` where nothing is left.  Their first difference may be one that is tolerated.
    func excerpts(_ before: String, _ after: String) -> (String, String)? {
        guard let first else { return nil }
        if isAll { return PareMatch.excerpts(before, after) }
        return ("\(first.place): \(first.before)", "\(first.place): \(first.after)")
    }
}

private func text(_ exitCode: Int?) -> String { exitCode.map { "\($0)" } ?? "did not end" }

/// The answers to each question side by side; a question asked several times is paired in order.
func answerPairs(_ before: [Answer], _ after: [Answer]) -> [(before: Answer?, after: Answer?)] {
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

private func difference(
    between before: Answer?, and after: Answer?, _ rules: Set<Tolerance>
) -> [Comparison.Difference] {
    guard let question = before?.question ?? after?.question else { return [] }
    let subject = question.subject
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
    let body = rules.rest(of: bodyChanges(before, after), for: question)
    if let (old, new) = body.excerpts(before.body, after.body) {
        differences.append(Comparison.Difference(subject: subject, aspect: "body", before: old, after: new))
    }
    for (name, changes) in headerChanges(before, after) {
        guard let change = rules.rest(of: changes, for: question).first else { continue }
        differences.append(
            Comparison.Difference(
                subject: subject, aspect: "header \(name)", before: change.before, after: change.after))
    }
    return differences
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
