// SPDX-License-Identifier: Apache-2.0

/// A JSON text that is changed where it must be, and stays as its author wrote it everywhere else.
///
/// It must have been read as a `JSONValue` before: what is not JSON is left alone.
package struct JSONText: Sendable {
    private(set) var bytes: [UInt8]

    package init(_ text: String) { bytes = Array(text.utf8) }

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Sets the value that a path of names leads to; objects that are missing on the way are made at the end of theirs.
    package mutating func set(_ path: [String], to value: String) {
        var place = 0
        skipSpace(&place)
        for (depth, name) in path.enumerated() {
            guard place < bytes.count, bytes[place] == UInt8(ascii: "{") else {
                // What stood here is no object: it becomes one.
                replace(place..<end(ofValueAt: place), with: object(path[depth...], value, depth: depth))
                return
            }
            let members = members(ofObjectAt: place)
            if let member = members.last(where: { $0.name == name }) {
                place = member.value.lowerBound
                continue
            }
            insert(name, object(path[(depth + 1)...], value, depth: depth + 1), at: place, depth, members)
            return
        }
        replace(place..<end(ofValueAt: place), with: Self.quoted(value))
    }

    /// Takes away the member that a path of names leads to, where there is one.
    package mutating func remove(_ path: [String]) {
        var place = 0
        skipSpace(&place)
        for (depth, name) in path.enumerated() {
            guard place < bytes.count, bytes[place] == UInt8(ascii: "{") else { return }
            let members = members(ofObjectAt: place)
            guard let index = members.lastIndex(where: { $0.name == name }) else { return }
            guard depth == path.count - 1 else {
                place = members[index].value.lowerBound
                continue
            }
            if index > 0 {
                replace(members[index - 1].value.upperBound..<members[index].value.upperBound, with: [])
            } else {
                let end = members.count > 1 ? members[1].start : members[0].value.upperBound
                replace(members[0].start..<end, with: [])
            }
        }
    }

    /// A text as JSON writes it.
    static func quoted(_ text: String) -> [UInt8] {
        var quoted: [UInt8] = [UInt8(ascii: "\"")]
        for byte in text.utf8 where byte >= 0x20 {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { quoted.append(UInt8(ascii: "\\")) }
            quoted.append(byte)
        }
        return quoted + [UInt8(ascii: "\"")]
    }

    private mutating func replace(_ range: Range<Int>, with new: [UInt8]) {
        bytes.replaceSubrange(range, with: new)
    }

    private struct Member {
        let name: String
        /// From the name's quote.
        let start: Int
        let value: Range<Int>
    }

    private mutating func insert(
        _ name: String, _ value: [UInt8], at object: Int, _ depth: Int, _ members: [Member]
    ) {
        let colon: [UInt8] = isDense ? [UInt8(ascii: ":")] : Array(": ".utf8)
        let member = Self.quoted(name) + colon + value
        guard let first = members.first, let last = members.last else {
            let inner = isDense ? member : newline(depth + 1) + member + newline(depth)
            replace(object + 1..<max(object + 1, end(ofValueAt: object) - 1), with: inner)
            return
        }
        let space = Array(bytes[object + 1..<first.start])
        let isOnLines = space.contains(0x0A)
        let gap = isOnLines ? space : isDense ? [] : [0x20]
        replace(last.value.upperBound..<last.value.upperBound, with: [UInt8(ascii: ",")] + gap + member)
    }

    /// Nested objects around a value, on lines as the text has them.
    private func object(_ names: ArraySlice<String>, _ value: String, depth: Int) -> [UInt8] {
        guard let name = names.first else { return Self.quoted(value) }
        let inner = object(names.dropFirst(), value, depth: depth + 1)
        let colon: [UInt8] = isDense ? [UInt8(ascii: ":")] : Array(": ".utf8)
        let member = Self.quoted(name) + colon + inner
        guard !isDense else { return [UInt8(ascii: "{")] + member + [UInt8(ascii: "}")] }
        return [UInt8(ascii: "{")] + newline(depth + 1) + member + newline(depth) + [UInt8(ascii: "}")]
    }

    /// Whether all stands on one line.
    private var isDense: Bool { !bytes.dropLast(2).contains(0x0A) }

    private func newline(_ depth: Int) -> [UInt8] {
        let ending: [UInt8] =
            bytes.firstIndex(of: 0x0A).map { $0 > 0 && bytes[$0 - 1] == 0x0D } ?? false
            ? [0x0D, 0x0A] : [0x0A]
        return ending + Array(repeatElement(indent, count: depth).joined())
    }

    /// What the first member of the outermost object is indented by.
    private var indent: [UInt8] {
        var place = 0
        skipSpace(&place)
        guard let first = members(ofObjectAt: place).first else { return [0x20, 0x20] }
        let space = bytes[place + 1..<first.start]
        guard let line = space.lastIndex(of: 0x0A) else { return [0x20, 0x20] }
        return Array(space[(line + 1)...])
    }
}

extension JSONText {
    private func skipSpace(_ place: inout Int) {
        while place < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[place]) { place += 1 }
    }

    private func members(ofObjectAt start: Int) -> [Member] {
        var members: [Member] = []
        var place = start + 1
        while true {
            skipSpace(&place)
            guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") else { return members }
            let nameStart = place
            let nameEnd = end(ofValueAt: place)
            place = nameEnd
            skipSpace(&place)
            guard place < bytes.count, bytes[place] == UInt8(ascii: ":") else { return members }
            place += 1
            skipSpace(&place)
            let valueEnd = end(ofValueAt: place)
            let name = String(
                decoding: bytes[(nameStart + 1)..<max(nameStart + 1, nameEnd - 1)], as: UTF8.self)
            members.append(Member(name: name, start: nameStart, value: place..<valueEnd))
            place = valueEnd
            skipSpace(&place)
            guard place < bytes.count, bytes[place] == UInt8(ascii: ",") else { return members }
            place += 1
        }
    }

    /// The place after a value.
    private func end(ofValueAt start: Int) -> Int {
        var place = start
        var depth = 0
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "\""):
                place += 1
                while place < bytes.count, bytes[place] != UInt8(ascii: "\"") {
                    place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1
                }
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return place }
                depth -= 1
            case UInt8(ascii: ","), 0x20, 0x0A, 0x0D, 0x09:
                if depth == 0 { return place }
            default: break
            }
            place += 1
            if depth == 0, place <= bytes.count,
                [UInt8(ascii: "\""), UInt8(ascii: "}"), UInt8(ascii: "]")]
                    .contains(bytes[place - 1])
            {
                return place
            }
        }
        return min(place, bytes.count)
    }
}
