// SPDX-License-Identifier: Apache-2.0
package import PareModel
import PareVersions

extension PythonPackages {
    /// What had to move so that a step could be taken, of what the application's files hold to one version each: what the
    /// step's package asks for, and what that in turn asks for.
    ///
    /// `old` are the packages before.
    package func companions(
        of step: DependencyPatch.Step, from old: PythonPackages, pinned: Set<String>
    ) -> [DependencyPatch.Companion] {
        var companions: [DependencyPatch.Companion] = []
        var pending = [step.package]
        var seen: Set<String> = [step.package.pythonName]
        while let asker = pending.popLast().flatMap(named) {
            for need in asker.needs where !seen.contains(need.name) {
                guard let now = named(need.name), need.takes(now.version) else { continue }
                let before = old.named(need.name)
                guard now.version != before?.version else { continue }
                if let before, pinned.contains(need.name) {
                    guard !need.takes(before.version) else { continue }
                    companions.append(
                        .init(moving: before, to: now, reason: "needed by \(asker.name) \(asker.version)"))
                }
                seen.insert(need.name)
                pending.append(need.name)
            }
        }
        return companions
    }

    /// What moved though nothing asked for it: what its version before asks for is not what the steps bring.
    package func others(
        than found: Set<String>, from old: PythonPackages, pinned: Set<String>
    ) -> [DependencyPatch.Companion] {
        all.compactMap { now in
            let name = now.name.pythonName
            guard pinned.contains(name), !found.contains(name), let before = old.named(name),
                before.version != now.version
            else { return nil }
            let limit = before.needs.first { need in named(need.name).map { !need.takes($0.version) } ?? false
            }
            let other = limit.flatMap { named($0.name) }
            let reason = other.map { "the one before does not go with \($0.name) \($0.version)" }
            return .init(
                moving: before, to: now, reason: reason ?? "the one before does not go with the others")
        }
    }

    /// The smallest version of those offered, between `old` and the one here, that all take who need the package, whatever
    /// the packages say that are `ignoring`; `nil` where the one here cannot be undercut.
    package func smallest(
        _ name: String, from old: String, offered: [String], ignoring ignored: Set<String>,
        where suits: (String) -> Bool
    ) -> String? {
        guard let now = named(name), let newest = Version(now.version, in: .python),
            let oldest = Version(old, in: .python)
        else { return nil }
        let askers = all.filter { !ignored.contains($0.name.pythonName) }
        let needs = askers.flatMap(\.needs).filter { $0.name == name.pythonName && $0.takes(now.version) }
        return offered.compactMap { text in Version(text, in: .python).map { (text, $0) } }
            .filter { text, version in
                version > oldest && version < newest && text.isRelease && needs.allSatisfy { $0.takes(text) }
            }
            .sorted { $0.1 < $1.1 }.map(\.0).first(where: suits)
    }
}

extension DependencyPatch.Companion {
    fileprivate init(
        moving before: PythonPackages.Distribution, to now: PythonPackages.Distribution, reason: String
    ) {
        let crosses = before.version.split(separator: ".").first != now.version.split(separator: ".").first
        self.init(
            package: now.name, from: before.version, to: now.version, crossesMajor: crosses,
            reason: reason)
    }
}
