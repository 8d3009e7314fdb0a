// SPDX-License-Identifier: Apache-2.0
package import PareModel

/// What a fix is going to try and why, for a person.
package func planTable(_ plan: FixPlan, style: TableStyle) -> String {
    var lines = [Paint.bold.painted("TO BE TRIED, in this order", style)]
    if plan.candidates.isEmpty { lines += paragraph("nothing: no recipe can be followed here", style, .bad) }
    for (index, candidate) in plan.candidates.enumerated() {
        lines += paragraph("\(index + 1). \(candidate.name)", style, .bold)
        for purpose in candidate.purposes { lines += paragraph(purpose, style, indent: 5) }
        let bases = candidate.bases.isEmpty ? "" : "; built from " + candidate.bases.joined(separator: ", ")
        lines += paragraph(
            candidate.edits.of("change") + " to the Dockerfile" + bases, style, .dim, indent: 5)
    }
    if !plan.leftOut.isEmpty {
        lines += ["", Paint.bold.painted("NOT POSSIBLE HERE", style)]
        for left in plan.leftOut { lines += paragraph("\(left.name): \(left.reason)", style, .dim) }
    }
    lines.append("")
    lines += paragraph(
        "Each is tried with its dependencies patched where the image has findings in them, and as they are where the"
            + " patch does not work.", style, .dim, indent: 0)
    return lines.joined(separator: "\n") + "\n"
}
