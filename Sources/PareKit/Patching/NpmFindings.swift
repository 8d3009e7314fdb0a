// SPDX-License-Identifier: Apache-2.0
import PareDependencies
import PareModel

/// The findings of an image in npm packages: the application's, and those of package managers.
struct NpmFindings {
    private(set) var ofApplication: Set<FindingKey> = []
    private(set) var diagnostics: [Diagnostic] = []

    init(_ findings: [Finding]) {
        var others: [String: Set<String>] = [:]
        for finding in findings where finding.package.kind == .npm {
            if let owner = Self.owner(ofPath: finding.package.evidence.path) {
                others[owner, default: []].insert(finding.id)
            } else {
                ofApplication.insert(FindingKey(package: finding.package.name, id: finding.id))
            }
        }
        for (owner, ids) in others.sorted(by: { $0.key < $1.key }) {
            let text =
                "\(ids.count) of the findings are in packages of \(owner), which a final image does without"
            diagnostics.append(Diagnostic(.note, text))
        }
    }

    /// The program in whose folder a package stands, which is not the application: `npm` of
    /// `usr/local/lib/node_modules/npm/node_modules/tar/package.json`.
    private static func owner(ofPath path: String) -> String? {
        let places = [
            "usr/local/lib/node_modules/", "usr/lib/node_modules/", "usr/share/nodejs/", "opt/yarn",
        ]
        guard let place = places.first(where: path.hasPrefix) else { return nil }
        guard place.hasSuffix("/") else { return "yarn" }
        let parts = path.dropFirst(place.utf8.count).split(separator: "/")
        return parts.first.map { $0.hasPrefix("@") ? parts.prefix(2).joined(separator: "/") : String($0) }
    }

    /// What is only needed to develop the application.
    func notes(onDevelopment tree: DependencyTree, runtime: Set<FindingKey>) -> [Diagnostic] {
        let names = Set(tree.packages.filter(\.isDevelopment).map(\.name))
        let left = ofApplication.subtracting(runtime).filter { names.contains($0.package) }
        return Set(left.map(\.package)).sorted().map { name in
            Diagnostic(
                .note,
                "\(name) is only needed to develop the application, so it goes away with those packages")
        }
    }
}
