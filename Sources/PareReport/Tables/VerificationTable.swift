// SPDX-License-Identifier: Apache-2.0
package import PareModel

/// What checking a proof again has shown, for a person; whether it holds stands in the last line.
package func verificationTable(_ verification: Verification, style: TableStyle) -> String {
    let comparison = verification.comparison
    var lines = paragraph(
        "proof of \(verification.application), made \(HTMLWords.time(verification.made))", style, .bold,
        indent: 0)
    lines += changeRows(
        verification.damaged, of: "the proof's \(verification.files.of("file"))", .bad, style)
    lines += changeRows(verification.inputs, of: "inputs", .caution, style)
    if let failure = verification.failure {
        lines += paragraph("built again: \(failure)", style, .bad)
    } else if let differences = verification.differences {
        lines += paragraph(
            "built again: \(comparison.after.image.map { "\($0.size)" } ?? "done")", style, .good)
        lines += answerRows(differences, asked: verification.questions, style)
    } else {
        lines += paragraph("built again: no, the recorded packages were judged", style, .dim)
    }
    let now = comparison.after
    lines += paragraph(
        "\(now.open.count.of("open finding")), \(now.dismissed.count.grouped) dismissed; then"
            + " \(comparison.before.open.count.grouped), \(comparison.before.dismissed.count.grouped)", style,
        now.open.isEmpty ? .good : .plain)
    lines += paragraph(sentence(on: now.store, asOf: now.created), style, .dim)
    lines += openRows("NEW SINCE", comparison.introduced, of: now, style)
    lines += [""]
    lines += paragraph(
        verification.holds ? "the proof holds" : "the proof does not hold", style,
        verification.holds ? .good : .bad, indent: 0)
    return lines.joined(separator: "\n") + "\n"
}

private func changeRows(
    _ changes: [Verification.Change], of what: String, _ paint: Paint, _ style: TableStyle
) -> [String] {
    guard !changes.isEmpty else { return paragraph("\(what): as recorded", style, .good) }
    return paragraph("\(what): \(changes.count.grouped) not as recorded", style, paint)
        + changes.flatMap { paragraph("\($0.subject): \($0.what)", style, indent: 4) }
}

private func answerRows(
    _ differences: [Comparison.Difference], asked: Int, _ style: TableStyle
) -> [String] {
    let equal = asked - Set(differences.map(\.subject)).count
    let count = asked == 0 ? "output" : "answers: \(max(0, equal).grouped) of \(asked.grouped)"
    return paragraph(
        "\(count) as the image before the fix", style, differences.isEmpty ? .good : .bad)
        + differences.flatMap {
            paragraph(
                "\($0.subject), \($0.aspect): \($0.after) in place of \($0.before)", style, .bad, indent: 4)
        }
}
