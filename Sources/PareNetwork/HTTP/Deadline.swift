// SPDX-License-Identifier: Apache-2.0
import NIOCore

/// When an operation must have ended, with all its requests.
package struct Deadline: Sendable, Hashable {
    private let instant: ContinuousClock.Instant

    /// That much from now.
    package init(after duration: Duration) { instant = .now + duration }

    /// What is left; negative afterwards.
    package var remaining: Duration { ContinuousClock.now.duration(to: instant) }

    package var isOver: Bool { remaining <= .zero }

    /// On the clock of event loops.
    var moment: NIODeadline { .now() + TimeAmount(max(remaining, .zero)) }
}
