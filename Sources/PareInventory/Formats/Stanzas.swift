// SPDX-License-Identifier: Apache-2.0

/// The stanzas of a control file: fields `Name: value`, continued by lines that begin with a blank, ended by an empty line.
///
/// Only wanted fields are kept.  Names are compared without regard to case; of a field that stands twice the first
/// counts.  Any number of empty lines may stand between two stanzas.
///
/// - SeeAlso: deb822(5); core metadata of Python packages.
struct Stanzas: Sequence, IteratorProtocol {
    private var lines: Lines
    private let wanted: [[UInt8]]

    init(_ bytes: [UInt8], wanting names: [String]) {
        lines = Lines(bytes)
        wanted = names.map { $0.utf8.map(\.lowercased) }
    }

    /// The wanted fields of one stanza.
    struct Stanza {
        /// In the order of the wanted names; `nil` for a field that is not there.
        fileprivate(set) var values: [String?]

        /// A line that is neither a field nor a continuation; it is passed over.
        fileprivate(set) var oddLine: String?

        /// The value of a wanted field, the empty text where it is missing.
        subscript(_ index: Int) -> String { (values.indices.contains(index) ? values[index] : nil) ?? "" }
    }

    mutating func next() -> Stanza? {
        var stanza = Stanza(values: Array(repeating: nil, count: wanted.count))
        var isEmpty = true
        var field: Int?
        while let line = lines.next() {
            guard let first = line.first, !first.isBlank || !line.trimmed.isEmpty else {
                if isEmpty { continue }
                return stanza
            }
            isEmpty = false
            if first.isBlank {
                if let field { stanza.values[field] = stanza[field].continued(by: line.trimmed.text) }
            } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
                field = wanted.firstIndex { Self.matches(line, upTo: colon, $0) }
                if let index = field, stanza.values[index] != nil { field = nil }
                if let field { stanza.values[field] = line[(colon + 1)...].trimmed.text }
            } else {
                field = nil
                stanza.oddLine = stanza.oddLine ?? line.text
            }
        }
        return isEmpty ? nil : stanza
    }

    /// Whether the name of a field is the wanted one, which is in small letters.
    private static func matches(_ line: ArraySlice<UInt8>, upTo colon: Int, _ name: [UInt8]) -> Bool {
        guard colon - line.startIndex == name.count else { return false }
        for index in name.indices where line[line.startIndex + index].lowercased != name[index] {
            return false
        }
        return true
    }
}

extension String {
    fileprivate func continued(by line: String) -> String { isEmpty ? line : self + " " + line }
}
