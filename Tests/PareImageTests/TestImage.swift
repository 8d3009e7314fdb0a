// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareArchive
import PareBytes
import PareModel
import Samples

@testable import PareImage

/// An image that tests write down, in any of the forms that images come in.
struct TestImage {
    var layers: [[UInt8]]
    var config: [String: Any] = [:]
    var packing: Packing?
    var platform: Platform? = .host
    var tag = "demo:1"

    enum Form: String, CaseIterable, Sendable {
        case legacy, podman, blobs, layout, ociArchive, packedArchive
    }

    /// Layers of entries; see ``tar(_:)``.
    init(_ layers: [[Entry]], packing: Packing? = nil) {
        self.layers = layers.map(Self.tar)
        self.packing = packing
    }

    struct Entry: Sendable {
        var path: String
        var content: [UInt8] = []
        var kind = TarEntry.Kind.file
        var link = ""
        var mode: UInt16 = 0o644
    }

    static func tar(_ entries: [Entry]) -> [UInt8] {
        var tar = TarWriter()
        for entry in entries {
            tar.add(entry.path, entry.content, kind: entry.kind, mode: entry.mode, link: entry.link)
        }
        tar.finish()
        return tar.bytes
    }

    /// The layers as they are stored.
    var blobs: [[UInt8]] { layers.map { packing?.pack($0) ?? $0 } }

    var configJSON: [UInt8] {
        var json = config
        json["architecture"] = json["architecture"] ?? "amd64"
        json["os"] = "linux"
        json["rootfs"] =
            json["rootfs"] ?? [
                "type": "layers", "diff_ids": layers.map { SHA256.digest(of: $0).description },
            ]
        return Self.json(json)
    }

    /// What engines call it that know no other digest.
    var id: Digest { SHA256.digest(of: configJSON) }

    static func json(_ value: Any) -> [UInt8] {
        Array((try? JSONSerialization.data(withJSONObject: value, options: .sortedKeys)) ?? Data())
    }

    /// Writes the image into a folder; gives the path to open.
    func write(_ form: Form, in folder: String) throws -> String {
        switch form {
        case .layout:
            for (name, content) in layoutFiles {
                let path = "\(folder)/layout/\(name)"
                makeFolders(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]))
                try writeFile(content, to: path, replacing: true)
            }
            return "\(folder)/layout"
        case .ociArchive: return try write(layoutFiles, to: "\(folder)/oci.tar")
        case .packedArchive:
            return try write(dockerFiles(.podman), to: "\(folder)/packed.tar.gz", isPacked: true)
        case .legacy, .podman, .blobs:
            return try write(dockerFiles(form), to: "\(folder)/\(form.rawValue).tar")
        }
    }

    func write(_ files: [(String, [UInt8])], to path: String, isPacked: Bool = false) throws -> String {
        let tar = Self.tar(files.map { Entry(path: $0.0, content: $0.1) })
        try writeFile(isPacked ? Packing.gzip(level: 6).pack(tar) : tar, to: path, replacing: true)
        return path
    }

    func dockerFiles(_ form: Form) -> [(String, [UInt8])] {
        let configName = SHA256.digest(of: configJSON).hex + (form == .blobs ? "" : ".json")
        let place = form == .blobs ? "blobs/sha256/" : ""
        var files: [(String, [UInt8])] = []
        var names: [String] = []
        for blob in blobs {
            let hex = SHA256.digest(of: blob).hex
            names.append(place + hex + [.legacy: "/layer.tar", .podman: ".tar"][form, default: ""])
            files.append((names[names.count - 1], blob))
        }
        files.append((place + configName, configJSON))
        let manifest: [String: Any] = ["Config": place + configName, "RepoTags": [tag], "Layers": names]
        return files + [("manifest.json", Self.json([manifest]))]
    }

    var layoutFiles: [(String, [UInt8])] {
        let manifest = Self.json([
            "schemaVersion": 2,
            "config": descriptor(configJSON, "application/vnd.oci.image.config.v1+json"),
            "layers": blobs.map { descriptor($0, "application/vnd.oci.image.layer.v1.tar") },
        ])
        var reference = descriptor(manifest, "application/vnd.oci.image.manifest.v1+json")
        reference["annotations"] = ["org.opencontainers.image.ref.name": tag]
        if let platform {
            reference["platform"] = ["os": platform.os, "architecture": platform.architecture]
        }
        let index = Self.json(["schemaVersion": 2, "manifests": [reference]])
        return [("oci-layout", Self.json(["imageLayoutVersion": "1.0.0"])), ("index.json", index)]
            + (blobs + [configJSON, manifest]).map { (Self.blobPath($0), $0) }
    }

    static func blobPath(_ bytes: [UInt8]) -> String { "blobs/sha256/" + SHA256.digest(of: bytes).hex }

    func descriptor(_ bytes: [UInt8], _ type: String) -> [String: Any] {
        ["mediaType": type, "digest": SHA256.digest(of: bytes).description, "size": bytes.count]
    }

    /// The image, written to a folder that goes with the closure's end, opened and read.
    func reading(
        _ interests: [Interest] = [], form: Form = .podman, _ body: (ImageReading) throws -> Void
    ) async throws {
        let scratch = try ScratchFolder(name: "pare-tests")
        let image = try openImage(at: try write(form, in: scratch.path))
        try body(try await image.read(taking: interests))
    }
}

extension FileTree {
    /// All paths, sorted, folders with a slash and links with their target.
    var listing: [String] {
        var paths: [String] = []
        forEach { item in
            switch item.kind {
            case .folder: paths.append(item.path + "/")
            case .symbolicLink(let target): paths.append("\(item.path) -> \(target)")
            default: paths.append(item.path)
            }
        }
        return paths.sorted()
    }
}

/// `dir/` is a folder, `a -> b` a link, `a => b` a hard link, anything else a file whose content is its own name.
func entries(_ lines: [String]) -> [TestImage.Entry] {
    lines.map { line in
        if let arrow = line.range(of: " -> ") {
            return .init(
                path: String(line[..<arrow.lowerBound]), kind: .symbolicLink,
                link: String(line[arrow.upperBound...]), mode: 0o777)
        }
        if let arrow = line.range(of: " => ") {
            return .init(
                path: String(line[..<arrow.lowerBound]), kind: .hardLink,
                link: String(line[arrow.upperBound...]))
        }
        if line.hasSuffix("/") { return .init(path: line, kind: .folder, mode: 0o755) }
        return .init(path: line, content: Array(line.utf8))
    }
}
