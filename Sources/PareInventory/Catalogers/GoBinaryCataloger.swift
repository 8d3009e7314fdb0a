// SPDX-License-Identifier: Apache-2.0

import PareImage
import PareModel

extension Cataloger {
    /// Modules in executables built by Go, and the standard library they were built with, from the build information
    /// that Go 1.18 and newer leave in them.
    ///
    /// - SeeAlso: Go's `debug/buildinfo`; Trivy's `pkg/dependency/parser/golang/binary`.
    static let goBinary = Cataloger(
        "go binary",
        reads: [
            Interest(
                "go binary", .executable(minimumSize: 64 << 10),
                take: .windows(marker: GoBuildInfo.marker, length: GoBuildInfo.windowLength))
        ], deference: .sameLayer
    ) { file in
        do throws(GoBuildInfo.Unreadable) {
            let info = try GoBuildInfo(windows: file.content)
            return Reading(packages: packages(of: info, in: file.path))
        } catch {
            switch error {
            case .notBuildInfo: return Reading()
            case .pointers:
                return Reading(.warning, "built by Go before 1.18: its modules are not read", at: file.path)
            case .cut: return Reading(.warning, "module list is too long or cut: not read", at: file.path)
            }
        }
    }

    private static func packages(of info: GoBuildInfo, in path: String) -> [Package] {
        var packages: [Package] = []
        if let release = info.release { packages.append(Package(.go, "stdlib", "v" + release, in: path)) }
        if let main = info.main {
            packages.append(Package(.go, main.path, info.mainVersion, in: path))
        }
        for module in info.dependencies where !module.path.isEmpty {
            packages.append(Package(.go, module.path, module.knownVersion, in: path))
        }
        return packages
    }
}
