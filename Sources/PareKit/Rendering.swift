// SPDX-License-Identifier: Apache-2.0
public import PareModel
import PareReport

extension ScanReport {
    /// The report for a person; `listsEveryFinding` gives each finding a row, in place of each package and fix.
    public func table(_ style: TableStyle, listsEveryFinding: Bool = false) -> String {
        scanTable(self, style: style, listsEveryFinding: listsEveryFinding)
    }

    /// Trivy's JSON, schema version 2.
    public func trivyJSON(listsAllPackages: Bool) -> String {
        PareReport.trivyJSON(self, listsAllPackages: listsAllPackages)
    }

    /// The dismissed findings as an OpenVEX document.
    public var openVEX: String { PareReport.openVEX(self) }

    /// The packages and findings as a bill of materials: CycloneDX 1.6.
    public var cycloneDX: String { PareReport.cycloneDX(self) }

    /// The packages as a bill of materials: SPDX 2.3.
    public var spdx: String { PareReport.spdx(self) }
}

extension Behaviour {
    public func table(_ style: TableStyle) -> String { behaviourTable(self, style: style) }
    public var json: String { PareReport.json(self) }
}

extension Comparison {
    public func table(_ style: TableStyle) -> String { comparisonTable(self, style: style) }
    public var json: String { comparisonJSON(self) }
    public var html: String { comparisonHTML(self, title: "\(before.target) and \(after.target)") }
}

extension FixProof {
    /// What the user of `pare fix` reads in the end.
    public func table(_ style: TableStyle) -> String { proofTable(self, style: style) }
    public var json: String { proofJSON(self) }
}

extension FixPlan {
    public func table(_ style: TableStyle) -> String { planTable(self, style: style) }
    public var json: String { PareReport.json(self) }
}

extension Verification {
    public func table(_ style: TableStyle) -> String { verificationTable(self, style: style) }
    public var json: String { verificationJSON(self) }
}

extension AttachmentList {
    public func table(_ style: TableStyle) -> String { attachmentsTable(self, style: style) }
    public var json: String { attachmentsJSON(self) }
}
