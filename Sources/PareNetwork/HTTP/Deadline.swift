// SPDX-License-Identifier: Apache-2.0
import NIOCore

/// When an operation must have ended, with all its requests.
package struct Deadline: Sendable, Hashable {
    private let instant: ContinuousClock.Instant
    /// How long the operation may take in all.
    let length: Duration

    /// That much from now.
    package init(after duration: Duration) {
        instant = .now + duration
        length = duration
    }

    /// What is left; negative afterwards.
    package var remaining: Duration { ContinuousClock.now.duration(to: instant) }

    package var isOver: Bool { remaining <= .zero }

    /// On the clock of event loops.
    var moment: NIODeadline { .now() + TimeAmount(max(remaining, .zero)) }
}
