// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials

/// A value of the vocabulary as JSON, as it encodes itself, members sorted by name.
package func json(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // Values of the vocabulary hold no numbers that JSON has no text for.
    guard let data = try? encoder.encode(value) else { return "null\n" }
    return String(decoding: data, as: UTF8.self) + "\n"
}
