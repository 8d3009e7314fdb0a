// SPDX-License-Identifier: Apache-2.0

package import PareModel
import PareVersions

/// Judges which advisories apply to packages.
///
/// Of advisories with one id only the last counts, so a store gives them in the byte order of its sources.
/// A version or range that cannot be read makes no finding; a diagnostic says so.  The rules are Trivy's
/// but where `docs/differences.md` says otherwise.
///
/// - Parameters:
///   - candidates: Packages with what may apply to them.
///   - distro: The image's.
///   - detail: Gives what is known of a vulnerability beyond its advisory; is asked for those that apply only.
/// - Returns: Those that apply, in the order of a report, and what could not be compared.
/// - Throws: What `detail` throws.
package func findings<Failure>(
    of candidates: some Sequence<Candidate>, distro: Distro?,
    detail: (Advisory, Package) throws(Failure) -> Advisory.Detail?
) throws(Failure) -> (findings: [Finding], diagnostics: [Diagnostic]) {
    var findings: [Finding] = []
    var diagnostics: [Diagnostic] = []
    for candidate in candidates where !candidate.advisories.isEmpty && !candidate.package.version.isEmpty {
        guard let matcher = Matcher(candidate.package, distro: distro) else {
            diagnostics.append(.unreadableVersion(of: candidate.package))
            continue
        }
        // By their places: copying an advisory takes longer than judging it.
        let advisories = candidate.advisories.lastOfEachID
        for index in advisories.indices {
            switch matcher.verdict(on: advisories[index]) {
            case .affected:
                let detail = try detail(advisories[index], candidate.package)
                findings.append(Finding(candidate.package, advisories[index].with(detail)))
            case .notAffected: break
            case .unreadable(let text):
                diagnostics.append(.unreadable(text, in: advisories[index], for: candidate.package))
            }
        }
    }
    return (findings.unique.inReportOrder, diagnostics)
}

/// The same of candidates in parts, as if they had been together.
package func findings(
    in parts: [(findings: [Finding], diagnostics: [Diagnostic])]
) -> (findings: [Finding], diagnostics: [Diagnostic]) {
    (parts.flatMap(\.findings).unique.inReportOrder, parts.flatMap(\.diagnostics))
}

extension [Advisory] {
    fileprivate var lastOfEachID: [Advisory] {
        // One source alone has each id once.
        if indices.dropFirst().allSatisfy({ self[$0 - 1].id.precedes(self[$0].id) }) { return self }
        var places: [String: Int] = [:]
        var kept: [Advisory] = []
        for advisory in self {
            if let place = places[advisory.id] {
                kept[place] = advisory
            } else {
                places[advisory.id] = kept.count
                kept.append(advisory)
            }
        }
        return kept
    }
}

extension Finding {
    fileprivate init(_ package: Package, _ advisory: Advisory) {
        let fixedVersion = advisory.printedFix(for: package.kind)
        let (severity, source) = advisory.severityAndSource
        self.init(
            package: package, advisory: advisory, fixedVersion: fixedVersion,
            status: advisory.status(fixedVersion: fixedVersion), severity: severity, severitySource: source)
    }
}

extension Diagnostic {
    fileprivate static func unreadableVersion(of package: Package) -> Diagnostic {
        Diagnostic(
            .warning,
            "version '\(package.version)' of '\(package.name)' cannot be compared, so nothing is known of it",
            at: package.evidence.path)
    }

    fileprivate static func unreadable(_ text: String, in advisory: Advisory, for package: Package)
        -> Diagnostic
    {
        Diagnostic(
            .warning, "'\(text)' in \(advisory.id) for '\(package.name)' cannot be read, so it is left out",
            at: package.evidence.path)
    }
}
