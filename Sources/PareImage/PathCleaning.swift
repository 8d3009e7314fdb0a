// SPDX-License-Identifier: Apache-2.0

/// Where an entry's path leads.
enum CleanedPath {
    case inside, root
    /// Above the root, or longer or deeper than ``pathLimit`` and ``depthLimit``.
    case nowhere
}

/// The longest path that a system call takes (PATH_MAX, less its zero).
let pathLimit = 4095

/// More folders within each other than any program makes; what is deeper only costs memory.
private let depthLimit = 256

/// Brings a path to the form without `.`, `..`, doubled and outer slashes: what Go's `path.Clean` does, and then the
/// leading slash goes.
func clean(_ raw: [UInt8], into path: inout [UInt8]) -> CleanedPath {
    path.removeAll(keepingCapacity: true)
    guard raw.count <= pathLimit else { return .nowhere }
    let outcome: CleanedPath = raw.withUnsafeBytes { bytes in
        if isClean(bytes) {
            let end = bytes.last == 0x2F ? bytes.count - 1 : bytes.count
            path.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[..<end]))
            return .inside
        }
        return cleanSlowly(bytes, into: &path)
    }
    if path.count > depthLimit, path.count(where: { $0 == 0x2F }) >= depthLimit { return .nowhere }
    return outcome
}

/// Whether there is nothing to do but to drop a slash at the end; may say no for a path that is clean.
private func isClean(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var afterSlash = true
    for byte in bytes {
        if afterSlash, byte == 0x2F || byte == 0x2E { return false }
        afterSlash = byte == 0x2F
    }
    return !bytes.isEmpty
}

private func cleanSlowly(_ bytes: UnsafeRawBufferPointer, into path: inout [UInt8]) -> CleanedPath {
    for part in bytes.split(separator: 0x2F) {
        if part.count == 1, part.first == 0x2E { continue }
        if part.count == 2, part.allSatisfy({ $0 == 0x2E }) {
            guard !path.isEmpty else { return .nowhere }
            path.removeSubrange((path.lastIndex(of: 0x2F) ?? 0)...)
            continue
        }
        if !path.isEmpty { path.append(0x2F) }
        path.append(contentsOf: part)
    }
    return path.isEmpty ? .root : .inside
}

/// A hash of paths that cannot be foreseen, so that no image is made to collide.
enum PathHash {
    private static let seed = UInt64.random(in: .min ... .max) | 1

    static func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var state = seed ^ UInt64(truncatingIfNeeded: bytes.count)
        var offset = 0
        while bytes.count - offset >= 8 {
            state = mix(state ^ bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            offset += 8
        }
        var rest: UInt64 = 0
        while offset < bytes.count {
            rest = rest << 8 | UInt64(bytes[offset])
            offset += 1
        }
        return mix(mix(state ^ rest) ^ seed)
    }

    static func of(_ text: String) -> UInt64 {
        var text = text
        return text.withUTF8 { of(UnsafeRawBufferPointer($0)) }
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15 ^ seed)
        return product.high ^ product.low
    }
}
