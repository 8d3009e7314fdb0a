// SPDX-License-Identifier: Apache-2.0

/// The largest part of some steps that was found to work.
///
/// Halves what does not work until the steps that break are alone, and keeps the rest; in the end each step that was
/// left out is tried once more with all the others.  Nothing is assumed of how steps act on each other but this: the
/// result was tried as a whole and worked.  One bad step among N costs about 2·log N trials; where most of what was judged is
/// bad, steps are tried one by one, since halves would not work either.
///
/// `wholeFails` says that all the steps together were tried already, and did not work.
///
/// - Returns: In the order given; empty where no part works.  The empty part is not tried.
/// - Throws: What a trial throws; `CancellationError`.
package func largestWorkingPart<Step: Hashable & Sendable>(
    of steps: [Step], wholeFails: Bool, works: ([Step]) async throws -> Bool
) async throws -> [Step] {
    var known: [Set<Step>: Bool] = [:]
    if wholeFails { known[Set(steps)] = false }
    func holds(_ part: [Step]) async throws -> Bool {
        let set = Set(part)
        if let answer = known[set] { return answer }
        let answer = try await works(steps.filter(set.contains))
        known[set] = answer
        return answer
    }
    var kept: [Step] = []
    var bad = 0
    var pending: [[Step]] = steps.isEmpty ? [] : [steps]
    while let part = pending.popLast() {
        try Task.checkCancellation()
        let isHopeless = bad > kept.count && part.count > 1
        if !isHopeless, try await holds(kept + part) {
            kept += part
        } else if part.count == 1 {
            bad += 1
        } else {
            let middle = isHopeless ? 1 : part.count / 2
            pending.append(Array(part[middle...]))
            pending.append(Array(part[..<middle]))
        }
    }
    // A step may have failed for want of one that came later.
    for step in steps where !kept.contains(step) && !kept.isEmpty {
        if try await holds(kept + [step]) { kept.append(step) }
    }
    return steps.filter(Set(kept).contains)
}
