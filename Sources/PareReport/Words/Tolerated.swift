// SPDX-License-Identifier: Apache-2.0
import PareModel

extension Comparison {
    /// One line for each thing that may differ: `tolerated: GET /health $.uptime (number): differed between two runs of the
    /// old image`.  The elements of a list are one thing.
    var toleratedLines: [String] {
        var counts: [(text: String, count: Int)] = []
        for tolerance in tolerated {
            let text = "\(tolerance.subject) \(tolerance.place.withoutIndices) (\(tolerance.kind.rawValue))"
            if let index = counts.lastIndex(where: { $0.text == text }) {
                counts[index].count += 1
            } else {
                counts.append((text, 1))
            }
        }
        return counts.map { text, count in
            "tolerated: \(text)\(count > 1 ? " ×\(count)" : ""): differed between two runs of the old image"
        }
    }
}

extension String {
    /// `$.books[*].id` for `$.books[3].id`.
    fileprivate var withoutIndices: String {
        var text = ""
        var rest = self[...]
        while let character = rest.popFirst() {
            text.append(character)
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard character == "[", !digits.isEmpty, rest.dropFirst(digits.count).first == "]" else {
                continue
            }
            text.append("*")
            rest = rest.dropFirst(digits.count)
        }
        return text
    }
}
