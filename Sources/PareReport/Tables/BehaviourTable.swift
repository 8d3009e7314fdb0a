// SPDX-License-Identifier: Apache-2.0
package import PareModel

/// What a started image did, for a person: its answers, or a command's exit code and output.
package func behaviourTable(_ behaviour: Behaviour, style: TableStyle) -> String {
    var lines: [String] = []
    if !behaviour.answers.isEmpty {
        let text = "first answer after \(behaviour.startSeconds.seconds)" + behaviour.memoryClause
        lines += paragraph(text, style, .bold, indent: 0)
        lines += answerRows(behaviour.answers, style)
    } else if let exitCode = behaviour.exitCode {
        let paint: Paint = exitCode == 0 ? .good : .bad
        let text =
            "ended with exit code \(exitCode) after \(behaviour.startSeconds.seconds)"
            + behaviour.memoryClause
        lines += paragraph(text, style, paint, indent: 0)
        lines += logRows("output", behaviour.output, style) + logRows("errors", behaviour.errors, style)
    } else {
        lines += paragraph("started; nothing was asked", style, indent: 0)
    }
    return lines.joined(separator: "\n") + "\n"
}

extension Behaviour {
    /// `, 46.1 MB of memory at most`; nothing where it was not seen.
    fileprivate var memoryClause: String { peakMemory.map { ", \($0) of memory at most" } ?? "" }
}

private func answerRows(_ answers: [Answer], _ style: TableStyle) -> [String] {
    var table = TextTable([
        TextTable.Column(title: "QUESTION", least: 12), TextTable.Column(title: "STATUS", isNumber: true),
        TextTable.Column(title: "TYPE", least: 10, needs: 72), TextTable.Column(title: "ANSWER", least: 10),
    ])
    for answer in answers {
        let isFine = (200..<400).contains(answer.status)
        table.add([
            Cell(answer.question.subject, .bold),
            Cell("\(answer.status)", isFine ? .good : .caution), Cell(answer.contentType, .dim),
            Cell(String(answer.body.prefix(400)) + (answer.isCut ? "…" : "")),
        ])
    }
    return table.lines(style)
}

/// The last lines of a log.
private func logRows(_ title: String, _ log: String, _ style: TableStyle) -> [String] {
    let lines = log.split(whereSeparator: \.isNewline).suffix(40)
    guard !lines.isEmpty else { return [] }
    return [Paint.dim.painted("  \(title)", style)]
        + lines.flatMap { paragraph(String($0), style, indent: 4) }
}
