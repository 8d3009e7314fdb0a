// SPDX-License-Identifier: Apache-2.0

import PareModel

extension PackageURL {
    /// The package of a language; `nil` for those of distributions and unknown types, and without a version.
    func package(in path: String) -> Package? {
        guard !version.isEmpty, !name.isEmpty else { return nil }
        let joined = namespace.isEmpty ? name : namespace + "/" + name
        switch type {
        case "npm": return Package(.npm, joined, version, in: path)
        case "pypi": return Package(.python, name, version, in: path)
        case "gem": return Package(.gem, name, version, in: path)
        case "golang": return Package(.go, joined, version, in: path)
        case "cargo": return Package(.cargo, name, version, in: path)
        case "maven":
            return Package(.jar, namespace.isEmpty ? name : namespace + ":" + name, version, in: path)
        default: return nil
        }
    }
}
