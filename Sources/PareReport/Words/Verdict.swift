// SPDX-License-Identifier: Apache-2.0
import PareModel

/// How many of the questions two images answered alike.
struct AnswerCount {
    let asked: Int
    let equal: Int

    /// `nil` where there are not two behaviours, or nothing was asked.
    init?(_ comparison: Comparison) {
        guard let behaviour = comparison.behaviourBefore, let differences = comparison.differences else {
            return nil
        }
        let questions = behaviour.answers.map(\.question.subject)
        guard !questions.isEmpty else { return nil }
        let differing = Set(differences.map(\.subject))
        asked = questions.count
        equal = questions.count { !differing.contains($0) }
    }

    /// `6 of 6 equal`.
    var sentence: String { "\(equal.grouped) of \(asked.grouped) equal" }
}

extension Comparison {
    /// The sum of it in a sentence: `92 % smaller; 1,079 of 1,098 open findings gone; same answers to 6 of 6 questions`.
    var verdict: String {
        var parts: [String] = []
        if let old = before.image?.size, let new = after.image?.size, let share = change(of: old, new) {
            parts.append(share.dropFirst() + (share.hasPrefix("-") ? " smaller" : " larger"))
        }
        if before.open.isEmpty {
            parts.append(
                "no open finding before, \(after.open.isEmpty ? "none" : after.open.count.grouped) after")
        } else {
            parts.append("\(fixed.count.grouped) of \(before.open.count.of("open finding")) gone")
        }
        if !after.dismissed.isEmpty {
            let left = after.open.isEmpty ? "nothing is left open, " : ""
            parts.append("\(left)\(after.dismissed.count.grouped) dismissed with reasons")
        }
        if !introduced.isEmpty { parts.append("\(introduced.count.of("new one"))") }
        if let answers = AnswerCount(self) {
            parts.append(
                (differences?.isEmpty == true ? "same answers to " : "same answers only to ")
                    + "\(answers.equal.grouped) of \(answers.asked.of("question"))")
        } else if let differences {
            parts.append(differences.isEmpty ? "same output" : "other output")
        }
        return parts.joined(separator: "; ")
    }

    /// Whether nothing got worse: no new finding, no other answer.
    var isClean: Bool { introduced.isEmpty && differences?.isEmpty != false }
}

extension Comparison.Cause {
    /// `package removed`, `now 2.41-12`.
    var sentence: String {
        switch self {
        case .packageRemoved: "package removed"
        case .versionChanged(let versions): "now " + versions.joined(separator: ", ")
        }
    }
}

func change(of before: ByteCount, _ after: ByteCount) -> String? {
    change(Double(before.bytes), Double(after.bytes))
}
