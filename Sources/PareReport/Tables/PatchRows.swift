// SPDX-License-Identifier: Apache-2.0
import PareModel

/// The steps of a dependency patch, each with its reason below it, and what has to move with them.
func patchRows(_ steps: [DependencyPatch.Step], _ style: TableStyle) -> [String] {
    var table = TextTable([
        TextTable.Column(least: 12), TextTable.Column(least: 8), TextTable.Column(least: 12, needs: 60),
        TextTable.Column(needs: .max, fallsBelow: true),
    ])
    for step in steps {
        let path = step.requiredBy.joined(separator: " › ")
        let reason = step.why + (step.requiredBy.count > 1 ? " (by \(path))" : "")
        table.add([
            Cell(step.package, .bold), Cell("\(step.from) → \(step.to)", step.crossesMajor ? .bad : .plain),
            Cell(step.means.words), Cell(reason, .dim),
        ])
    }
    for companion in steps.companions {
        let change = "\(companion.from) → \(companion.to)"
        table.add([
            Cell(companion.package, .bold), Cell(change, companion.crossesMajor ? .bad : .plain),
            Cell("with it"), Cell(companion.why, .dim),
        ])
    }
    return table.lines(style)
}

extension DependencyPatch.Step.Means {
    /// What is done, in a word or two.
    var words: String {
        switch self {
        case .update: "lock file"
        case .dependency: "manifest"
        case .override: "override"
        case .removal: "removed"
        }
    }
}
