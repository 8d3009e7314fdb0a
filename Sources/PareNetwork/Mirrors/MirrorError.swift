// SPDX-License-Identifier: Apache-2.0
import PareModel

/// Why it cannot be said where an image is to be asked for.
package enum MirrorError: Explained, Hashable {
    case malformed(file: String, reason: String)
    case missingFile(String, variable: String)
    case blocked(reference: String, file: String)
    /// What a rule makes of a name is no name.
    case badRewrite(reference: String, result: String, file: String)

    package var problem: String {
        switch self {
        case .malformed(let file, let reason): "cannot take mirrors from '\(file)': \(reason)"
        case .missingFile(let file, let variable): "no file '\(file)', which \(variable) names"
        case .blocked(let reference, let file): "'\(reference)' is blocked by '\(file)'"
        case .badRewrite(let reference, let result, let file):
            "'\(file)' makes '\(result)' of '\(reference)', which is not an image's name"
        }
    }

    package var hint: String? {
        switch self {
        case .malformed: "docs/registries.md says what is read"
        case .missingFile(_, let variable): "correct or unset \(variable)"
        case .blocked: "take another image, or ask who wrote the file"
        case .badRewrite: "a location is a host, and perhaps a path: 'mirror.example/hub'"
        }
    }
}
