// SPDX-License-Identifier: Apache-2.0

package import PareImage
package import PareModel

/// One kind of file that tells what is installed, and how it is read.
///
/// A cataloger is a value without state: a new one is one file in `Catalogers` and its name in ``all``.
package struct Cataloger: Sendable {
    package let name: String

    /// The files it wants.  Names of interests are unique among all catalogers.
    package let reads: [Interest]

    /// What one file says.  A pure function of the file's path, size, mode and content: a file that stands unchanged
    /// in several layers is read once.
    package let read: @Sendable (KeptFile) -> Reading

    /// Whether its packages are left out where the distribution's package manager lists their file.
    package let deference: Deference

    /// Of a file that lists what a package manager installed: calls with each path, without a leading slash.
    package let listing: (@Sendable (KeptFile, (ArraySlice<UInt8>) -> Void) -> Void)?

    /// The name of an interest: a file that it took too is not read.
    package let unless: String?

    /// What becomes of a package whose file came from the distribution's package manager.
    package enum Deference: Sendable {
        /// It counts.
        case none
        /// It does not count where a list *in the same layer* names its file, as Trivy has it.
        case sameLayer
        /// The function decides: from the package, whether a list in *any* layer names its file, and the packages
        /// of the distribution.  `true` leaves it to the distribution.
        case when(@Sendable (Package, _ isListed: Bool, _ among: [Package]) -> Bool)
    }

    package init(
        _ name: String, reads: [Interest], deference: Deference = .none, unless: String? = nil,
        listing: (@Sendable (KeptFile, (ArraySlice<UInt8>) -> Void) -> Void)? = nil,
        read: @escaping @Sendable (KeptFile) -> Reading
    ) {
        self.name = name
        self.reads = reads
        self.deference = deference
        self.unless = unless
        self.listing = listing
        self.read = read
    }

    /// Every cataloger there is.
    package static let all: [Cataloger] = [
        .distro, .dpkg, .apk, .npm, .python, .gem, .goBinary, .rustBinary, .jar, .node, .cpython, .sbom,
    ]
}

/// What one file says.
package struct Reading: Sendable {
    /// What is installed; the layer of their evidence is filled in later.
    package var packages: [Package] = []

    /// What the file says of the distribution.
    package var claim: DistroClaim?

    /// The Alpine release that the file takes packages from: `3.20`, `edge`.
    package var repositoryRelease: String?

    /// Jars that only an index can name; the layer of their evidence is filled in later.
    package var inquiries: [JarInquiry] = []

    package var diagnostics: [Diagnostic] = []

    package init() {}

    package init(packages: [Package]) { self.packages = packages }

    /// Nothing but a remark about the file.
    package init(_ severity: Diagnostic.Severity, _ message: String, at path: String) {
        diagnostics = [Diagnostic(severity, message, at: path)]
    }
}

/// What a file says of the distribution, and how much that is worth beside the other files' word.
package struct DistroClaim: Sendable, Hashable {
    package let distro: Distro

    /// The smallest wins; of equal ones the first path in byte order.
    package let rank: Int

    package init(_ family: String, _ version: String, rank: Int) {
        distro = Distro(family: family, version: version)
        self.rank = rank
    }
}

extension Package {
    /// A package as a cataloger finds it, before it is known which layer brought it.
    init(
        _ kind: Kind, _ name: String, _ version: String, architecture: String? = nil, source: Source? = nil,
        in path: String
    ) {
        self.init(
            kind, name: name, version: version, architecture: architecture, source: source,
            evidence: Evidence(path: path, layer: 0))
    }
}
