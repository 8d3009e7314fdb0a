// SPDX-License-Identifier: Apache-2.0
package import PareModel

/// Two images side by side, for a person.
package func comparisonTable(_ comparison: Comparison, style: TableStyle) -> String {
    var lines = [
        Paint.bold.painted("\(comparison.before.target) → \(comparison.after.target)".visible, style), "",
    ]
    lines += figures(of: comparison, style)
    lines +=
        answers(of: comparison, style) + remaining(in: comparison, style) + introduced(in: comparison, style)
    return lines.joined(separator: "\n") + "\n"
}

/// What came of a fix: the comparison, the candidates, and where the result is.
package func proofTable(_ proof: FixProof, style: TableStyle) -> String {
    var lines = [comparisonTable(proof.comparison, style: style)]
    lines += candidates(of: proof, style) + notes(proof.diagnostics, style)
    return lines.joined(separator: "\n") + "\n"
}

/// What an image answered, for a person.
package func behaviourTable(_ behaviour: Behaviour, style: TableStyle) -> String {
    guard behaviour.exitCode == nil || !behaviour.answers.isEmpty else {
        let output = behaviour.output.split(separator: "\n").map { "  " + String($0).visible }
        let seconds = behaviour.startSeconds.formatted(decimals: 2)
        return (["exit code \(behaviour.exitCode ?? 0) after \(seconds) s"] + output).joined(separator: "\n")
            + "\n"
    }
    var table = TextTable([
        TextTable.Column(title: "question"), TextTable.Column(title: "status", isNumber: true),
        TextTable.Column(title: "type", isFlexible: true),
        TextTable.Column(title: "answer", isFlexible: true),
    ])
    for answer in behaviour.answers {
        table.add([
            Cell("\(answer.question.method) \(answer.question.path)"), Cell("\(answer.status)"),
            Cell(answer.contentType, .dim), Cell(answer.body),
        ])
    }
    let started = "first answer after \(behaviour.startSeconds.formatted(decimals: 2)) s"
    return ([started] + table.lines(style)).joined(separator: "\n") + "\n"
}

private func figures(of comparison: Comparison, _ style: TableStyle) -> [String] {
    let (before, after) = (comparison.before, comparison.after)
    var table = TextTable([
        TextTable.Column(title: ""), TextTable.Column(title: "before", isNumber: true),
        TextTable.Column(title: "after", isNumber: true), TextTable.Column(title: "", isNumber: true),
    ])
    func add(size title: String, _ old: ByteCount?, _ new: ByteCount?) {
        guard let old, let new else { return }
        table.add([
            Cell(title), Cell("\(old)"), Cell("\(new)"),
            Cell(change(Double(old.bytes), Double(new.bytes)), .good),
        ])
    }
    func add(count title: String, _ old: Int, _ new: Int, _ paint: Paint = .plain) {
        guard old > 0 || new > 0 else { return }
        table.add([
            Cell(title, paint), Cell("\(old)"), Cell("\(new)"), Cell(change(Double(old), Double(new)), .dim),
        ])
    }
    add(size: "size on disk", before.image?.size, after.image?.size)
    add(size: "compressed", before.image?.compressedSize, after.image?.compressedSize)
    add(count: "packages", before.packages.count, after.packages.count)
    add(count: "open findings", before.open.count, after.open.count, .bold)
    for severity in Severity.allCases.sorted(by: >) {
        let (old, new) = (before.open, after.open)
        add(
            count: "  " + severity.name.lowercased(), old.count { $0.severity == severity },
            new.count { $0.severity == severity }, .severity(severity))
    }
    add(count: "  with a fix", before.open.count(where: \.hasFix), after.open.count(where: \.hasFix))
    add(count: "dismissed", before.dismissed.count, after.dismissed.count)
    if let old = comparison.behaviourBefore, let new = comparison.behaviourAfter {
        table.add([
            Cell("first answer"), Cell(old.startSeconds.formatted(decimals: 1) + " s"),
            Cell(new.startSeconds.formatted(decimals: 1) + " s"),
            Cell(change(old.startSeconds, new.startSeconds), .dim),
        ])
    }
    return table.lines(style)
}

/// `-92.3 %`; empty where there was nothing before.
private func change(_ old: Double, _ new: Double) -> String {
    guard old > 0 else { return "" }
    let percent = (new / old - 1) * 100
    return (percent > 0 ? "+" : "") + percent.formatted(decimals: 1) + " %"
}

private func answers(of comparison: Comparison, _ style: TableStyle) -> [String] {
    guard let differences = comparison.differences, let asked = comparison.behaviourBefore else { return [] }
    let total = asked.answers.count
    guard !differences.isEmpty else {
        let what = total > 0 ? "\(total) of \(total) answers are equal" : "exit code and output are equal"
        return ["", Paint.good.painted("  " + what, style)]
    }
    let lines = differences.map { difference in
        "    \(difference.subject), \(difference.aspect): '\(difference.before.prefix(60))' became '\(difference.after.prefix(60))'"
            .visible
    }
    let subjects = Set(differences.map(\.subject)).count
    return ["", "  \(subjects) of \(max(total, subjects)) answers differ"] + lines
}

private func remaining(in comparison: Comparison, _ style: TableStyle) -> [String] {
    let left = comparison.remaining.filter(\.isOpen)
    guard !left.isEmpty else { return [] }
    struct Row: Hashable {
        let package: String
        let version: String
        let remedy: String
    }
    let groups = Dictionary(grouping: left) {
        Row(package: $0.package.name, version: $0.package.version, remedy: $0.remedy)
    }
    var table = TextTable([
        TextTable.Column(title: "still there"), TextTable.Column(title: "version", isFlexible: true),
        TextTable.Column(title: "fixed in", isFlexible: true), TextTable.Column(title: "", isFlexible: true),
    ])
    for (row, findings) in groups.sorted(by: {
        ($0.key.package, $0.key.remedy) < ($1.key.package, $1.key.remedy)
    }) {
        let ids = Set(findings.map(\.id)).sorted()
        let more = ids.count > 4 ? " and \(ids.count - 4) more" : ""
        table.add([
            Cell(row.package, .bold), Cell(row.version),
            Cell(row.remedy, row.remedy.hasPrefix("no ") ? .dim : .good),
            Cell(ids.prefix(4).joined(separator: " ") + more),
        ])
    }
    return [""] + table.lines(style)
}

private func introduced(in comparison: Comparison, _ style: TableStyle) -> [String] {
    let new = comparison.introduced.filter(\.isOpen)
    guard !new.isEmpty else { return [] }
    var table = TextTable([
        TextTable.Column(title: "new"), TextTable.Column(title: "version"),
        TextTable.Column(title: "severity"),
        TextTable.Column(title: "fixed in", isFlexible: true), TextTable.Column(title: "", isFlexible: true),
    ])
    for finding in new {
        table.add([
            Cell(finding.package.name, .bold), Cell(finding.package.version),
            Cell(finding.severity.name, .severity(finding.severity)), Cell(finding.remedy), Cell(finding.id),
        ])
    }
    return [""] + table.lines(style)
}

private func candidates(of proof: FixProof, _ style: TableStyle) -> [String] {
    var table = TextTable([
        TextTable.Column(title: "candidate"), TextTable.Column(title: "size", isNumber: true),
        TextTable.Column(title: "findings", isNumber: true),
        TextTable.Column(title: "took", isNumber: true, isOptional: true),
        TextTable.Column(title: "", isFlexible: true),
    ])
    for candidate in proof.candidates {
        let verdict: Cell =
            switch candidate.verdict {
            case .won: Cell("chosen", .good)
            case .lost(let reason): Cell(reason, .dim)
            case .failed(let reason): Cell(reason)
            case .unavailable(let reason): Cell(reason, .dim)
            }
        table.add([
            Cell(candidate.name, .bold), Cell(candidate.measured.map { "\($0.size)" } ?? ""),
            Cell(candidate.measured.map { "\($0.openFindings.reduce(0, +))" } ?? ""),
            Cell(candidate.seconds.formatted(decimals: 1) + " s"), verdict,
        ])
    }
    return table.lines(style)
}
