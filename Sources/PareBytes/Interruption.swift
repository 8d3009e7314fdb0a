// SPDX-License-Identifier: Apache-2.0
import Glibc
import Synchronization

/// Tells work on a thread of its own that nobody waits for it any more.
package final class Interruption: Sendable {
    private struct State {
        var isSet = false
        var actions: [@Sendable () -> Void] = []
    }

    private let state = Mutex(State())

    package init() {}

    package var isSet: Bool { state.withLock { $0.isSet } }

    package func set() {
        let actions = state.withLock { state in
            defer { state = State(isSet: true) }
            return state.actions
        }
        for action in actions { action() }
    }

    /// Does something when this is set, or now where it is already; what waits on a thread is woken so.
    package func onSet(_ action: @escaping @Sendable () -> Void) {
        let isSet = state.withLock { state in
            if !state.isSet { state.actions.append(action) }
            return state.isSet
        }
        if isSet { action() }
    }

    /// That of the work which the calling thread does for ``onOwnThread(niceness:_:)``; `nil` on other threads.
    package static var current: Interruption? {
        guard let key, let box = pthread_getspecific(key) else { return nil }
        return Unmanaged<Interruption>.fromOpaque(box).takeUnretainedValue()
    }

    /// - Throws: `CancellationError` where the calling thread's work is for nobody any more.
    package static func check() throws(CancellationError) {
        if current?.isSet == true { throw CancellationError() }
    }

    static func whileCurrent<Value>(_ interruption: Interruption, _ work: () throws -> Value) rethrows
        -> Value
    {
        guard let key else { return try work() }
        pthread_setspecific(key, Unmanaged.passUnretained(interruption).toOpaque())
        defer { pthread_setspecific(key, nil) }
        return try withExtendedLifetime(interruption) { try work() }
    }

    private static let key: pthread_key_t? = {
        var key = pthread_key_t()
        return pthread_key_create(&key, nil) == 0 ? key : nil
    }()
}
