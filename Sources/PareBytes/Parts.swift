// SPDX-License-Identifier: Apache-2.0
import Dispatch
import Synchronization

/// Into how many parts a long array is cut: a few for each of some cores, so that none of them waits long for the last part.
private let partCount = 8

/// What is worth a part of its own.
private let leastCount = 32

extension Array where Element: Sendable {
    /// What is made of the parts of a long array, on all cores, in their order.  A short one stays whole.
    ///
    /// - Parameter body: Is called once a part, at the same time.
    /// - Returns: What was made of the first part, then of the others.
    /// - Throws: What `body` throws, of several parts what the first does.
    package func inParts<Made: Sendable, Failure>(
        _ body: @Sendable (ArraySlice<Element>) throws(Failure) -> [Made]
    ) throws(Failure) -> [Made] {
        let parts = Swift.min(partCount, count / leastCount)
        guard parts > 1 else { return try body(self[...]) }
        let made = Mutex([Result<[Made], Failure>?](repeating: nil, count: parts))
        DispatchQueue.concurrentPerform(iterations: parts) { index in
            let part = self[(count * index / parts)..<(count * (index + 1) / parts)]
            let result = Result { () throws(Failure) in try body(part) }
            made.withLock { $0[index] = result }
        }
        var joined: [Made] = []
        for result in made.withLock({ $0 }) { joined += try result?.get() ?? [] }
        return joined
    }
}
