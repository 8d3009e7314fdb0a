// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Memory that grows by doubling, which for large blocks moves no bytes.
final class GrowingBlock {
    private var base: UnsafeMutableRawPointer?
    private var capacity = 0
    var count = 0

    deinit { free(base) }

    /// The free end of the block, of at least so many bytes.
    func room(atLeast wanted: Int) -> UnsafeMutableRawBufferPointer {
        if capacity - count < wanted {
            capacity = max(capacity * 2, count + wanted)
            base = realloc(base, capacity)
        }
        return UnsafeMutableRawBufferPointer(
            start: base.map { $0 + count }, count: base == nil ? 0 : capacity - count)
    }

    /// Hands over the block, cut to what is in it; free it with `free`.
    func take() -> UnsafeMutableRawBufferPointer {
        defer { (base, capacity, count) = (nil, 0, 0) }
        guard count > 0 else {
            free(base)
            return UnsafeMutableRawBufferPointer(start: nil, count: 0)
        }
        return UnsafeMutableRawBufferPointer(start: realloc(base, count) ?? base, count: count)
    }
}
