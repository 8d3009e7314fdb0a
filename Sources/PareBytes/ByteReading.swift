// SPDX-License-Identifier: Apache-2.0

/// Bytes were asked for that are not there.
@usableFromInline
package struct OutOfBounds: Error, Hashable, Sendable {
    package let offset: Int
    package let count: Int

    @usableFromInline
    package init(offset: Int, count: Int) {
        self.offset = offset
        self.count = count
    }
}

extension UnsafeRawBufferPointer {
    /// The integer that stands little-endian at an offset, aligned or not.
    @inlinable
    package func littleEndian<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type = Value.self, at offset: Int
    ) throws(OutOfBounds) -> Value {
        let size = MemoryLayout<Value>.size
        guard offset >= 0, size <= count, offset <= count - size else {
            throw OutOfBounds(offset: offset, count: size)
        }
        return Value(littleEndian: loadUnaligned(fromByteOffset: offset, as: Value.self))
    }

    /// A part of these bytes, of which all must be there.
    @inlinable
    package func part(at offset: Int, count length: Int) throws(OutOfBounds) -> UnsafeRawBufferPointer {
        guard offset >= 0, length >= 0, length <= count, offset <= count - length else {
            throw OutOfBounds(offset: offset, count: length)
        }
        return UnsafeRawBufferPointer(rebasing: self[offset..<offset + length])
    }

    /// The text from an offset to the next zero byte, which must come within a limit.
    package func zeroTerminated(at offset: Int, limit: Int) throws(OutOfBounds) -> String {
        guard offset >= 0, offset < count else { throw OutOfBounds(offset: offset, count: 1) }
        let room = self[offset..<Swift.min(count, limit > count - offset ? count : offset + limit)]
        guard let end = room.firstIndex(of: 0) else { throw OutOfBounds(offset: offset, count: limit) }
        return String(decoding: room[..<end], as: UTF8.self)
    }
}
