// SPDX-License-Identifier: Apache-2.0
import PareBytes
import Testing

@Suite struct PartsTests {
    private struct Odd: Error, Equatable { let number: Int }

    @Test(arguments: [0, 1, 31, 32, 63, 64, 65, 255, 256, 257, 10_007])
    func joinsWhatIsMadeOfTheParts(count: Int) {
        let numbers = Array(0..<count)
        #expect(numbers.inParts { $0.map { $0 * 2 } } == numbers.map { $0 * 2 })
    }

    @Test func cutsALongArray() {
        let lengths = Array(0..<1000).inParts { [$0.count] }
        #expect(lengths.count == 8)
        #expect(lengths.allSatisfy { $0 == 125 })
    }

    /// Whichever part is done first.
    @Test(arguments: [[3], [3, 999], [500, 501], [999]])
    func throwsWhatTheFirstPartDoes(odd: [Int]) {
        #expect(throws: Odd(number: odd[0])) {
            try Array(0..<1000).inParts { part in
                for number in part where odd.contains(number) { throw Odd(number: number) }
                return [part.count]
            }
        }
    }
}
