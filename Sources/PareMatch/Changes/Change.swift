// SPDX-License-Identifier: Apache-2.0

import PareModel

/// One place in which two texts are not equal.
struct Change: Hashable {
    /// As ``Tolerance/place``.
    let place: String
    /// What both are; `nil` where they are of different kinds, or one is not there.
    let kind: Tolerance.Kind?
    let before: String
    let after: String
}

/// Where two bodies are not equal: in values of JSON where both are that, else in words of their lines.
///
/// Members of JSON have no order.  Bodies that differ in how they are made have one change, without a kind.
func changes(between before: String, and after: String) -> [Change] {
    if before.utf8.elementsEqual(after.utf8) { return [] }
    let (old, new) = (JSONShape(before), JSONShape(after))
    if let old, let new, old.isCompound, new.isCompound { return changes(between: old, and: new, at: "$") }
    return textChanges(between: Array(before.utf8)[...], and: Array(after.utf8)[...], at: nil)
}

/// Where two texts are not equal, word by word; a place begins with the given one or, without it, with a line.
func textChanges(between before: ArraySlice<UInt8>, and after: ArraySlice<UInt8>, at place: String?)
    -> [Change]
{
    let (old, new) = (TextScanner.tokens(of: before), TextScanner.tokens(of: after))
    func whole(_ kind: Tolerance.Kind? = nil) -> [Change] {
        [Change(place: place ?? "text", kind: kind, before: text(of: before), after: text(of: after))]
    }
    guard old.count == new.count else { return whole() }
    if place != nil, old.count == 1, let kind = Tolerance.Kind(of: old[0], new[0]) { return whole(kind) }
    var changes: [Change] = []
    var line = 1
    var word = 0
    for (left, right) in zip(old, new) {
        if place == nil, left.line != line { (line, word) = (left.line, 0) }
        if left.kind != .mark { word += 1 }
        guard left.bytes != right.bytes else { continue }
        guard let kind = Tolerance.Kind(of: left, right), changes.count < placeLimit else { return whole() }
        let start = place ?? "line \(line)"
        changes.append(
            Change(
                place: "\(start) word \(word)", kind: kind, before: text(of: left.bytes),
                after: text(of: right.bytes)))
    }
    return changes
}

/// An answer that differs in more places differs as a whole.
private let placeLimit = 1_000

private func changes(between before: JSONShape, and after: JSONShape, at place: String) -> [Change] {
    guard before != after else { return [] }
    let mismatch = [Change(place: place, kind: nil, before: before.excerpt, after: after.excerpt)]
    var found: [Change] = []
    switch (before, after) {
    case (.object(let old), .object(let new)):
        for name in Set(old.keys).union(new.keys).sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            let path = place + step(name)
            guard let left = old[name], let right = new[name] else {
                let (left, right) = (old[name]?.excerpt, new[name]?.excerpt)
                found.append(Change(place: path, kind: nil, before: left ?? "none", after: right ?? "none"))
                continue
            }
            found += changes(between: left, and: right, at: path)
        }
    case (.array(let old), .array(let new)):
        guard old.count == new.count else {
            return [
                Change(
                    place: place, kind: nil, before: "\(old.count) elements", after: "\(new.count) elements")
            ]
        }
        for (index, (left, right)) in zip(old, new).enumerated() {
            found += changes(between: left, and: right, at: "\(place)[\(index)]")
        }
    case (.scalar(let old), .scalar(let new)): return scalarChanges(old, new, at: place) ?? mismatch
    default: return mismatch
    }
    return found.count <= placeLimit ? found : mismatch
}

/// `nil` where two scalars are not of one kind.
private func scalarChanges(_ old: ArraySlice<UInt8>, _ new: ArraySlice<UInt8>, at place: String) -> [Change]?
{
    func change(_ kind: Tolerance.Kind) -> [Change] {
        [Change(place: place, kind: kind, before: text(of: old), after: text(of: new))]
    }
    if old.isNumber, new.isNumber { return change(.number) }
    guard old.first == UInt8(ascii: "\""), new.first == UInt8(ascii: "\"") else { return nil }
    let (left, right) = (old.dropFirst().dropLast(), new.dropFirst().dropLast())
    let words = textChanges(between: left, and: right, at: place)
    if words.allSatisfy({ $0.kind != nil }) { return words }
    return left.isOpaqueLike(right) ? change(.identifier) : nil
}

/// `.name`, or `["a name"]` as JSON has it.  The bytes are those of a name with its quotes.
private func step(_ name: ArraySlice<UInt8>) -> String {
    let plain = name.dropFirst().dropLast()
    let isPlain = !plain.isEmpty && plain.allSatisfy { $0.isWordByte && $0 < 0x80 || $0 == UInt8(ascii: "-") }
    return isPlain
        ? "." + String(decoding: plain, as: UTF8.self) : "[" + String(decoding: name, as: UTF8.self) + "]"
}

private func text(of bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes.prefix(120), as: UTF8.self) + (bytes.count > 120 ? "…" : "")
}

extension Tolerance.Kind {
    /// What both tokens are; `nil` where they have nothing in common.
    init?(of old: TextToken, _ new: TextToken) {
        switch (old.kind, new.kind) {
        case (.timestamp(let left), .timestamp(let right)) where left == right: self = .timestamp
        case (.uuid, .uuid): self = .uuid
        case (.number, .number): self = .number
        // A random run of letters and digits may happen to be one of digits.
        case (.word, .word), (.word, .number), (.number, .word):
            guard old.bytes.isMadeUpLike(new.bytes) else { return nil }
            self = .identifier
        default: return nil
        }
    }
}

extension ArraySlice<UInt8> {
    fileprivate var isNumber: Bool {
        first.map { $0.isDigit || $0 == UInt8(ascii: "-") } == true
            && Double(String(decoding: self, as: UTF8.self)) != nil
    }

    /// Whether two words look as if no person had chosen them: six bytes or more, of several classes.
    ///
    /// One of them may happen to lack a class; then they must be of one length.
    fileprivate func isMadeUpLike(_ other: ArraySlice<UInt8>) -> Bool {
        guard Swift.min(count, other.count) >= 6, !contains(where: { $0 >= 0x80 }) else { return false }
        let (mine, theirs) = (classes >= 2, other.classes >= 2)
        return mine && theirs ? abs(count - other.count) <= 4 : (mine || theirs) && count == other.count
    }

    fileprivate func isOpaqueLike(_ other: ArraySlice<UInt8>) -> Bool {
        let isOpaque = { (bytes: ArraySlice<UInt8>) in bytes.count >= 16 && bytes.allSatisfy(\.isOpaqueByte) }
        return isOpaque(self) && isOpaque(other) && isMadeUpLike(other)
    }
}

extension JSONShape {
    fileprivate var isCompound: Bool { if case .scalar = self { false } else { true } }

    /// A few words on what it is.
    fileprivate var excerpt: String {
        switch self {
        case .scalar(let bytes): text(of: bytes)
        case .array(let elements): "\(elements.count) elements"
        case .object(let members): "\(members.count) members"
        }
    }
}
