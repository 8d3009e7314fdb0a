// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import PareDependencies

@Suite struct BisectionTests {
    /// Steps, what breaks them, and what is left.
    @Test(arguments: [
        (8, [3], [0, 1, 2, 4, 5, 6, 7]), (1, [0], []), (3, [1], [0, 2]), (5, [], [0, 1, 2, 3, 4]),
        (6, [0, 5], [1, 2, 3, 4]), (4, [0, 1, 2, 3], []), (0, [], []),
    ])
    func keepsAllButWhatBreaks(count: Int, bad: [Int], kept: [Int]) async throws {
        var tried: [[Int]] = []
        let steps = Array(0..<count)
        let result = try await largestWorkingPart(of: steps, wholeFails: !bad.isEmpty) { part in
            tried.append(part)
            return Set(part).isDisjoint(with: bad)
        }
        #expect(result == kept)
        #expect(result.isEmpty || tried.contains(result))
        #expect(!tried.contains([]))
        if !bad.isEmpty { #expect(!tried.contains(steps)) }
        #expect(Set(tried).count == tried.count, "nothing is tried twice")
    }

    @Test func oneBadStepOfManyCostsFewTrials() async throws {
        var trials = 0
        let result = try await largestWorkingPart(of: Array(0..<64), wholeFails: true) { part in
            trials += 1
            return !part.contains(41)
        }
        #expect(result.count == 63)
        #expect(trials <= 14)
    }

    @Test(arguments: [(Array(2..<13), 18), (Array(0..<13), 15), (Array(0..<3), 14), (Array(0..<12), 27)])
    func manyBadStepsCostLittleMoreThanTheirNumber(bad: [Int], limit: Int) async throws {
        var trials = 0
        let result = try await largestWorkingPart(of: Array(0..<13), wholeFails: true) { part in
            trials += 1
            return Set(part).isDisjoint(with: bad)
        }
        #expect(result == (0..<13).filter { !bad.contains($0) })
        #expect(trials <= limit, "\(trials)")
    }

    /// 0 works only beside 2, and 1 not beside 3: the result is one that was tried.
    @Test func stepsThatNeedOrExcludeEachOther() async throws {
        var tried: [[Int]] = []
        let result = try await largestWorkingPart(of: [0, 1, 2, 3], wholeFails: true) { part in
            tried.append(part)
            let set = Set(part)
            return !(set.contains(0) && !set.contains(2)) && !set.isSuperset(of: [1, 3])
        }
        #expect(tried.contains(result))
        #expect(result == [0, 1, 2] || result == [0, 2, 3])
    }
}
