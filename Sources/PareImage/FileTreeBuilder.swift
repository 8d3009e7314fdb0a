// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Lays layers over each other, oldest first, and knows for every path which layer's entry a container sees.
///
/// Nodes of removed paths stay, without a parent, so that nothing is gone over twice; the work grows with the number of
/// entries and not with the number of marks.
struct FileTreeBuilder {
    struct Node {
        let hash: UInt64
        /// Where the path stands: in a layer's index; a folder without an entry borrows the start of its file's path.
        let pathLayer: Int32
        let pathStart: UInt32
        let pathCount: UInt16
        /// The entry that is seen; -1 for a folder that no layer has an entry of.
        var layer: Int32 = -1
        var entry: Int32 = -1
        var isFolder = true
        /// Whether it hangs in the tree.
        var isThere = false
        let parent: Int32
        var firstChild: Int32 = -1
        var next: Int32 = -1
        var previous: Int32 = -1

        /// Becomes a folder that no layer has an entry of.
        mutating func becomeFolder() {
            isFolder = true
            layer = -1
            entry = -1
        }

        /// Comes to be there, before what was its folder's first.
        mutating func hang(before first: Int32) {
            becomeFolder()
            isThere = true
            previous = -1
            next = first
        }

        mutating func show(_ position: Int, of layer: Int32, isFolder: Bool) {
            self.isFolder = isFolder
            self.layer = layer
            entry = Int32(truncatingIfNeeded: position)
        }
    }

    private(set) var nodes: [Node]
    private(set) var layers: [LayerIndex] = []
    /// Open addressing; -1 is free.
    private var slots: [Int32]
    private var lastFolder: Int32 = 0
    /// Whether paths were left out because there were too many.
    private(set) var isFull = false

    static let root: Int32 = 0
    /// A hundred times the files of an ordinary image.
    private static let limit = 10_000_000

    init(expecting count: Int) {
        var capacity = 64
        while capacity < count * 2 { capacity *= 2 }
        slots = [Int32](repeating: -1, count: capacity)
        nodes = []
        nodes.reserveCapacity(count + 1)
        let empty = PathHash.of(UnsafeRawBufferPointer(start: nil, count: 0))
        nodes.append(Node(hash: empty, pathLayer: -1, pathStart: 0, pathCount: 0, isThere: true, parent: -1))
        insertSlot(Self.root)
    }

    /// Lays the next layer over what is there.
    ///
    /// Marks of removal concern older layers only, wherever they stand among the entries.
    mutating func add(_ index: LayerIndex) {
        layers.append(index)
        let layer = Int32(layers.count - 1)
        for kind in [LayerIndex.Kind.opaque, .whiteout] {
            for (position, entry) in index.entries.enumerated() where entry.kindNumber == kind.rawValue {
                guard let node = find(index, entry, hash: index.hashes[position]), nodes[Int(node)].isThere
                else {
                    continue
                }
                if kind == .whiteout, node != Self.root { detach(node) } else { detachChildren(of: node) }
            }
        }
        for (position, entry) in index.entries.enumerated() {
            guard entry.kind != .opaque, entry.kind != .whiteout else { continue }
            guard nodes.count < Self.limit else {
                isFull = true
                return
            }
            index.withPath(entry) { path in
                let place = PathPlace(layer: layer, start: entry.start)
                let node = node(at: path, hash: index.hashes[position], place: place)
                guard node != Self.root else { return }
                attach(node)
                if entry.kind != .folder { detachChildren(of: node) }
                nodes[Int(node)].show(position, of: layer, isFolder: entry.kind == .folder)
            }
        }
    }

    /// Where a path's bytes are kept.
    private struct PathPlace {
        let layer: Int32
        let start: UInt32
    }

    /// The node of a path, made with its folders where it is not there yet.
    private mutating func node(at path: UnsafeRawBufferPointer, hash: UInt64, place: PathPlace) -> Int32 {
        if let node = find(path, hash: hash) { return node }
        let parent = folder(of: path, place: place)
        nodes.append(
            Node(
                hash: hash, pathLayer: place.layer, pathStart: place.start,
                pathCount: UInt16(clamping: path.count),
                parent: parent))
        let node = Int32(nodes.count - 1)
        insertSlot(node)
        return node
    }

    /// The folder that a path is in.  Paths come folder by folder, so it is mostly the same as before.
    private mutating func folder(of path: UnsafeRawBufferPointer, place: PathPlace) -> Int32 {
        guard let slash = path.lastIndex(of: 0x2F) else { return Self.root }
        let folder = UnsafeRawBufferPointer(rebasing: path[..<slash])
        if matches(lastFolder, folder) { return lastFolder }
        // A folder's path begins where its file's does.  The way up is at most as long as the path has slashes.
        lastFolder = node(at: folder, hash: PathHash.of(folder), place: place)
        return lastFolder
    }

    /// Hangs a node into the tree, with the folders above it; what was no folder there becomes one.
    private mutating func attach(_ node: Int32) {
        var node = node
        while node != Self.root, !nodes[Int(node)].isThere {
            let parent = nodes[Int(node)].parent
            let first = nodes[Int(parent)].firstChild
            nodes[Int(node)].hang(before: first)
            if first >= 0 { nodes[Int(first)].previous = node }
            nodes[Int(parent)].firstChild = node
            if !nodes[Int(parent)].isFolder { nodes[Int(parent)].becomeFolder() }
            node = parent
        }
    }

    /// Takes a node and all below it out of the tree.
    private mutating func detach(_ node: Int32) {
        let parent = nodes[Int(node)].parent
        let (previous, next) = (nodes[Int(node)].previous, nodes[Int(node)].next)
        if previous >= 0 { nodes[Int(previous)].next = next } else { nodes[Int(parent)].firstChild = next }
        if next >= 0 { nodes[Int(next)].previous = previous }
        nodes[Int(node)].isThere = false
        detachChildren(of: node)
    }

    private mutating func detachChildren(of node: Int32) {
        guard nodes[Int(node)].firstChild >= 0 else { return }
        var pending = [node]
        while let folder = pending.popLast() {
            var child = nodes[Int(folder)].firstChild
            nodes[Int(folder)].firstChild = -1
            while child >= 0 {
                nodes[Int(child)].isThere = false
                if nodes[Int(child)].firstChild >= 0 { pending.append(child) }
                child = nodes[Int(child)].next
            }
        }
    }
}

extension FileTreeBuilder {
    func withPath<Result>(_ node: Int32, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        let node = nodes[Int(node)]
        guard node.pathLayer >= 0 else { return body(UnsafeRawBufferPointer(start: nil, count: 0)) }
        let range = Int(node.pathStart)..<Int(node.pathStart) + Int(node.pathCount)
        return layers[Int(node.pathLayer)].arena.withUnsafeBytes {
            body(UnsafeRawBufferPointer(rebasing: $0[range]))
        }
    }

    /// The node of a path, whether it is still there or not.
    func find(_ path: UnsafeRawBufferPointer, hash: UInt64) -> Int32? {
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] >= 0 {
            let node = slots[slot]
            if nodes[Int(node)].hash == hash, matches(node, path) { return node }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    private func find(_ index: LayerIndex, _ entry: LayerIndex.Entry, hash: UInt64) -> Int32? {
        index.withPath(entry) { find($0, hash: hash) }
    }

    private func matches(_ node: Int32, _ path: UnsafeRawBufferPointer) -> Bool {
        guard Int(nodes[Int(node)].pathCount) == path.count else { return false }
        guard let start = path.baseAddress, !path.isEmpty else { return true }
        return withPath(node) { $0.baseAddress.map { memcmp($0, start, path.count) } == 0 }
    }

    private mutating func insertSlot(_ node: Int32) {
        if nodes.count * 2 > slots.count {
            slots = [Int32](repeating: -1, count: slots.count * 2)
            for node in 0..<Int32(nodes.count) { place(node) }
        } else {
            place(node)
        }
    }

    private mutating func place(_ node: Int32) {
        var slot = Int(truncatingIfNeeded: nodes[Int(node)].hash) & (slots.count - 1)
        while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = node
    }
}
