// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Entries of a tar, as hostile as wished.
enum Tar {
    static let end = [UInt8](repeating: 0, count: 1024)

    /// A POSIX header with its content; `size` is what the header claims.
    static func entry(
        _ name: String, _ content: [UInt8] = [], type: Character = "0", link: String = "", size: Int? = nil,
        gnu: (inout [UInt8]) -> Void = { _ in }
    ) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) {
            header.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
        }
        put(name, at: 0)
        put("0000644\0", at: 100)
        put(octal(size ?? content.count), at: 124)
        put(octal(0), at: 136)
        put("        ", at: 148)
        put(String(type), at: 156)
        put(link, at: 157)
        put("ustar\u{0}00", at: 257)
        gnu(&header)
        let sum = header.reduce(0) { $0 + Int($1) }
        put(
            String(repeating: "0", count: 6 - String(sum, radix: 8).count) + String(sum, radix: 8) + "\0 ",
            at: 148)
        return header + content + [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
    }

    static func file(_ name: String, _ text: String) -> [UInt8] { entry(name, Array(text.utf8)) }

    /// Twelve digits' field; what needs more is in GNU's base 256.
    static func octal(_ number: Int) -> String {
        let digits = String(number, radix: 8)
        return String(repeating: "0", count: max(0, 11 - digits.count)) + digits + "\0"
    }
}

extension TemporaryFolder {
    /// A Debian with one package that has findings.
    static let debian =
        Tar.file("etc/debian_version", "12.5\n")
        + Tar.file(
            "var/lib/dpkg/status",
            """
            Package: libc6
            Status: install ok installed
            Architecture: amd64
            Source: glibc
            Version: 2.36-9

            """)

    /// Writes an OCI layout with one layer into `layout`, and gives its path.
    func layout(layer: [UInt8], gzip: Bool = false, lying: Bool = false) throws -> String {
        try write(layer, to: "layer")
        let plain = try hash(of: "layer")
        if gzip { try shell("gzip -c \"$1/layer\" > \"$1/packed\"; mv \"$1/packed\" \"$1/layer\"", path) }
        var digest = try blob("layer")
        if lying {
            let other = String(repeating: "ab", count: 32)
            try shell("mv \"$1/$2\" \"$1/$3\"", path + "/layout/blobs/sha256", digest.hash, other)
            digest.hash = other
        }
        try write(
            #"{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["sha256:\#(plain)"]}}"#,
            to: "config")
        let config = try blob("config")
        let type = "application/vnd.oci.image.layer.v1.tar" + (gzip ? "+gzip" : "")
        try write(
            """
            {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
             "config":{"mediaType":"application/vnd.oci.image.config.v1+json",\(config.json)},
             "layers":[{"mediaType":"\(type)",\(digest.json)}]}
            """, to: "manifest")
        let manifest = try blob("manifest")
        try write(
            """
            {"schemaVersion":2,"manifests":
             [{"mediaType":"application/vnd.oci.image.manifest.v1+json",\(manifest.json)}]}
            """, to: "layout/index.json")
        try write(#"{"imageLayoutVersion":"1.0.0"}"#, to: "layout/oci-layout")
        return path + "/layout"
    }

    private struct Descriptor {
        var hash: String
        let size: Int
        var json: String { "\"digest\":\"sha256:\(hash)\",\"size\":\(size)" }
    }

    private func hash(of name: String) throws -> String {
        String(try shell("sha256sum < \"$1\"", path + "/" + name).prefix(64))
    }

    /// Moves a file to where its digest says.
    private func blob(_ name: String) throws -> Descriptor {
        let hash = try hash(of: name)
        let size = try FileManager.default.attributesOfItem(atPath: path + "/" + name)[.size] as? Int
        try shell(
            "mkdir -p \"$1\"; mv \"$2\" \"$1/$3\"", path + "/layout/blobs/sha256", path + "/" + name,
            hash)
        return Descriptor(hash: hash, size: size ?? 0)
    }

    /// Writes a docker-archive with one layer, and gives its path.
    func archive(layer: [UInt8]) throws -> String {
        try write(layer, to: "layer")
        let plain = try hash(of: "layer")
        let config =
            #"{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["sha256:\#(plain)"]}}"#
        let manifest = #"[{"Config":"config.json","RepoTags":["a:b"],"Layers":["layer.tar"]}]"#
        let tar =
            Tar.file("config.json", config) + Tar.entry("layer.tar", layer)
            + Tar.file("manifest.json", manifest) + Tar.end
        try write(tar, to: "image.tar")
        return path + "/image.tar"
    }
}
