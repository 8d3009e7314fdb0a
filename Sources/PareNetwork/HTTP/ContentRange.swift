// SPDX-License-Identifier: Apache-2.0
import NIOHTTP1

/// Which part of the whole an answer says it holds: `Content-Range: bytes 100-199/200`.
///
/// - SeeAlso: RFC 9110, section 14.4.
struct ContentRange: Hashable, Sendable {
    let first: Int64
    let last: Int64
    /// Of the whole; `nil` where it is not said.
    let total: Int64?

    /// `nil` where an answer says none, or one that cannot be.
    init?(_ headers: HTTPHeaders) {
        let words = (headers.first(name: "Content-Range") ?? "").lowercased().split(separator: " ")
        guard words.count == 2, words[0] == "bytes" else { return nil }
        let parts = words[1].split { $0 == "-" || $0 == "/" }
        guard parts.count == 3, let first = Int64(parts[0]), let last = Int64(parts[1]), first >= 0,
            first <= last
        else { return nil }
        if parts[2] == "*" {
            total = nil
        } else {
            guard let count = Int64(parts[2]), last < count else { return nil }
            total = count
        }
        self.first = first
        self.last = last
    }

    /// Whether the part begins there, in a whole of that size as far as both are known.
    func goesOn(at offset: Int64, of size: Int64?) -> Bool {
        guard first == offset else { return false }
        guard let size else { return true }
        return last < size && (total ?? size) == size
    }
}
