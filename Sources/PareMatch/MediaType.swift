// SPDX-License-Identifier: Apache-2.0

/// The value of a `Content-Type` field, for comparing what is meant and not how it is written.
///
/// Case, spaces, quotes and the order of parameters do not count; neither do `boundary`, which is made up
/// each time, and the `charset` of JSON, which has no meaning (RFC 8259, section 11).
struct MediaType: Hashable {
    private let type: String
    private let parameters: [String: String]

    init(_ text: String) {
        let parts = text.split(separator: ";").map { Self.plain($0) }
        let type = parts.first ?? ""
        let isJSON = type == "application/json" || type.hasSuffix("+json")
        let pairs = parts.dropFirst().map { part in
            let sides = part.split(separator: "=", maxSplits: 1).map { Self.plain($0) }
            return (sides.first ?? "", sides.count > 1 ? sides[1] : "")
        }
        self.type = type
        parameters = Dictionary(pairs) { first, _ in first }
            .filter { !$0.key.isEmpty && $0.key != "boundary" && !(isJSON && $0.key == "charset") }
    }

    /// Lower-cased, without spaces and quotes at its ends.
    private static func plain(_ text: some StringProtocol) -> String {
        let isFiller = { (character: Character) in character.isWhitespace || character == "\"" }
        return String(text.lowercased().drop(while: isFiller).reversed().drop(while: isFiller).reversed())
    }
}
