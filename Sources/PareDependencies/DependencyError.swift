// SPDX-License-Identifier: Apache-2.0
import PareModel

/// Why an application's manifests cannot be worked with.
package enum DependencyError: Explained, Equatable {
    case notJSON(file: String, offset: Int)
    /// It is JSON or TOML, but not such a file.
    case notUnderstood(file: String, reason: String)
    case tooLarge(file: String)
    /// The manifest and the lock file say different things.
    case contradiction(lock: String, manifest: String, package: String)
    /// No set of steps could be locked.
    case noWay(reason: String)

    package var problem: String {
        switch self {
        case .notJSON(let file, let offset): "'\(file)' is not JSON at byte \(offset)"
        case .notUnderstood(let file, let reason): "'\(file)' is not understood: \(reason)"
        case .tooLarge(let file): "'\(file)' is larger than any manifest"
        case .contradiction(let lock, let manifest, let package):
            "'\(lock)' does not agree with '\(manifest)' on '\(package)'"
        case .noWay(let reason): "no patch of the dependencies could be locked: \(reason)"
        }
    }

    package var hint: String? {
        switch self {
        case .contradiction(let lock, _, _):
            "let the package manager write '\(lock)' again, and look at what changes"
        case .notJSON, .notUnderstood, .tooLarge, .noWay: nil
        }
    }
}
