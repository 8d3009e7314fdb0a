// SPDX-License-Identifier: Apache-2.0

/// How a vulnerability of a library can be entered, as public sources say, so that it can be told whether an image does.
public struct Flaw: Hashable, Sendable {
    /// `CVE-2026-6368`.
    public let id: String
    /// Source packages of a distribution that have it: `glibc`.
    public let packages: [String]
    /// Distributions whose builds of them were looked at: `debian`.  Others may be built in another way.
    public let distributions: [String]
    /// The libraries that hold it, by soname or file name; empty where that is not said.
    public let libraries: [String]
    public let condition: Condition
    /// Address of the advisory or commit that says so.
    public let source: String
    /// One sentence for a reader.
    public let note: String

    public enum Condition: Hashable, Sendable {
        /// By calling one of these exported functions.  A name that ends in `@` is exported for old programs only, so that
        /// `dlsym` does not find it.
        case entryFunctions([String])
        /// By calling one of these functions with a format that has one of these conversions: `mc` for `%mc`.
        case formatString([String], conversions: [String])
        /// By these functions, which only libraries of these sonames call, and those only for one of these exports of theirs.
        case throughExport([String], importers: [String], entries: [String])
        /// It lies in these files only; `*` stands for any run of characters.
        case onlyInFiles([String])
        /// It is not compiled into the distribution's libraries; the symbols it would bring are absent from them.
        case onlyInBuild(absentSymbols: [String])
        /// It matters only in programs that run with more rights than their caller has: whoever calls others gains nothing.
        case onlyWithMoreRights
        /// It is there on processors of these names only, as the distribution has them: `i386`.
        case onlyOnArchitectures([String])
        /// Nobody says how.
        case unknown
    }

    public init(
        id: String, packages: [String], distributions: [String], libraries: [String], condition: Condition,
        source: String, note: String
    ) {
        self.id = id
        self.packages = packages
        self.distributions = distributions
        self.libraries = libraries
        self.condition = condition
        self.source = source
        self.note = note
    }

    /// Whether a finding is about this flaw.
    public func concerns(_ finding: Finding) -> Bool {
        let package = finding.package
        return finding.id == id && package.kind.isOperatingSystem
            && (packages.contains(package.source?.name ?? package.name) || packages.contains(package.name))
    }

    /// A symbol's name without the mark that only old programs import it.
    public static func bareName(_ name: String) -> String {
        name.hasSuffix("@") ? String(name.dropLast()) : name
    }
}
