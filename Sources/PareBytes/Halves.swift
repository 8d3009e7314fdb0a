// SPDX-License-Identifier: Apache-2.0
import Dispatch
import Synchronization

extension Array where Element: Sendable {
    /// What is made of the two halves of a long array, each on a core of its own, in their order.  A short one stays whole.
    ///
    /// - Parameter body: Is called once or twice, at the same time.
    /// - Returns: What was made of the first half, then of the second.
    /// - Throws: What `body` throws, of both halves what the first does.
    package func inHalves<Made: Sendable, Failure>(
        _ body: @Sendable (ArraySlice<Element>) throws(Failure) -> [Made]
    ) throws(Failure) -> [Made] {
        guard count >= 128 else { return try body(self[...]) }
        let halves = [self[..<(count / 2)], self[(count / 2)...]]
        let made = Mutex([Result<[Made], Failure>?](repeating: nil, count: halves.count))
        DispatchQueue.concurrentPerform(iterations: halves.count) { index in
            let result = Result { () throws(Failure) in try body(halves[index]) }
            made.withLock { $0[index] = result }
        }
        var joined: [Made] = []
        for result in made.withLock({ $0 }) { joined += try result?.get() ?? [] }
        return joined
    }
}
