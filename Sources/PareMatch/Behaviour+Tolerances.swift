// SPDX-License-Identifier: Apache-2.0

package import PareModel

/// What two runs of one image answer differently as values of one kind: times, numbers, identifiers.
///
/// Both runs are fresh ones of the same questions in the same order, so that what the questions themselves change, such
/// as a counter, is equal in both.  The second is best asked a little later after its start than the first, so that the
/// time since then differs, too.
///
/// - Returns: The rules, and what differs in spite of them.
package func tolerances(
    between first: Behaviour, and second: Behaviour
) -> (rules: [Tolerance], unsteady: [Comparison.Difference]) {
    var rules: [Tolerance] = []
    for (old, new) in answerPairs(first.answers, second.answers) {
        guard let old, let new else { continue }
        let found = bodyChanges(old, new) + headerChanges(old, new).flatMap(\.changes)
        rules += found.compactMap { change in
            change.kind.map { Tolerance(question: old.question, place: change.place, kind: $0) }
        }
    }
    if first.answers.isEmpty, second.answers.isEmpty {
        rules += changes(between: first.output, and: second.output).compactMap { change in
            change.kind.map { Tolerance(question: nil, place: change.place, kind: $0) }
        }
    }
    var seen: Set<Tolerance> = []
    let distinct = rules.filter { seen.insert($0).inserted }
    return (distinct, differences(between: first.tolerating(distinct), and: second))
}

/// Where the bodies of two answers are not equal.
func bodyChanges(_ before: Answer, _ after: Answer) -> [Change] {
    guard before.isCut == after.isCut else {
        let word = { (answer: Answer) in answer.isCut ? "over the limit" : "within the limit" }
        return [Change(place: "length", kind: nil, before: word(before), after: word(after))]
    }
    return changes(between: before.body, and: after.body)
}

/// Where the header fields of two answers are not equal, by name.
func headerChanges(_ before: Answer, _ after: Answer) -> [(name: String, changes: [Change])] {
    let (old, new) = (before.fieldValues, after.fieldValues)
    return Set(old.keys).union(new.keys).sorted().compactMap { name in
        guard let left = old[name], let right = new[name] else {
            let change = Change(
                place: name, kind: nil, before: old[name] ?? "none", after: new[name] ?? "none")
            return (name, [change])
        }
        let changes = textChanges(between: Array(left.utf8)[...], and: Array(right.utf8)[...], at: name)
        return changes.isEmpty ? nil : (name, changes)
    }
}

extension Answer {
    /// The values of each field, several as HTTP joins them.
    fileprivate var fieldValues: [String: String] {
        Dictionary(headers.map { ($0.name, $0.value) }) { $0 + ", " + $1 }
    }
}
