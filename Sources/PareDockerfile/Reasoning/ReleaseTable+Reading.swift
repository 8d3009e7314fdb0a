// SPDX-License-Identifier: Apache-2.0

internal import PareBytes
internal import PareModel

/// Why a text is not a table of release lines.
package enum ReleaseTableError: Explained, Equatable {
    case notJSON(table: String, offset: Int)
    /// It has another schema than this program reads.
    case otherSchema(table: String, schema: Int)
    case malformed(table: String, place: String, reason: String)

    package var problem: String {
        switch self {
        case .notJSON(let table, let offset): "'\(table)' is not JSON: at byte \(offset)"
        case .otherSchema(let table, let schema):
            "'\(table)' has schema \(schema); this program reads schema \(ReleaseTable.schema)"
        case .malformed(let table, let place, let reason): "'\(table)', \(place): \(reason)"
        }
    }

    package var hint: String? {
        switch self {
        case .otherSchema: "use the table that goes with this version of pare"
        case .notJSON, .malformed: "fetch it again; the table that was in use stays"
        }
    }
}

extension ReleaseTable {
    static let schema = 1
    /// More lines than all products that there are.
    private static let lineLimit = 10_000

    /// Reads a table; every row is checked, because its texts are written into Dockerfiles.
    ///
    /// - Parameters:
    ///   - json: `{"schema": 1, "date": …, "lines": [{"product": …, "line": …, …}]}`; unknown members are left
    ///     alone.
    ///   - name: what errors call it.
    /// - Throws: ``ReleaseTableError``.
    package init(_ json: [UInt8], name: String) throws(ReleaseTableError) {
        let value: JSONValue
        do { value = try JSONValue(json) } catch {
            throw .notJSON(table: name, offset: error.offset)
        }
        func malformed(_ reason: String) -> ReleaseTableError {
            .malformed(table: name, place: "its head", reason: reason)
        }
        guard let schema = value["schema"]?.integer else {
            throw malformed("it does not say its schema, so it is no table of release lines")
        }
        guard schema == Self.schema else { throw .otherSchema(table: name, schema: schema) }
        guard let day = value["date"]?.text.flatMap({ Day($0) }) else {
            throw malformed("'date' is not a day")
        }
        guard let rows = value["lines"]?.elements, !rows.isEmpty else { throw malformed("it has no lines") }
        guard rows.count <= Self.lineLimit else { throw malformed("it has over \(Self.lineLimit) lines") }
        var lines: [ReleaseLine] = []
        var last: [String: [Int]] = [:]
        for (index, row) in rows.enumerated() {
            let line: ReleaseLine
            do { line = try ReleaseLine(row) } catch {
                throw .malformed(table: name, place: "line \(index + 1)", reason: error.reason)
            }
            if let before = last[line.product], !before.lexicographicallyPrecedes(line.numbers) {
                let reason = "\(line.product) \(line.line) stands twice, or after a newer one"
                throw .malformed(table: name, place: "line \(index + 1)", reason: reason)
            }
            last[line.product] = line.numbers
            lines.append(line)
        }
        date = day
        self.lines = lines
    }
}

/// What is wrong with a row.
private struct BadRow: Error {
    let reason: String
}

extension ReleaseLine {
    fileprivate init(_ row: JSONValue) throws(BadRow) {
        let row = try Row(row)
        product = try row.word("product")
        line = try row.word("line")
        codename = try row.optionalWord("codename")
        released = try row.day("released")
        longTermSupport = try row.day("lts")
        securityEnd = try row.day("securityEnd")
        end = try row.day("end")
        newest = try row.optionalWord("newest")
        newestDate = try row.day("newestDate")
        sources = try row.addresses("sources")
        try check()
    }

    private func check() throws(BadRow) {
        guard !line.isEmpty, line.utf8.allSatisfy({ $0 == UInt8(ascii: ".") || $0 >= 0x30 && $0 <= 0x39 }),
            numbers.count == line.split(separator: ".", omittingEmptySubsequences: false).count
        else { throw BadRow(reason: "'\(line)' is not numbers with dots between them") }
        if let newest, newest != line, !newest.hasPrefix(line + ".") {
            throw BadRow(reason: "the newest patch '\(newest)' is not of the line '\(line)'")
        }
        if newestDate != nil, newest == nil { throw BadRow(reason: "'newestDate' is there without 'newest'") }
        let order = [released, longTermSupport, end].compactMap(\.self)
        guard order == order.sorted(), securityEnd.map({ $0 <= end ?? $0 }) ?? true,
            newestDate.map({ $0 >= released ?? $0 }) ?? true
        else { throw BadRow(reason: "its days are not in order") }
    }
}

/// Reads the members of a row, each of its kind or not there.
private struct Row {
    private let value: JSONValue

    init(_ value: JSONValue) throws(BadRow) {
        guard value.members != nil else { throw BadRow(reason: "it is not an object") }
        self.value = value
    }

    /// A text that can stand in an image's tag.
    func word(_ name: String) throws(BadRow) -> String {
        guard let word = try optionalWord(name) else { throw BadRow(reason: "'\(name)' is missing") }
        return word
    }

    func optionalWord(_ name: String) throws(BadRow) -> String? {
        guard let member = value[name] else { return nil }
        guard let text = member.text, !text.isEmpty, text.utf8.count <= 64,
            text.utf8.allSatisfy({ $0.isNameByte || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") })
        else { throw BadRow(reason: "'\(name)' is not a word of letters, digits, dots and dashes") }
        return text
    }

    func day(_ name: String) throws(BadRow) -> Day? {
        guard let member = value[name] else { return nil }
        guard let day = member.text.flatMap({ Day($0) }) else {
            throw BadRow(reason: "'\(name)' is not a day such as 2026-04-30")
        }
        return day
    }

    func addresses(_ name: String) throws(BadRow) -> [String] {
        let texts = value[name]?.elements?.compactMap(\.text) ?? []
        guard !texts.isEmpty, texts.count == value[name]?.elements?.count,
            texts.allSatisfy({ $0.hasPrefix("https://") && $0.utf8.count > 8 })
        else { throw BadRow(reason: "'\(name)' is not a list of https addresses") }
        return texts
    }
}
