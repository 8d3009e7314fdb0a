// SPDX-License-Identifier: Apache-2.0
import PareModel

/// The ways that were tried, with their figures, and why each but one lost.
func candidateRows(_ candidates: [CandidateOutcome], _ style: TableStyle) -> [String] {
    let severities = SeverityCounts.order.filter { severity in
        severity != .unknown || candidates.contains { ($0.counts?[severity] ?? 0) > 0 }
    }
    let dismisses = candidates.contains { ($0.measured?.dismissedFindings ?? 0) > 0 }
    let dismissed = dismisses ? [TextTable.Column(title: "DISMISSED", isNumber: true, needs: 80)] : []
    var table = TextTable(
        [
            TextTable.Column(), TextTable.Column(title: "CANDIDATE", least: 14),
            TextTable.Column(title: "SIZE", isNumber: true),
            TextTable.Column(title: "COMPRESSED", isNumber: true, needs: 88),
        ] + severities.map { TextTable.Column(title: $0.letter, isNumber: true) }
            + dismissed
            + [
                TextTable.Column(title: "START", isNumber: true, needs: 64),
                TextTable.Column(title: "TOOK", isNumber: true, needs: 72),
                TextTable.Column(needs: .max, fallsBelow: true),
            ])
    for candidate in candidates {
        let (mark, result) = candidate.verdict.cells
        table.add(
            [
                mark, Cell(candidate.name, candidate.verdict == .won ? .good : .bold),
                Cell(candidate.measured.map { "\($0.size)" } ?? ""),
                Cell(candidate.measured?.compressedSize.map { "\($0)" } ?? ""),
            ]
                + severities.map { severity in
                    candidate.counts.map { Cell(count: $0[severity], .severity(severity)) } ?? .empty
                }
                + dismissed.map { _ in
                    candidate.measured.map { Cell(count: $0.dismissedFindings ?? 0, .dim) } ?? .empty
                }
                + [
                    Cell(candidate.measured?.startSeconds.seconds ?? ""),
                    Cell(candidate.wasTried ? candidate.seconds.seconds : "", .dim), result,
                ])
    }
    return table.lines(style)
}

extension CandidateOutcome {
    /// Whether anything was built.
    var wasTried: Bool {
        switch verdict {
        case .won, .lost, .failed: true
        case .unavailable, .skipped: false
        }
    }

    /// Open findings by severity; `nil` where it was not scanned.
    var counts: SeverityCounts? { measured.map { SeverityCounts(fromWorst: $0.openFindings) } }
}

extension CandidateOutcome.Verdict {
    /// `won`, `lost`, `failed`, `unavailable`, `skipped`.
    var word: String {
        switch self {
        case .won: "won"
        case .lost: "lost"
        case .failed: "failed"
        case .unavailable: "unavailable"
        case .skipped: "skipped"
        }
    }

    /// Why it did not win; `nil` for the one that did.
    var reason: String? {
        switch self {
        case .won: nil
        case .lost(let reason), .failed(let reason), .unavailable(let reason), .skipped(let reason): reason
        }
    }

    fileprivate var cells: (mark: Cell, result: Cell) {
        switch self {
        case .won: (Cell("✔", .good), .empty)
        case .lost(let reason): (Cell("·", .dim), Cell(reason, .dim))
        case .failed(let reason): (Cell("✘", .bad), Cell(reason, .bad))
        case .unavailable(let reason), .skipped(let reason): (Cell("–", .dim), Cell(reason, .dim))
        }
    }
}

/// What was done to each line of a Dockerfile, and why.
func editRows(_ edits: [FixProof.Edit], _ style: TableStyle) -> [String] {
    let width = edits.map { "\($0.line)".count }.max() ?? 1
    return edits.flatMap { edit in
        let number = String(repeating: " ", count: width - "\(edit.line)".count) + "\(edit.line)"
        let lines = edit.reason.visible.wrapped(columns: max(10, style.width - width - 9))
        return lines.enumerated().map { index, line in
            index == 0
                ? Paint.dim.painted("  line \(number)", style) + "  " + line
                : String(repeating: " ", count: width + 9) + line
        }
    }
}
