// SPDX-License-Identifier: Apache-2.0

package import PareImage
package import PareModel

/// What is installed in an image.
package struct Inventory: Sendable {
    /// `nil` where no file says it.
    package let distro: Distro?

    /// The Alpine release that packages come from, where `etc/apk/repositories` names another than the distribution's:
    /// `3.20`, `edge`.  It decides which advisories apply.
    package let repositoryRelease: String?

    /// By kind, name, version and path; each with the first layer that holds it.
    package let packages: [Package]

    /// Jars that may be artifacts beside those of ``packages``, which only an index can tell.  By path.
    package let inquiries: [JarInquiry]

    /// What was odd in files that a container sees.
    package let diagnostics: [Diagnostic]

    /// Whether any package was recognised.  Where none was, nothing may be said about vulnerabilities, whatever the
    /// image says it is.
    package var recognised: Bool { !packages.isEmpty }

    /// What all catalogers want of an image's files.
    package static var interests: [Interest] { Cataloger.all.flatMap(\.reads) }

    /// Reads the kept files of an image.
    package init(of view: SquashedView, by catalogers: [Cataloger] = Cataloger.all) {
        let files = CatalogedFiles(in: view, by: catalogers)
        let distro = files.distro
        self.distro = distro
        repositoryRelease = files.repositoryRelease.flatMap { release in
            let own = distro?.version.split(separator: ".").prefix(2).joined(separator: ".")
            return distro?.family == "alpine" && release != own ? release : nil
        }
        let packages = files.packages.sorted { $0.sortKey < $1.sortKey }
        self.packages = packages
        inquiries = files.inquiries.sorted { $0.evidence.path < $1.evidence.path }
        diagnostics = files.diagnostics + (distro?.doubts(about: packages) ?? [])
    }

    private init(_ other: Inventory, packages: [Package], diagnostics: [Diagnostic]) {
        distro = other.distro
        repositoryRelease = other.repositoryRelease
        self.packages = packages
        inquiries = []
        self.diagnostics = diagnostics
    }

    /// The same with the answers to its inquiries: what was named, and what is to be told.
    package func answered(by named: [Package], _ notes: [Diagnostic]) -> Inventory {
        Inventory(
            self, packages: (packages + named).sorted { $0.sortKey < $1.sortKey },
            diagnostics: diagnostics + notes)
    }
}

extension Distro {
    /// Whether there is a cataloger for its packages.
    fileprivate var isRead: Bool { ["debian", "ubuntu", "alpine", "wolfi", "chainguard"].contains(family) }

    /// What makes a clean result of this distribution worth less than it looks.
    fileprivate func doubts(about packages: [Package]) -> [Diagnostic] {
        guard isRead else {
            return [Diagnostic(.warning, "packages of the distribution '\(family)' are not read")]
        }
        guard !packages.contains(where: \.kind.isOperatingSystem) else { return [] }
        return [Diagnostic(.warning, "no package records of the distribution '\(family)' were found")]
    }
}

extension Package {
    fileprivate var sortKey: (Int, String, String, String) {
        (Kind.allCases.firstIndex(of: kind) ?? 0, name, version, evidence.path)
    }
}
