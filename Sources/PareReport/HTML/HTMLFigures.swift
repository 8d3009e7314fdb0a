// SPDX-License-Identifier: Apache-2.0

import PareModel

/// The headline figures: what was, what is, and by how much they differ.
enum HTMLFigures {
    static func figures(_ comparison: Comparison, answers: HTMLAnswers?) -> Markup {
        let cards = [
            sizes(comparison), compressed(comparison), packages(comparison), findings(comparison),
            answers.map(equalAnswers), start(comparison), memory(comparison),
        ]
        return """
            <dl class="figures">
            \(cards.compactMap(\.self))
            </dl>
            """
    }

    /// The sentence under the title.
    static func lead(_ comparison: Comparison) -> Markup {
        let (before, after) = (comparison.before, comparison.after)
        var change: Markup = ""
        if let size = before.image?.size, let new = after.image?.size,
            let share = HTMLWords.change(from: Double(size.bytes), to: Double(new.bytes)), size != new
        {
            change = "<strong>\(share)</strong> in size, "
        }
        let open = (before.open.count, after.open.count)
        return """
            <p class="lead"><strong>\(before.target)</strong> → <strong>\(after.target)</strong></p>
            <p class="lead">\(change)\(HTMLWords.count(open.0)) → <strong>\(HTMLWords.count(open.1))</strong> open findings</p>
            """
    }

    private static func card(
        _ name: String, was: String?, now: String, change: String? = nil, isWorse: Bool = false,
        note: String = ""
    ) -> Markup {
        let old: Markup = was.map { #"<span class="was">\#($0) →</span>"# } ?? ""
        let share: Markup =
            change.map { #"<span class="share \#(isWorse ? "bad" : "good")">\#($0)</span>"# } ?? ""
        let said: Markup = note.isEmpty ? "" : #"<dd class="note">\#(note)</dd>"#
        return
            #"<div class="figure"><dt>\#(name)</dt><dd class="now">\#(old) \#(now) \#(share)</dd>\#(said)</div>"#
    }

    private static func sizes(_ comparison: Comparison) -> Markup? {
        guard let before = comparison.before.image, let after = comparison.after.image else { return nil }
        return sizes(
            "Size on disk", before.size, after.size,
            note: "\(HTMLWords.count(before.layers.count, "layer")) → \(HTMLWords.count(after.layers.count))")
    }

    private static func compressed(_ comparison: Comparison) -> Markup? {
        guard let before = comparison.before.image?.compressedSize,
            let after = comparison.after.image?.compressedSize
        else { return nil }
        return sizes("Compressed, as a registry holds it", before, after)
    }

    private static func sizes(
        _ name: String, _ before: ByteCount, _ after: ByteCount, note: String = ""
    ) -> Markup {
        card(
            name, was: before.description, now: after.description,
            change: HTMLWords.change(from: Double(before.bytes), to: Double(after.bytes)),
            isWorse: after > before,
            note: note)
    }

    private static func packages(_ comparison: Comparison) -> Markup {
        counts("Packages", comparison.before.packages.count, comparison.after.packages.count)
    }

    private static func findings(_ comparison: Comparison) -> Markup {
        let before = HTMLCharts.openCounts(comparison.before)
        let after = HTMLCharts.openCounts(comparison.after)
        return counts(
            "Open findings", before.reduce(0, +), after.reduce(0, +),
            note:
                "critical to unknown \(HTMLWords.tally(before).unbroken) → \(HTMLWords.tally(after).unbroken)"
        )
    }

    private static func counts(_ name: String, _ before: Int, _ after: Int, note: String = "") -> Markup {
        card(
            name, was: HTMLWords.count(before), now: HTMLWords.count(after),
            change: HTMLWords.change(from: Double(before), to: Double(after)), isWorse: after > before,
            note: note)
    }

    private static func equalAnswers(_ answers: HTMLAnswers) -> Markup {
        guard !answers.rows.isEmpty else {
            let isSame = answers.others.isEmpty
            return card(
                "Runs as before", was: nil, now: isSame ? "yes" : "no", note: "nothing was asked over HTTP")
        }
        let differing = answers.rows.count - answers.sameCount
        return card(
            "Answers equal", was: nil, now: "\(answers.sameCount) of \(answers.rows.count)",
            change: differing == 0 ? nil : "\(HTMLWords.count(differing)) not", isWorse: true,
            note: answers.others.isEmpty ? "" : HTMLWords.count(answers.others.count, "other difference"))
    }

    private static func start(_ comparison: Comparison) -> Markup? {
        guard let before = comparison.behaviourBefore, let after = comparison.behaviourAfter else {
            return nil
        }
        return card(
            before.answers.isEmpty && before.exitCode != nil ? "Time to its end" : "Start to first answer",
            was: HTMLWords.seconds(before.startSeconds),
            now: HTMLWords.seconds(after.startSeconds),
            change: HTMLWords.change(from: before.startSeconds, to: after.startSeconds),
            isWorse: after.startSeconds > before.startSeconds)
    }
}

extension HTMLFigures {
    private static func memory(_ comparison: Comparison) -> Markup? {
        guard let before = comparison.behaviourBefore?.peakMemory,
            let after = comparison.behaviourAfter?.peakMemory
        else { return nil }
        return sizes("Memory at most", before, after, note: comparison.memoryRemark?.message ?? "")
    }
}

extension String {
    /// With spaces that no line ends at.
    fileprivate var unbroken: String { String(map { $0 == " " ? "\u{A0}" : $0 }) }
}
