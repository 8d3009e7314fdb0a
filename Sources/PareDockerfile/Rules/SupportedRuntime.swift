// SPDX-License-Identifier: Apache-2.0

extension Rule {
    /// Moves all stages that start from a Node.js line past its end to one that still gets updates.
    static let supportedRuntime = Rule(name: "supported runtime") { draft in
        guard draft.has(.supportedRuntime), draft.kind.id == .node else { return }
        let globals = Target.globalVariables(draft.dockerfile)
        var editedArguments: Set<Int> = []
        for stage in draft.dockerfile.stages {
            let text = expand(stage.base, escape: draft.dockerfile.escape) { globals[$0] }
            guard let base = text.flatMap(BaseReference.init), base.isNode, let tag = base.tag,
                let major = NodeTag(tag).major,
                let next = NodeRelease.successor(of: major, on: draft.day)
            else { continue }
            let line = stage.instructions[0].line
            let moved = "\(base.name):\(NodeTag(tag).moved(to: next.major))"
            let ended = NodeRelease.line(major).map { ", which had its last update on \($0.end)" } ?? ""
            let reason = "Node.js \(major)\(ended), becomes \(next.major), cared for until \(next.end)"
            if !stage.base.contains("$") {
                draft.replacements.append((stage.baseWord.range, moved))
                draft.edit(line, reason)
            } else if let change = ArgumentChange(making: moved, of: stage.base, in: draft.dockerfile) {
                if editedArguments.insert(change.range.lowerBound).inserted {
                    draft.replacements.append((change.range, change.text))
                    draft.edit(change.line, reason)
                }
            } else {
                draft.warn(line, "'\(stage.base)' is Node.js \(major)\(ended); move it by hand")
                continue
            }
            if base.digest != nil {
                draft.warn(line, "'\(moved)' is not pinned to a digest any more; pin it again")
            }
            if stage.index == draft.target.root.index { draft.nodeMajor = next.major }
        }
    }
}

/// The change of one `ARG`'s default value that makes a base of another.
private struct ArgumentChange {
    let range: Range<Int>
    let text: String
    let line: Int

    init?(making wanted: String, of base: String, in dockerfile: Dockerfile) {
        let values = Target.globalVariables(dockerfile)
        for instruction in dockerfile.globals {
            for word in instruction.words {
                let parts = word.text.split(separator: "=", maxSplits: 1)
                guard parts.count == 2, let value = values[String(parts[0])] else { continue }
                let major = wanted.split(separator: ":").last.map { NodeTag(String($0)).major ?? 0 } ?? 0
                let candidates = [
                    wanted, "\(major)", NodeTag(value).moved(to: major),
                    wanted.split(separator: ":").last.map(String.init),
                ]
                let name = String(parts[0])
                let fitting = candidates.compactMap(\.self).first { candidate in
                    expand(base, escape: dockerfile.escape) { $0 == name ? candidate : values[$0] } == wanted
                }
                guard let fitting else { continue }
                let quote = parts[1].hasPrefix("\"") ? "\"" : parts[1].hasPrefix("'") ? "'" : ""
                range = word.range
                text = "\(name)=\(quote)\(fitting)\(quote)"
                line = instruction.line
                return
            }
        }
        return nil
    }
}
