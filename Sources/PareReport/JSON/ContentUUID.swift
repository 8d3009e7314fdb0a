// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareModel

extension JSONValue {
    /// `urn:uuid:…` out of the value's digest: the same content has the same name.
    ///
    /// - SeeAlso: RFC 9562, section 5.8, "UUID Version 8".
    var contentURN: String {
        var digits = Array(SHA256.digest(of: Array(indented.utf8)).hex.prefix(32))
        guard digits.count == 32 else { return "" }
        (digits[12], digits[16]) = ("8", "8")
        let parts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }
        return "urn:uuid:" + parts.joined(separator: "-")
    }
}
