// SPDX-License-Identifier: Apache-2.0
package import PareModel

/// The files of an image as a container sees them, all layers laid over each other.
///
/// Paths are given and taken without a leading slash; one that is given may have it.
package struct FileTree: Sendable {
    private let builder: FileTreeBuilder
    let image: String
    let layers: [Layer]

    /// One path.
    package struct Item: Sendable, Hashable {
        package let path: String
        package let kind: Kind
        /// Length of a file; 0 for others.  In bytes.
        package let size: Int64
        /// Permission bits; 0o755 for a folder that no layer has an entry of.
        package let mode: UInt16
        /// Index of the layer that brought it; `nil` for a folder that no layer has an entry of.
        package let layer: Int?
        /// Whether a file is one more name of another.
        package let isHardLink: Bool
        /// Where the content begins in the layer's tar; -1 where that is not known.
        package let offset: Int64
        /// Whether a file has a mark that gives whoever runs it other rights: set-user-ID, set-group-ID, capabilities.
        package let givesRights: Bool

        package var isFile: Bool { kind == .file }
    }

    package enum Kind: Sendable, Hashable {
        case file
        case folder
        /// A link, with what stands in it.
        case symbolicLink(String)
        /// A device, pipe or socket.
        case other
    }

    init(_ builder: FileTreeBuilder, image: String, layers: [Layer]) {
        self.builder = builder
        self.image = image
        self.layers = layers
    }

    /// What is at a path; links on the way are not followed, nor is one at its end.
    package func lookup(_ path: String) -> Item? {
        var cleaned: [UInt8] = []
        guard clean(Array(path.utf8), into: &cleaned) != .nowhere else { return nil }
        return node(cleaned).map(item)
    }

    /// What a program finds at a path: links are followed wherever they stand, and never out of the root.
    ///
    /// - Returns: A file, folder or other thing under its own path; `nil` where there is nothing, or links go round.
    package func resolve(_ path: String) -> Item? {
        var rest = path.utf8.split(separator: 0x2F).reversed().map { Array($0) }
        var place: [UInt8] = []
        var found = FileTreeBuilder.root
        // The kernel gives up after as many links.
        var linksLeft = 40
        while let part = rest.popLast() {
            if part == [0x2E] { continue }
            if part == [0x2E, 0x2E] {
                place.removeSubrange((place.lastIndex(of: 0x2F) ?? 0)...)
                continue
            }
            let next = place + (place.isEmpty ? [] : [0x2F]) + part
            guard next.count <= pathLimit, let node = node(next) else { return nil }
            found = node
            guard let target = linkTarget(node) else {
                place = next
                guard rest.isEmpty || builder.nodes[Int(node)].isFolder else { return nil }
                continue
            }
            linksLeft -= 1
            guard linksLeft >= 0, rest.count <= pathLimit else { return nil }
            if target.first == 0x2F { place = [] }
            rest += target.split(separator: 0x2F).reversed().map { Array($0) }
        }
        found = node(place) ?? found
        return item(found)
    }

    /// The names in a folder, sorted; empty for what is no folder.
    package func children(of path: String) -> [String] {
        var cleaned: [UInt8] = []
        guard clean(Array(path.utf8), into: &cleaned) != .nowhere, let node = node(cleaned) else { return [] }
        let skipped = cleaned.isEmpty ? 0 : cleaned.count + 1
        var names: [String] = []
        forEachChild(node) { child in
            names.append(builder.withPath(child) { String(decoding: $0.dropFirst(skipped), as: UTF8.self) })
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Calls with everything there is but the root, folders before what is in them.
    package func forEach(_ body: (Item) throws -> Void) rethrows {
        var pending: [Int32] = [FileTreeBuilder.root]
        while let folder = pending.popLast() {
            var children: [Int32] = []
            forEachChild(folder) { children.append($0) }
            for child in children {
                try body(item(child))
                if builder.nodes[Int(child)].firstChild >= 0 { pending.append(child) }
            }
        }
    }

    /// Sum of the lengths of all files, each counted once however many names it has.
    package var size: ByteCount {
        struct Place: Hashable {
            let layer: Int?
            let offset: Int64
        }
        var total = ByteCount.zero
        var counted: Set<Place> = []
        forEach { item in
            guard item.isFile else { return }
            let isNew =
                item.offset < 0
                ? !item.isHardLink : counted.insert(Place(layer: item.layer, offset: item.offset)).inserted
            if isNew { total += ByteCount(item.size) }
        }
        return total
    }

    /// Whether it is of a root file system in a folder, which may have lost marks of files when it was unpacked.
    package var isOfFolder: Bool {
        layers.contains { if case .folder = $0.place { true } else { false } }
    }

    /// Whether paths were left out because there were too many.
    package var isFull: Bool { builder.isFull }

    /// For each layer, which of its entries are seen.
    func visibleEntries() -> [[Bool]] {
        var visible = builder.layers.map { [Bool](repeating: false, count: $0.entries.count) }
        for node in builder.nodes where node.isThere && node.layer >= 0 {
            visible[Int(node.layer)][Int(node.entry)] = true
        }
        return visible
    }
}

extension FileTree {
    private func node(_ path: [UInt8]) -> Int32? {
        path.withUnsafeBytes { path in
            guard let node = builder.find(path, hash: PathHash.of(path)), builder.nodes[Int(node)].isThere
            else {
                return nil
            }
            return node
        }
    }

    private func forEachChild(_ node: Int32, _ body: (Int32) -> Void) {
        var child = builder.nodes[Int(node)].firstChild
        while child >= 0 {
            body(child)
            child = builder.nodes[Int(child)].next
        }
    }

    private func entry(_ node: Int32) -> (index: LayerIndex, entry: LayerIndex.Entry)? {
        let node = builder.nodes[Int(node)]
        guard node.layer >= 0 else { return nil }
        let index = builder.layers[Int(node.layer)]
        return (index, index.entries[Int(node.entry)])
    }

    /// What stands in a link.  One more name of a link leads to the link itself.
    private func linkTarget(_ node: Int32) -> [UInt8]? {
        guard let (index, entry) = entry(node), entry.kind == .symbolicLink else { return nil }
        return (entry.isHardLink ? [0x2F] : []) + index.link(entry)
    }

    private func item(_ node: Int32) -> Item {
        let path = builder.withPath(node) { String(decoding: $0, as: UTF8.self) }
        let layer = Int(builder.nodes[Int(node)].layer)
        guard let (_, entry) = entry(node) else {
            return Item(
                path: path, kind: .folder, size: 0, mode: 0o755, layer: nil, isHardLink: false, offset: -1,
                givesRights: false)
        }
        let kind: Kind =
            switch entry.kind {
            case .file: .file
            case .folder: .folder
            case .symbolicLink: .symbolicLink(String(decoding: linkTarget(node) ?? [], as: UTF8.self))
            default: .other
            }
        return Item(
            path: path, kind: kind, size: kind == .file ? entry.size : 0, mode: entry.mode, layer: layer,
            isHardLink: entry.isHardLink, offset: entry.offset,
            givesRights: kind == .file && entry.givesRights)
    }
}
