// SPDX-License-Identifier: Apache-2.0
package import PareModel

/// Two images side by side, for a person.
package func comparisonTable(_ comparison: Comparison, style: TableStyle) -> String {
    var lines =
        wrapped(
            "\(comparison.before.target) → \(comparison.after.target)", indent: 0, style, .bold) + [""]
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
        let output = behaviour.output.split(whereSeparator: \.isNewline).flatMap {
            wrapped(String($0), indent: 2, style)
        }
        let seconds = behaviour.startSeconds.formatted(decimals: 2)
        return (["exit code \(behaviour.exitCode ?? 0) after \(seconds) s"] + output).joined(separator: "\n")
            + "\n"
    }
    var table = TextTable([
        .text("question"), .number("status"), .text("type", least: 8, dropRank: 1), .text("answer"),
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
        .text(""), .number("before"), .number("after"), .number("", dropRank: 1),
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
        return [""] + wrapped(what, indent: 2, style, .good)
    }
    let subjects = Set(differences.map(\.subject)).count
    return [""] + wrapped("\(subjects) of \(max(total, subjects)) answers differ", indent: 2, style, .bold)
        + differences.flatMap { difference in
            let (old, new) = (difference.before.prefix(60), difference.after.prefix(60))
            return wrapped(
                "\(difference.subject), \(difference.aspect): '\(old)' became '\(new)'", indent: 4, style)
        }
}

/// What is left, a row for each package and remedy, the worst first.
private func remaining(in comparison: Comparison, _ style: TableStyle) -> [String] {
    struct Row: Hashable {
        let package: String
        let version: String
        let remedy: String
    }
    let left = comparison.remaining.filter(\.isOpen)
    let groups = Dictionary(grouping: left) {
        Row(package: $0.package.name, version: $0.package.version, remedy: $0.remedy)
    }.map { (row: $0, worst: $1.map(\.severity).max() ?? .unknown, findings: $1) }
    var table = TextTable([
        .text("still there"), .text("version", least: 14, dropRank: 1),
        .text("worst", least: nil, dropRank: 2),
        .text("fixed in", least: 12), .text("findings", least: 18),
    ])
    for (row, worst, findings) in groups.sorted(by: {
        ($1.worst, $0.row.package, $0.row.remedy) < ($0.worst, $1.row.package, $1.row.remedy)
    }) {
        table.add([
            Cell(row.package, .bold), Cell(row.version), Cell(worst.name, .severity(worst)),
            Cell(row.remedy, row.remedy.hasPrefix("no ") ? .dim : .good), Cell(list: findings.worstFirst),
        ])
    }
    return left.isEmpty ? [] : [""] + table.lines(style)
}

private func introduced(in comparison: Comparison, _ style: TableStyle) -> [String] {
    let new = comparison.introduced.filter(\.isOpen).sorted { $0.severity > $1.severity }
    guard !new.isEmpty else { return [] }
    var table = TextTable([
        .text("new"), .text("version", least: 10, dropRank: 1), .text("severity", least: nil, dropRank: 2),
        .text("fixed in", least: 12), .text("finding", least: 18),
    ])
    for finding in new {
        table.add([
            Cell(finding.package.name, .bold), Cell(finding.package.version),
            Cell(finding.severity.name, .severity(finding.severity)),
            Cell(finding.remedy, finding.hasFix ? .good : .dim), Cell(finding.id),
        ])
    }
    return [""] + table.lines(style)
}

/// A row for each candidate, its reason below it.
private func candidates(of proof: FixProof, _ style: TableStyle) -> [String] {
    var table = TextTable([
        .text("candidate", least: 26), .text("", least: nil, dropRank: 1), .number("size"),
        .number("findings"),
        .number("start", dropRank: 2), .number("took", dropRank: 3),
    ])
    func seconds(_ seconds: Double) -> String { seconds.formatted(decimals: 1) + " s" }
    for candidate in proof.candidates {
        let (measured, isWinner) = (candidate.measured, candidate.verdict == .won)
        table.add([
            Cell((isWinner ? "→ " : "  ") + candidate.name, isWinner ? .good : .plain),
            Cell(candidate.verdict.word, isWinner ? .good : .dim), Cell(measured.map { "\($0.size)" } ?? ""),
            Cell(measured.map { "\($0.openFindings.reduce(0, &+))" } ?? "", isWinner ? .bold : .plain),
            Cell(measured.map { seconds($0.startSeconds) } ?? ""), Cell(seconds(candidate.seconds), .dim),
        ])
    }
    let lines = table.lines(style)
    return lines.prefix(1)
        + zip(proof.candidates, lines.dropFirst()).flatMap { candidate, line in
            [line] + wrapped(candidate.verdict.reason, indent: 6, style, .dim)
        }
}

extension CandidateOutcome.Verdict {
    fileprivate var word: String {
        switch self {
        case .won: "chosen"
        case .lost: "lost"
        case .failed: "failed"
        case .unavailable: "not to be had"
        }
    }

    fileprivate var reason: String {
        switch self {
        case .won: ""
        case .lost(let reason), .failed(let reason), .unavailable(let reason): reason
        }
    }
}
