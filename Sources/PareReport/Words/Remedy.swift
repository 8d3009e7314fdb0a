// SPDX-License-Identifier: Apache-2.0
import PareModel
import PareVersions

extension Finding {
    /// Versions that closed it, as far as they can be compared; the feeds of languages name one for each branch.
    fileprivate var fixes: [(text: String, version: Version)] {
        let scheme = VersionScheme(package.kind)
        return fixedVersion.split(separator: ",").compactMap { part in
            let text = String(part.drop { $0 == " " })
            return Version(text, in: scheme).map { (text, $0) }
        }
    }

    /// What is left to say of a finding that no version closes, in few words.
    fileprivate var waiting: String {
        switch status {
        case .willNotFix: "will not fix"
        case .fixDeferred: "fix deferred"
        case .endOfLife: "end of life"
        case .underInvestigation: "being looked at"
        case .unknown, .notAffected, .affected, .fixed: "no fix yet"
        }
    }

    /// The version to go to, or why there is none, in few words: `20.18.2`, `will not fix`.
    var remedy: String { PareReport.remedy(for: [self]) }

    /// Why a finding is still there, as half a sentence; the distribution is the image's.
    func reason(in distro: Distro?) -> String {
        if hasFix { return "closed by going to \(remedy)" }
        let isSystem = package.kind.isOperatingSystem
        let who = isSystem ? distro?.release ?? "the distribution" : "its maintainers"
        switch status {
        case .willNotFix: return "\(who) will not fix it"
        case .fixDeferred: return "\(who) put the fix off"
        case .endOfLife: return "\(who) no longer looks after it"
        case .underInvestigation: return "\(who) \(isSystem ? "is" : "are") looking at it"
        case .unknown, .notAffected, .affected, .fixed:
            return isSystem ? "no fix in \(who) yet" : "no version is free of it yet"
        }
    }
}

extension Distro {
    /// `debian 12`, `alpine 3.19`, `wolfi`: the release as people speak of it.
    var release: String {
        let parts = version.split(separator: ".")
        switch family {
        case "wolfi", "chainguard": return family
        case "alpine", "ubuntu":
            return ([family] + [parts.prefix(2).joined(separator: ".")]).joined(separator: " ")
        default: return parts.isEmpty ? family : "\(family) \(parts[0])"
        }
    }
}

/// The lowest version that closes all of a package's findings, or what they wait for.
///
/// Where a feed names a fix for each branch, a version closes the finding when it is no older than the fix of its own
/// branch, or than all fixes.
func remedy(for findings: [Finding]) -> String {
    guard let first = findings.first else { return "" }
    guard findings.allSatisfy(\.hasFix) else { return first.waiting }
    let lists = findings.map(\.fixes)
    guard lists.allSatisfy({ !$0.isEmpty }) else { return first.fixedVersion }
    let installed = Version(first.package.version, in: VersionScheme(first.package.kind))
    let offered = lists.joined().filter { fix in installed.map { $0 < fix.version } ?? true }
        .sorted { $0.version < $1.version }
    let closing = offered.first { candidate in
        lists.allSatisfy { list in
            let reached = list.filter { $0.version <= candidate.version }
            return reached.count == list.count
                || reached.contains { branch($0.text) == branch(candidate.text) }
        }
    }
    return (closing ?? offered.last)?.text ?? first.fixedVersion
}

/// What a release line is named by: the first number of a version.
private func branch(_ version: String) -> Substring {
    version.drop { !$0.isNumber }.prefix(while: \.isNumber)
}
