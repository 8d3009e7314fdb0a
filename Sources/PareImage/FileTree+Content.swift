// SPDX-License-Identifier: Apache-2.0
import PareBytes

extension FileTree {
    /// Calls with the content of each file, in an order that suits the layers; compressed layers are read once each.
    ///
    /// Layers of images that lie elsewhere are pulled once more, so this may wait: such an image is to be asked on a thread of
    /// its own, see ``onOwnThread(niceness:_:)``, and what was made of the contents counts only when this does not throw.
    ///
    /// - Parameters:
    ///   - paths: Of files as they stand in the tree; links are to be resolved first.
    ///   - limit: In bytes; of no longer file more than its length is looked at.
    ///   - body: Takes the path as it was given, and the content.
    /// - Throws: ``ImageError/noFile(image:path:)`` for what is no file, what `body` throws, and errors of reading.
    package func forEachContent(
        of paths: some Sequence<String>, limit: Int, _ body: (String, UnsafeRawBufferPointer) throws -> Void
    ) throws {
        var wanted: [Int: [(path: String, item: Item)]] = [:]
        for path in paths {
            guard let item = lookup(path), item.isFile, let layer = item.layer else {
                throw ImageError.noFile(image: image, path: path)
            }
            guard item.size <= limit else {
                throw ImageError.unsupported(image: image, what: "'\(path)', longer than \(limit) bytes")
            }
            wanted[layer, default: []].append((path, item))
        }
        try forEachExported(&wanted, body)
        for (index, files) in wanted.sorted(by: { $0.key < $1.key }) {
            let layer = layers[index]
            if case .folder(let root) = layer.place {
                for (path, item) in files {
                    let file = try MappedFile("\(root)/\(item.path)", followsLinks: false)
                    try file.withBytes { try body(path, $0) }
                }
                continue
            }
            try refuseSparse(files)
            do {
                let parts = files.map { TarPart(offset: $0.item.offset, size: $0.item.size) }
                try layer.read(parts, of: image) { try body(files[$0].path, $1) }
            } catch {
                throw layer.explaining(error, image: image, layer: index)
            }
        }
    }

    /// Calls with those contents that come with an export, which is asked for once, and takes them out.
    private func forEachExported(
        _ wanted: inout [Int: [(path: String, item: Item)]],
        _ body: (String, UnsafeRawBufferPointer) throws -> Void
    ) throws {
        var parts: [ExportedLayer: [TarPart]] = [:]
        var paths: [ExportedLayer: [String]] = [:]
        for (index, files) in wanted {
            guard let layer = layers[index].exported else { continue }
            try refuseSparse(files)
            parts[layer, default: []] += files.map { TarPart(offset: $0.item.offset, size: $0.item.size) }
            paths[layer, default: []] += files.map(\.path)
            wanted[index] = nil
        }
        try parts.first?.key.export.read(parts) { layer, number, bytes in
            if let path = paths[layer]?[number] { try body(path, bytes) }
        }
    }

    private func refuseSparse(_ files: [(path: String, item: Item)]) throws {
        guard let sparse = files.first(where: { $0.item.offset < 0 }) else { return }
        throw ImageError.unsupported(image: image, what: "the sparse file '\(sparse.path)'")
    }

    /// The content of one file.
    ///
    /// - Throws: As ``forEachContent(of:limit:_:)``, which is to be used for many.
    package func content(of path: String, limit: Int) throws -> [UInt8] {
        var content: [UInt8] = []
        try forEachContent(of: [path], limit: limit) { content = Array($1) }
        return content
    }
}
