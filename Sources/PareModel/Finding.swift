// SPDX-License-Identifier: Apache-2.0

/// An advisory that applies to a package in an image.
public struct Finding: Hashable, Sendable, Codable {
    public let package: Package
    public let advisory: Advisory

    /// The version to go to, as a report prints it; empty where there is none.
    public let fixedVersion: String
    public let status: FixStatus
    public let severity: Severity

    /// Who gave the severity: `debian`, `nvd`; empty where it is the fallback.
    public let severitySource: String

    /// Why the finding does not count; `nil` for an open one.
    public let dismissal: Dismissal?

    public init(
        package: Package, advisory: Advisory, fixedVersion: String, status: FixStatus, severity: Severity,
        severitySource: String, dismissal: Dismissal? = nil
    ) {
        self.package = package
        self.advisory = advisory
        self.fixedVersion = fixedVersion
        self.status = status
        self.severity = severity
        self.severitySource = severitySource
        self.dismissal = dismissal
    }

    public var id: String { advisory.id }
    public var hasFix: Bool { !fixedVersion.isEmpty }
    public var isOpen: Bool { dismissal == nil }
}

extension Finding {
    /// The same finding, set aside; one that is set aside already stays as it is.
    public func dismissed(_ dismissal: Dismissal) -> Finding { isOpen ? with(dismissal) : self }

    /// The same finding, whoever has set it aside.
    public var reopened: Finding { with(nil) }

    private func with(_ dismissal: Dismissal?) -> Finding {
        Finding(
            package: package, advisory: advisory, fixedVersion: fixedVersion, status: status,
            severity: severity, severitySource: severitySource, dismissal: dismissal)
    }
}
