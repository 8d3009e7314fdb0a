// SPDX-License-Identifier: Apache-2.0

package import PareModel

/// A way to write and order versions.
package enum VersionScheme: String, Sendable, CaseIterable {
    /// Debian's and Ubuntu's packages.
    case dpkg
    /// Alpine's, Wolfi's and Chainguard's packages.
    case apk
    /// Strict semantic versions with npm's ranges.
    case npm
    /// PEP 440.
    case python
    case maven
    case gem
    /// Any count of numbers, pre-release, build: Go modules and crates.
    case segmented

    package init(_ kind: Package.Kind) {
        self =
            switch kind {
            case .dpkg: .dpkg
            case .apk: .apk
            case .npm, .node: .npm
            case .python, .cpython: .python
            case .gem: .gem
            case .go, .cargo: .segmented
            case .jar: .maven
            }
    }
}

/// Why versions cannot be compared.
package enum VersionError: Error, Equatable {
    /// A range that has no meaning in its scheme.
    case malformedRange(String, VersionScheme)
}

extension VersionError: Explained {
    package var problem: String {
        switch self {
        case .malformedRange(let text, let scheme): "'\(text)' is not a range of \(scheme.rawValue) versions"
        }
    }

    package var hint: String? { nil }
}
