// SPDX-License-Identifier: Apache-2.0
import PareModel

/// What came out of one layer.
struct LayerReading: Sendable {
    var index = LayerIndex()
    var kept: [Kept] = []
    var notes = LayerNotes()
    /// Length of the uncompressed tar, and of the blob where that is another.
    var size: Int64 = 0
    var compressedSize: Int64?
    /// Of the uncompressed tar, by SHA-256, where that is not the blob's digest and was made.
    var tarDigest: Digest?
    private var keptBytes = 0

    /// Of one layer; files that interests want are small, and lists of them short.
    private static let keptLimit = 256 << 20

    /// About how much memory this takes.
    var weight: Int { keptBytes + index.arena.count + index.entries.count * 64 }

    /// Whether there is room for so many bytes more of content.
    mutating func reserve(_ count: Int) -> Bool {
        guard count <= Self.keptLimit - keptBytes else { return false }
        keptBytes += count
        return true
    }

    /// The digest of the tar, by SHA-256, given the blob's; `nil` where nobody has made it.
    func tarDigest(ofBlob digest: Digest?) -> Digest? {
        if let tarDigest { return tarDigest }
        return compressedSize == nil && digest?.algorithm == .sha256 ? digest : nil
    }

    /// The same as of another layer of an image.
    func placed(at layer: Int) -> LayerReading {
        guard kept.contains(where: { $0.file.layer != layer }) else { return self }
        var placed = self
        placed.kept = kept.map { kept in
            let file = kept.file
            return Kept(
                file: KeptFile(
                    interest: file.interest, path: file.path, layer: layer, mode: file.mode, size: file.size,
                    content: file.content), entry: kept.entry, original: kept.original)
        }
        return placed
    }

    struct Kept: Sendable {
        let file: KeptFile
        /// Index of the path in ``LayerReading/index``.
        let entry: Int
        /// For one more name of an executable: index of the path that it was written under first.
        var original: Int?
    }
}

/// What was odd in a layer: kinds of things, how often, and one example of each.
struct LayerNotes: Sendable {
    enum Kind: String, Sendable, CaseIterable {
        case outside = "path that leaves the root, ignored"
        case tooLong = "file too long to be read"
        case tooMuch = "file beyond what is kept of a layer, left out"
        case lostLink = "hard link to something that is not in its layer"
        case earlyLink = "hard link that comes before what it names"
        case nameless = "mark of removal without a name, ignored"
        case full = "path beyond the number that is kept, ignored"
        case unreadable = "file or folder that cannot be read, left out"
        case foreign = "folder of the running system, left out"
    }

    var found: [Kind: (count: Int, example: String)] = [:]

    mutating func add(_ kind: Kind, _ example: @autoclosure () -> String) {
        if let old = found[kind] {
            found[kind] = (old.count + 1, old.example)
        } else {
            found[kind] = (1, example())
        }
    }

    /// What was left out of a layer, although a container may see it.
    func gaps(layer: Int) -> [String] {
        [Kind.outside, .lostLink, .earlyLink, .full, .unreadable].compactMap { kind in
            found[kind].map { "layer \(layer + 1) has a \(kind.rawValue): '\($0.example)'" }
        }
    }

    func diagnostics(layer: Int) -> [Diagnostic] {
        Kind.allCases.compactMap { kind in
            guard let (count, example) = found[kind] else { return nil }
            let others = count > 1 ? " (and \(count - 1) more)" : ""
            let isHarmless = kind == .foreign || kind == .outside || kind == .nameless
            return Diagnostic(
                isHarmless ? .note : .warning, "layer \(layer + 1): \(kind.rawValue)\(others)", at: example)
        }
    }
}
