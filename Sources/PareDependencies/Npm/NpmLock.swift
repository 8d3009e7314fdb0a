// SPDX-License-Identifier: Apache-2.0
package import PareBytes

/// `package-lock.json` or `npm-shrinkwrap.json`, versions 1 to 3.
///
/// - SeeAlso: npm's documentation, "package-lock.json".
package struct NpmLock: Sendable {
    package let version: Int
    package let tree: DependencyTree

    /// More packages than any application has.
    private static let nodeLimit = 200_000

    /// Reads a lock file beside the manifest that it belongs to.
    ///
    /// - Throws: ``DependencyError``; `.contradiction` where the two do not say the same.
    package init(_ text: String, named file: String, manifest: JSONValue) throws(DependencyError) {
        let lock = try JSONValue(text, named: file)
        let version = lock["lockfileVersion"]?.integer ?? 1
        var builder: Builder
        if let packages = lock["packages"]?.members {
            builder = Builder(packages: packages)
        } else if let dependencies = lock["dependencies"]?.members {
            builder = Builder(dependencies: dependencies, manifest: manifest)
        } else if lock.members != nil, version < 4 {
            builder = Builder(dependencies: [], manifest: manifest)
        } else {
            throw .notUnderstood(file: file, reason: "it lists no packages")
        }
        guard builder.entries.count < Self.nodeLimit else { throw .tooLarge(file: file) }
        self.version = version
        tree = builder.tree()
        if let name = Self.contradiction(tree, lock["packages"]?[""] ?? manifest, manifest) {
            throw .contradiction(lock: file, manifest: "package.json", package: name)
        }
    }

    /// The first package of which manifest and lock file do not say the same.
    private static func contradiction(
        _ tree: DependencyTree, _ locked: JSONValue, _ manifest: JSONValue
    ) -> String? {
        for kind in DependencyTree.Edge.Kind.allCases {
            let ours = manifest[kind.rawValue].ranges
            let theirs = locked[kind.rawValue].ranges
            let names = Set(ours.keys).union(theirs.keys).sorted()
            if let name = names.first(where: { ours[$0] != theirs[$0] }) { return name }
        }
        return tree.nodes[0].edges.first { $0.target == nil && $0.kind == .dependencies }?.name
    }
}

/// Puts the entries of a lock file together.
private struct Builder {
    struct Entry {
        let path: String
        let record: JSONValue
        /// Of version 1, which has other words.
        let isOld: Bool
    }

    private(set) var entries: [Entry] = []
    private var places: [String: Int] = [:]

    init(packages: [JSONValue.Member]) {
        let root = packages.last { $0.name.isEmpty }?.value ?? .object([])
        entries.append(Entry(path: "", record: root, isOld: false))
        for member in packages where !member.name.isEmpty {
            entries.append(Entry(path: member.name, record: member.value, isOld: false))
        }
        index()
    }

    init(dependencies: [JSONValue.Member], manifest: JSONValue) {
        entries.append(Entry(path: "", record: manifest, isOld: false))
        var pending = [(prefix: "", members: dependencies)]
        while let (prefix, members) = pending.popLast() {
            for member in members {
                let path = prefix + "node_modules/" + member.name
                entries.append(Entry(path: path, record: member.value, isOld: true))
                if let nested = member.value["dependencies"]?.members {
                    pending.append((path + "/", nested))
                }
            }
        }
        index()
    }

    private mutating func index() {
        for (place, entry) in entries.enumerated() { places[entry.path] = place }
    }

    func tree() -> DependencyTree { DependencyTree(nodes: entries.map(node)) }

    private func node(_ entry: Entry) -> DependencyTree.Node {
        let record = entry.record
        let inPath = entry.path.range(ofLast: "node_modules/").map { String(entry.path[$0.upperBound...]) }
        var version = record["version"]?.text ?? ""
        let folder = entry.path.split(separator: "/").last.map(String.init)
        var name = record["name"]?.text ?? inPath ?? folder ?? ""
        if entry.isOld, version.hasPrefix("npm:"), let at = version.dropFirst(5).lastIndex(of: "@") {
            name = String(version[version.index(version.startIndex, offsetBy: 4)..<at])
            version = String(version[version.index(after: at)...])
        }
        return DependencyTree.Node(
            path: entry.path, name: name, version: version,
            isWorkspace: inPath == nil && !entry.path.isEmpty,
            isDevelopment: record["dev"]?.isTrue == true,
            isOptional: record["optional"]?.isTrue == true || record["devOptional"]?.isTrue == true,
            isBundled: record["inBundle"]?.isTrue == true || record["bundled"]?.isTrue == true,
            edges: edges(of: entry))
    }

    private func edges(of entry: Entry) -> [DependencyTree.Edge] {
        if entry.record["link"]?.isTrue == true { return [] }
        if entry.isOld {
            return edges(.dependencies, entry.record["requires"], from: entry.path)
        }
        let isOwn = entry.path.range(ofLast: "node_modules/") == nil
        var edges: [DependencyTree.Edge] = []
        var seen: Set<String> = []
        // A package that stands in two lists counts in the first of these, as npm has it.
        let kinds: [DependencyTree.Edge.Kind] = [
            .optionalDependencies, .dependencies, .peerDependencies, .devDependencies,
        ]
        for kind in kinds where kind != .devDependencies || isOwn {
            edges += self.edges(kind, entry.record[kind.rawValue], from: entry.path)
                .filter { seen.insert($0.name).inserted }
        }
        return edges
    }

    private func edges(
        _ kind: DependencyTree.Edge.Kind, _ list: JSONValue?, from path: String
    ) -> [DependencyTree.Edge] {
        (list?.members ?? []).compactMap { member in
            guard let range = member.value.text else { return nil }
            return DependencyTree.Edge(
                name: member.name, range: range, kind: kind, target: resolve(member.name, from: path))
        }
    }

    /// Where Node.js finds a package: in the asking folder's `node_modules`, or in that of a folder above.
    private func resolve(_ name: String, from path: String) -> Int? {
        var folder = path[...]
        while true {
            let candidate = folder.isEmpty ? "node_modules/" + name : folder + "/node_modules/" + name
            if let place = places[candidate] {
                let record = entries[place].record
                guard record["link"]?.isTrue == true else { return place }
                return record["resolved"]?.text.flatMap { places[$0] }
            }
            guard !folder.isEmpty else { return nil }
            folder = folder.lastIndex(of: "/").map { folder[..<$0] } ?? ""
        }
    }
}

extension String {
    func range(ofLast part: String) -> Range<String.Index>? {
        var found: Range<String.Index>?
        var rest = self[...]
        while let range = rest.firstRange(of: part) {
            found = range
            rest = rest[range.upperBound...]
        }
        return found
    }
}

extension JSONValue? {
    /// The members of an object that are texts.
    var ranges: [String: String] {
        Dictionary((self?.members ?? []).compactMap { m in m.value.text.map { (m.name, $0) } }) { $1 }
    }
}

extension JSONValue {
    /// Reads a file of an application.
    package init(_ text: String, named file: String) throws(DependencyError) {
        guard text.utf8.count <= 64 << 20 else { throw .tooLarge(file: file) }
        do throws(JSONValue.Malformed) {
            try self.init(Array(text.utf8))
        } catch {
            throw .notJSON(file: file, offset: error.offset)
        }
        guard members != nil else { throw .notUnderstood(file: file, reason: "it is not an object") }
    }
}
