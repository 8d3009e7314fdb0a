// SPDX-License-Identifier: Apache-2.0
import PareModel

/// The versions of a product that stand beside its address.
enum SaidVersion {
    case exact(String)
    /// A range, which is not compared: see ``PackageURL/saysRange``.
    case range(String)

    /// The name with the version, where it says none by itself: `pkg:npm/qs@6.14.1`, `demo:1.0`.
    func applied(to name: String) -> String {
        guard let address = PackageURL(name) else {
            guard case .exact(let version) = self else { return name + ":*" }
            return "\(name):\(version)"
        }
        guard address.version.isEmpty else { return name }
        let path = name.prefix { $0 != "?" && $0 != "#" }
        let rest = name.dropFirst(path.count)
        switch self {
        case .exact(let version): return "\(path)@\(version.percentEncoded)\(rest)"
        case .range(let range):
            let others = rest.first == "?" ? "&\(rest.dropFirst())" : String(rest)
            return "\(path)?vers=\(range.percentEncoded)\(others)"
        }
    }
}
