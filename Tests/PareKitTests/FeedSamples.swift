// SPDX-License-Identifier: Apache-2.0
import Foundation
import NIOHTTP1
import NetworkServers
import PareArchive
import PareBytes
import PareModel
import Samples

/// A data base as Trivy's project publishes it, made for tests.
struct FeedSample {
    var updated = "2026-01-02T03:04:05Z"
    var next = "2026-01-03T03:04:05Z"
    var version = 2
    /// Of the manifest's artifact, or of its configuration where that is empty.
    var artifactType = "application/vnd.aquasec.trivy.config.v1+json"
    var configType = "application/vnd.oci.empty.v1+json"
    var layerType = "application/vnd.aquasec.trivy.db.layer.v1.tar+gzip"
    var layerCount = 1
    /// Bytes that do not pack, to make the layer long.
    var noise = 0
    var file = "trivy.db"
    /// Other entries of the archive.
    var more: [(String, TarEntry.Kind)] = []
    /// What the data base holds; `nil` for one advisory whose fix is the date.
    var dataBase: [UInt8]?

    func contents() throws -> [UInt8] {
        if let dataBase { return dataBase }
        var writer = BoltWriter()
        try writer.put(
            Array(#"{"ID":"debian","Name":"Debian Security Tracker","URL":"https://a/"}"#.utf8),
            for: "debian 12",
            in: ["data-source"])
        try writer.put(
            Array(#"{"FixedVersion":"2:\#(updated.prefix(10))"}"#.utf8), for: "CVE-2026-1",
            in: ["debian 12", "zlib"])
        var generator = SystemRandomNumberGenerator()
        if noise > 0 {
            let bytes = (0..<noise / 8).flatMap { _ in withUnsafeBytes(of: generator.next()) { Array($0) } }
            try writer.put(bytes, for: "noise", in: ["noise"])
        }
        try writer.put(
            Array(#"{"Title":"T","Severity":"HIGH","VendorSeverity":{"debian":3}}"#.utf8), for: "CVE-2026-1",
            in: ["vulnerability"])
        return try writer.finish()
    }

    var metadata: String {
        #"{"Version":\#(version),"NextUpdate":"\#(next)","UpdatedAt":"\#(updated)","DownloadedAt":"0001-01-01T00:00:00Z"}"#
    }

    func layer() throws -> [UInt8] {
        var tar = TarWriter()
        tar.add(file, try contents())
        tar.add("metadata.json", Array(metadata.utf8))
        for (name, kind) in more { tar.add(name, kind: kind, link: kind == .file ? "" : "/etc/passwd") }
        tar.finish()
        return Packing.gzip(level: 1).pack(tar.bytes)
    }

    /// The blobs and the manifest, as `oras push --artifact-type` makes them.
    func artifact() throws -> (blobs: [SampleImage.Blob], manifest: SampleImage.Blob) {
        let config = SampleImage.Blob(configType, Array("{}".utf8))
        let layer = SampleImage.Blob(layerType, try layer())
        func descriptor(_ blob: SampleImage.Blob) -> String {
            #"{"mediaType":"\#(blob.mediaType)","digest":"\#(blob.digest)","size":\#(blob.bytes.count),"annotations":{"org.opencontainers.image.title":"db.tar.gz"}}"#
        }
        let type = "application/vnd.oci.image.manifest.v1+json"
        let artifact = artifactType.isEmpty ? "" : #""artifactType":"\#(artifactType)","#
        let layers = Array(repeating: descriptor(layer), count: layerCount).joined(separator: ",")
        let text =
            #"{"schemaVersion":2,"mediaType":"\#(type)",\#(artifact)"config":\#(descriptor(config)),"layers":[\#(layers)]}"#
        return ([config, layer], SampleImage.Blob(type, Array(text.utf8)))
    }

    /// Puts it into a registry; gives the digest of the manifest.
    @discardableResult
    func push(to place: String, _ repository: String = "trivy-db", tag: String = "2") async throws -> Digest {
        let (blobs, manifest) = try artifact()
        try await Pushing(to: place).push(blobs, [(manifest, tag)], repository)
        return manifest.digest
    }
}

extension Folder {
    /// All paths in it.
    var paths: [String] { get throws { try FileManager.default.subpathsOfDirectory(atPath: path).sorted() } }
}
