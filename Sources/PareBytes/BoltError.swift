// SPDX-License-Identifier: Apache-2.0
import PareModel

/// Why a bbolt file could not be read or written.
package enum BoltError: Explained, Hashable {
    /// No page says what the file is: not a bbolt file, or cut off at its very start.
    case notBolt(String)
    /// Something in it is not as it must be, with what it is.
    case corrupt(String, what: String)
    /// A key or bucket was written twice, or after one that comes later.
    case outOfOrder(String)
    /// A key that is empty or too long, or a value too long, for the format.
    case unfit(String)

    package var problem: String {
        switch self {
        case .notBolt(let name): "'\(name)' is not a bbolt file"
        case .corrupt(let name, let what): "'\(name)' is damaged: \(what)"
        case .outOfOrder(let key): "key '\(Self.cut(key))' is out of order"
        case .unfit(let key): "key '\(Self.cut(key))' or its value does not fit into a bbolt file"
        }
    }

    /// A key that is not longer than a line.
    private static func cut(_ key: String) -> String {
        key.utf8.count > 200 ? String(key.unicodeScalars.prefix(80)) + "…" : key
    }

    /// Whether it is about a file that was read, and not about one that was to be written.
    package var isOfReading: Bool {
        switch self {
        case .notBolt, .corrupt: true
        case .outOfOrder, .unfit: false
        }
    }

    package var hint: String? {
        switch self {
        case .notBolt, .corrupt: "fetch the file again"
        case .outOfOrder, .unfit: nil
        }
    }
}
