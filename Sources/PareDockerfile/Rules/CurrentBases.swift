// SPDX-License-Identifier: Apache-2.0

internal import PareModel

extension Rule {
    /// Moves the bases of all stages to releases that still get updates, as far as the recipe says: past the end
    /// of their line, to the newest patch of it, to the newest Debian.
    static let currentBases = Rule(name: "current bases") { draft in
        if draft.has(.upgradedPackages) {
            draft.edit(
                draft.target.root.instructions[0].line,
                "Debian packages of which the final image keeps something become the archive's newest")
        }
        guard !draft.recipe.steps.isDisjoint(with: [.supportedRuntime, .newestPatch, .newerDebian]) else {
            return
        }
        let globals = Target.globalVariables(draft.dockerfile)
        var arguments: [Int: String] = [:]
        for stage in draft.dockerfile.stages {
            let text = expand(stage.base, escape: draft.dockerfile.escape) { globals[$0] }
            let isStage = draft.dockerfile.stages.prefix(stage.index).contains {
                $0.name == stage.base.lowercased()
            }
            guard !isStage, let base = text.flatMap(BaseReference.init), let product = base.product else {
                continue
            }
            let move = BaseMove(of: base, product: product, for: draft)
            if !move.reasons.isEmpty { apply(move, to: stage, &draft, &arguments) }
        }
    }

    private static func apply(
        _ move: BaseMove, to stage: Stage, _ draft: inout Draft, _ arguments: inout [Int: String]
    ) {
        let line = stage.instructions[0].line
        let moved = "\(move.base.name):\(move.tag.text)"
        let reason = move.reasons.joined(separator: "; ")
        if !stage.base.contains("$") {
            draft.replacements.append((stage.baseWord.range, moved))
            draft.edit(line, reason)
        } else if let change = ArgumentChange(making: moved, of: stage.base, in: draft),
            arguments[change.range.lowerBound] ?? change.text == change.text
        {
            if arguments.updateValue(change.text, forKey: change.range.lowerBound) == nil {
                draft.replacements.append((change.range, change.text))
                draft.edit(change.line, reason)
            }
        } else {
            return draft.warn(line, "'\(stage.base)' stays, move it by hand: \(reason)")
        }
        if move.base.digest != nil {
            draft.warn(line, "'\(moved)' is not pinned to a digest any more; pin it again")
        }
        if stage.index == draft.target.root.index, move.tag.product == "node" {
            draft.nodeMajor = move.tag.major
        }
    }
}

/// What becomes of a base, and why; no reasons where nothing does.
private struct BaseMove {
    let base: BaseReference
    private(set) var tag: ReleaseTag
    private(set) var reasons: [String] = []

    init(of base: BaseReference, product: String, for draft: Draft) {
        self.base = base
        tag = ReleaseTag(base.tag ?? "latest", of: product, in: draft.releases)
        if draft.has(.supportedRuntime) { leaveEnded(draft) }
        if draft.has(.newestPatch) { takeNewestPatch(draft) }
        if draft.has(.newerDebian), let newest = draft.releases.newest(of: "debian", on: draft.day),
            let moved = tag.onDebian(newest)
        {
            tag = moved
            reasons.append("goes to \(newest), the newest release")
        }
    }

    /// What goes to the newest Debian anyway has no stop on the way.
    private mutating func leaveEnded(_ draft: Draft) {
        let staysWithDebian = !draft.has(.newerDebian)
        if staysWithDebian || tag.product != "debian",
            let next = draft.releases.successor(
                of: tag.line?.line ?? tag.release, of: tag.product, on: draft.day)
        {
            reasons.append(Self.reason(tag.line, or: "\(tag.product) \(tag.release)", next))
            tag = tag.moved(to: next, on: draft.day)
        }
        if staysWithDebian, let old = tag.debian, let moved = tag.onSupportedDebian(on: draft.day),
            let next = moved.debian
        {
            reasons.append(Self.reason(old, or: "", next))
            tag = moved
        }
    }

    private static func reason(_ old: ReleaseLine?, or name: String, _ next: ReleaseLine) -> String {
        let ended = old?.end.map { ", which had its last update on \($0)," } ?? ""
        let until = next.end.map { ", cared for until \($0)" } ?? ", which is cared for"
        return "\(old?.description ?? name)\(ended) becomes \(next.shortName)\(until)"
    }

    private mutating func takeNewestPatch(_ draft: Draft) {
        if let newest = tag.newestPatch(on: draft.day), let line = tag.line {
            let known = newest.isPinned ? line.newestDate.map { ", of \($0)" } ?? "" : ""
            reasons.append(
                "'\(tag.text)' becomes '\(newest.text)', the newest known patch of \(line)\(known)")
            tag = newest
        } else if base.digest != nil, reasons.isEmpty {
            reasons.append("the newest of '\(tag.text)', which the digest held back")
        }
    }
}

/// The change of one `ARG`'s default value that makes a base of another.
private struct ArgumentChange {
    let range: Range<Int>
    let text: String
    let line: Int

    init?(making wanted: String, of base: String, in draft: Draft) {
        let dockerfile = draft.dockerfile
        let values = Target.globalVariables(dockerfile)
        let tag = wanted.split(separator: ":").last.map(String.init) ?? wanted
        // The whole name, the tag, or a part of it: release, variant.
        let parts = tag.split(separator: "-", omittingEmptySubsequences: false)
        let ranges = parts.indices.flatMap { start in (start..<parts.count).map { start...$0 } }
        let candidates = [wanted] + ranges.map { parts[$0].joined(separator: "-") }
        for instruction in dockerfile.globals {
            for word in instruction.words {
                let pair = word.text.split(separator: "=", maxSplits: 1)
                guard pair.count == 2, values[String(pair[0])] != nil else { continue }
                let name = String(pair[0])
                let fitting = candidates.first { candidate in
                    expand(base, escape: dockerfile.escape) { $0 == name ? candidate : values[$0] } == wanted
                }
                guard let fitting else { continue }
                let quote = pair[1].hasPrefix("\"") ? "\"" : pair[1].hasPrefix("'") ? "'" : ""
                range = word.range
                text = "\(name)=\(quote)\(fitting)\(quote)"
                line = instruction.line
                return
            }
        }
        return nil
    }
}
