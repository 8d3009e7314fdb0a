// SPDX-License-Identifier: Apache-2.0
import PareVersions

/// What one distribution asks of another.
///
/// - SeeAlso: PEP 508.
package struct PythonRequirement: Hashable, Sendable {
    /// Normalised.
    package let name: String
    /// `>=3.1,<4`; empty where every version will do.
    private let specifier: String

    /// Of `Werkzeug[x] (>=3.1); python_version < "4"`; what the condition after the semicolon says is not looked at.
    package init(_ text: String) {
        name = text.requirementName
        var rest = text.prefix { $0 != ";" && $0 != "@" }
        if let close = rest.firstIndex(of: "]") { rest = rest[rest.index(after: close)...] }
        specifier = String(rest.drop { !"<>=!~".contains($0) }).filter { !$0.isWhitespace && $0 != ")" }
    }

    /// Whether a version will do; one that cannot be read does, as all do where the specifier cannot.
    package func takes(_ version: String) -> Bool {
        guard let version = Version(version, in: .python),
            let range = try? VersionRange(specifier, in: .python)
        else { return true }
        return range.contains(version)
    }
}
