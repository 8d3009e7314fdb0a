// SPDX-License-Identifier: Apache-2.0
import PareArchive
import PareBytes
import PareModel

/// The files that an image is made of, by name: those of a folder, or the entries of an archive.
struct NamedFiles: Sendable {
    /// The path of the image.
    let image: String
    private let place: Place

    private enum Place: Sendable {
        case folder(String)
        case archive(MappedFile, [String: Range<Int>])
        case export(ImageExport, ExportContents)
    }

    /// Manifests and configurations are texts; registries take none of half this length.
    static let textLimit = 8 << 20
    private static let nameLimit = 1 << 20

    init(folder: String) {
        image = folder
        place = .folder(folder)
    }

    /// Reads the names of an uncompressed tar.
    ///
    /// Later entries of a name replace earlier ones; links, which older engines wrote for equal layers, are followed
    /// within the archive.
    init(archive file: MappedFile) throws {
        image = file.path
        var files: [String: Range<Int>] = [:]
        var links: [String: String] = [:]
        try file.withBytes { bytes in
            var reader = TarReader(bytes)
            while let entry = try reader.next() {
                guard files.count + links.count < Self.nameLimit else {
                    throw ImageError.tooMuch(image: file.path, what: "\(Self.nameLimit) parts")
                }
                guard let name = Self.name(reader.path, from: "") else { continue }
                switch entry.kind {
                case .file where !entry.isSparse:
                    let start = Int(entry.offset)
                    files[name] = start..<start + Int(entry.storedSize)
                case .symbolicLink: links[name] = Self.name(reader.link, from: name)
                case .hardLink: links[name] = Self.name(reader.link, from: "")
                default: break
                }
            }
        }
        for name in links.keys where files[name] == nil {
            var target = name
            for _ in 0..<8 {
                guard let next = links[target], files[target] == nil else { break }
                target = next
            }
            files[name] = files[target]
        }
        place = .archive(file, files)
    }

    /// What an export held.
    init(export: ImageExport, _ contents: ExportContents) {
        image = export.image
        place = .export(export, contents)
    }

    /// A path as a key; relative to the folder of another name where it is not absolute.
    static func name(_ bytes: [UInt8], from other: String) -> String? {
        var parts = bytes.first == 0x2F ? [] : other.split(separator: "/").dropLast().map(String.init)
        for part in bytes.split(separator: 0x2F) {
            switch String(decoding: part, as: UTF8.self) {
            case ".": continue
            case "..": if parts.popLast() == nil { return nil }
            case let part: parts.append(part)
            }
        }
        return parts.isEmpty ? nil : parts.joined(separator: "/")
    }

    var isEmpty: Bool {
        switch place {
        case .folder: false
        case .archive(_, let names): names.isEmpty
        case .export(_, let contents): contents.texts.isEmpty && contents.blobs.isEmpty
        }
    }

    /// Whether it is what an engine gives of an image, with its list for older ones: an index in it stands there as it was
    /// pulled, and names images that the engine does not have.
    var isFromAnEngine: Bool {
        if case .export = place { true } else { find("manifest.json") != nil }
    }

    /// A file of a name; `nil` where there is none, or where it is a layer that has passed.
    func find(_ name: String) -> Blob? {
        switch place {
        case .folder(let folder):
            let path = "\(folder)/\(name)"
            return isThere(path) ? .file(path) : nil
        case .archive(let file, let names):
            return Self.name(Array(name.utf8), from: "").flatMap { names[$0] }.map { .part(file, $0) }
        case .export(_, let contents):
            let text = Self.name(Array(name.utf8), from: "").flatMap(contents.resolve)
            return text.flatMap { contents.texts[$0] }.map { .part($0, 0..<$0.count) }
        }
    }

    /// Where a layer of a name is, and its length as it is stored; `nil` where there is none.
    func layer(_ name: String) throws -> (place: Layer.Place, size: Int64)? {
        if let blob = find(name) { return (.blob(blob), Int64(try blob.open().range.count)) }
        guard case .export(let export, let contents) = place,
            let name = Self.name(Array(name.utf8), from: "").flatMap(contents.resolve),
            let blob = contents.blobs[name]
        else { return nil }
        let layer = ExportedLayer(export: export, name: name, digest: blob.digest, size: blob.size)
        return (.stream(layer), blob.size)
    }

    /// Names of the files right in a folder; none where there is no such folder.
    func names(in folder: String) -> [String] {
        switch place {
        case .folder(let root): (try? namesInFolder("\(root)/\(folder)")) ?? []
        case .archive(_, let names): Self.names(names.keys, in: folder)
        case .export(_, let contents): Self.names(contents.texts.keys, in: folder)
        }
    }

    private static func names(_ names: some Sequence<String>, in folder: String) -> [String] {
        names.filter { $0.hasPrefix(folder + "/") }.map { String($0.dropFirst(folder.utf8.count + 1)) }
    }

    /// The whole of a short file.
    ///
    /// - Throws: ``ImageError/missing(image:part:)``, named as `part` says.
    func text(_ name: String, as part: String) throws -> [UInt8] {
        guard let blob = find(name) else { throw ImageError.missing(image: image, part: part) }
        let (file, range) = try blob.open()
        guard range.count <= Self.textLimit else {
            throw ImageError.tooMuch(image: image, what: "\(ByteCount(range.count)) of \(part)")
        }
        return file.withBytes(in: range) { Array($0) }
    }

    /// A short file as JSON.
    func json(_ name: String, as part: String) throws -> JSONValue {
        try Self.json(try text(name, as: part), as: part, image: image)
    }

    static func json(_ bytes: [UInt8], as part: String, image: String) throws -> JSONValue {
        do {
            return try JSONValue(bytes)
        } catch {
            throw ImageError.broken(image: image, part: part, reason: "not JSON, at byte \(error.offset)")
        }
    }
}
