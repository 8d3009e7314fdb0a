// SPDX-License-Identifier: Apache-2.0
import PareBytes
package import PareModel

/// The dismissed findings of an image as an OpenVEX document, so that other scanners set them aside too.
///
/// A statement for each vulnerability and reason.  Products are the packages themselves, with version and all qualifiers:
/// Trivy knows an archive's image by no name, and a statement about the image alone would do nothing there.  The image
/// stands beside them, with the packages as its parts, where its manifest's digest and its name are known.
///
/// A rule of an ignore file shows nothing, so it makes no statement.  Same report, same text.
///
/// - SeeAlso: OpenVEX specification 0.2.0; trivy, `pkg/vex/openvex.go`.
package func openVEX(_ report: ScanReport, author: String = "pare") -> String {
    let statements = report.dismissed.byDismissal.compactMap { statement(on: $0, in: report) }
    let said: [(String, JSONValue?)] = [
        ("author", .string(author)), ("timestamp", .string(report.created)), ("version", .number("1")),
        ("tooling", .string("pare")), ("statements", .array(statements)),
    ]
    let about = report.image?.id.map { JSONValue.string($0.description) }
    let name = JSONValue.record(said + [("image", about)]).contentURN
    let context = JSONValue.string("https://openvex.dev/ns/v0.2.0")
    return JSONValue.record([("@context", context), ("@id", .string(name))] + said).document
}

private func statement(on findings: [Finding], in report: ScanReport) -> JSONValue? {
    guard let finding = findings.first, let dismissal = finding.dismissal, dismissal.isShown else {
        return nil
    }
    let packages = unique(findings.map { $0.package.purl(distro: report.distro) })
        .map { JSONValue.record([("@id", .string($0))]) }
    let image = report.image?.purl.map { purl in
        JSONValue.record([("@id", .string(purl)), ("subcomponents", .array(packages))])
    }
    return .record([
        (
            "vulnerability",
            .record([("@id", finding.primaryURL.map(JSONValue.string)), ("name", .string(finding.id))])
        ),
        ("products", .array([image].compactMap(\.self) + packages)),
        ("status", .string(VEXStatement.Status.notAffected.rawValue)),
        ("status_notes", dismissal.expires.map { .string("holds until \($0)") }),
        ("justification", dismissal.justification.map { .string($0.rawValue) }),
        ("impact_statement", .string(dismissal.statement)),
    ])
}

extension Dismissal {
    /// Whether there is more to it than somebody's wish.
    var isShown: Bool { justification != nil || !evidence.isEmpty }

    /// Who, why, and what shows it, in lines.
    var statement: String {
        (["\(by): \(reason)"] + evidence.map { "- " + $0 }).joined(separator: "\n")
    }
}

extension [Finding] {
    /// Findings of one id that are dismissed by the same for the same reason stand together, in the order of the first.
    var byDismissal: [[Finding]] {
        var places: [StatementKey: Int] = [:]
        var groups: [[Finding]] = []
        for finding in self {
            let key = StatementKey(id: finding.id, dismissal: finding.dismissal)
            if let place = places[key] {
                groups[place].append(finding)
            } else {
                places[key] = groups.count
                groups.append([finding])
            }
        }
        return groups
    }
}

/// What makes findings one statement.
private struct StatementKey: Hashable {
    let id: String
    let dismissal: Dismissal?
}

/// Each text once, in the order of the first.
func unique(_ texts: [String]) -> [String] {
    var seen: Set<String> = []
    return texts.filter { seen.insert($0).inserted }
}
