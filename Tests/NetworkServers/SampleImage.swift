// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareArchive
import PareBytes
package import PareModel
import Samples

/// A small image of the tests, which needs no engine: the first layer looks like a Debian, the others like an application, and
/// each holds noise that cannot be packed.
package struct SampleImage: Sendable {
    package enum Form: String, CaseIterable, Sendable {
        /// OCI's media types.
        case oci
        /// Docker's, version 2 schema 2.
        case docker
    }

    package enum Packing: String, CaseIterable, Sendable { case none, gzip, zstd }

    /// What a registry keeps by its digest.
    package struct Blob: Sendable {
        package let mediaType: String
        package let bytes: [UInt8]
        package let digest: Digest

        package init(_ mediaType: String, _ bytes: [UInt8]) {
            self.mediaType = mediaType
            self.bytes = bytes
            digest = SHA256.digest(of: bytes)
        }

        var descriptor: [String: Any] {
            ["mediaType": mediaType, "digest": digest.description, "size": bytes.count]
        }
    }

    package let layers: [Blob]
    package let config: Blob
    package let manifest: Blob
    package let platform: Platform

    /// - Parameters:
    ///   - noise: How many bytes of noise each layer holds.
    ///   - seed: Images with the same seed, and the same noise in the first layers, share those.
    ///   - application: What the layers after the first belong to; another name gives other layers.
    ///   - form: Whose media types it has.
    ///   - packing: How its layers are packed.
    ///   - platform: What it says it is for.
    package init(
        noise: [Int], seed: UInt64 = 1, application: String = "demo", form: Form = .oci,
        packing: Packing = .gzip,
        platform: Platform = Platform(architecture: "amd64")
    ) {
        self.platform = platform
        var layers: [Blob] = []
        var names: [String] = []
        for (index, count) in noise.enumerated() {
            var dice = SplitMix64(seed: seed &* 1000 &+ UInt64(index))
            var tar = TarWriter()
            if index == 0 {
                Self.addSystem(to: &tar)
            } else {
                let package = #"{"name": "\#(application)-\#(index)", "version": "1.0.\#(index)"}"#
                tar.add("srv/\(application)/\(index)/package.json", Array(package.utf8))
            }
            tar.add("opt/noise/\(index)", dice.bytes(count))
            tar.finish()
            names.append(SHA256.digest(of: tar.bytes).description)
            layers.append(Blob(Self.layerType(form, packing), Self.pack(tar.bytes, packing)))
        }
        var system: [String: Any] = ["architecture": platform.architecture, "os": platform.os]
        if !platform.variant.isEmpty { system["variant"] = platform.variant }
        system["rootfs"] = ["type": "layers", "diff_ids": names]
        system["config"] = ["Cmd": ["/bin/true"]]
        let isOCI = form == .oci
        self.layers = layers
        config = Blob(
            isOCI
                ? "application/vnd.oci.image.config.v1+json"
                : "application/vnd.docker.container.image.v1+json",
            Self.json(system))
        let type =
            isOCI
            ? "application/vnd.oci.image.manifest.v1+json"
            : "application/vnd.docker.distribution.manifest.v2+json"
        manifest = Blob(
            type,
            Self.json([
                "schemaVersion": 2, "mediaType": type, "config": config.descriptor,
                "layers": layers.map(\.descriptor),
            ]))
    }

    /// The list of images for several platforms.
    package static func index(of images: [SampleImage], form: Form = .oci) -> Blob {
        let type =
            form == .oci
            ? "application/vnd.oci.image.index.v1+json"
            : "application/vnd.docker.distribution.manifest.list.v2+json"
        let manifests = images.map { image in
            var descriptor = image.manifest.descriptor
            var platform = ["os": image.platform.os, "architecture": image.platform.architecture]
            if !image.platform.variant.isEmpty { platform["variant"] = image.platform.variant }
            descriptor["platform"] = platform
            return descriptor
        }
        return Blob(type, json(["schemaVersion": 2, "mediaType": type, "manifests": manifests]))
    }

    /// Writes the image as an OCI layout; gives the folder.
    package func writeLayout(in folder: String) throws -> String {
        let index = Self.index(of: [self])
        makeFolders(folder + "/blobs/sha256")
        for blob in layers + [config, manifest] {
            try writeFile(blob.bytes, to: "\(folder)/blobs/sha256/\(blob.digest.hex)", replacing: true)
        }
        try writeFile(index.bytes, to: folder + "/index.json", replacing: true)
        try writeFile(
            Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8), to: folder + "/oci-layout", replacing: true)
        return folder
    }

    private static func addSystem(to tar: inout TarWriter) {
        tar.add(
            "etc/os-release",
            Array("ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian GNU/Linux 12\"\n".utf8))
        tar.add("etc/debian_version", Array("12.9\n".utf8))
        let packages = [("libc6", "glibc", "2.36-9+deb12u4"), ("libssl3", "openssl", "3.0.11-1~deb12u2")]
        let status = packages.map { name, source, version in
            """
            Package: \(name)
            Status: install ok installed
            Architecture: amd64
            Source: \(source)
            Version: \(version)
            Maintainer: Nobody <nobody@example.org>
            Description: of the tests


            """
        }
        tar.add("var/lib/dpkg/status", Array(status.joined().utf8))
    }

    private static func layerType(_ form: Form, _ packing: Packing) -> String {
        switch (form, packing) {
        case (.oci, .none): "application/vnd.oci.image.layer.v1.tar"
        case (.oci, _): "application/vnd.oci.image.layer.v1.tar+\(packing.rawValue)"
        case (.docker, .none): "application/vnd.docker.image.rootfs.diff.tar"
        case (.docker, _): "application/vnd.docker.image.rootfs.diff.tar.\(packing.rawValue)"
        }
    }

    private static func pack(_ bytes: [UInt8], _ packing: Packing) -> [UInt8] {
        switch packing {
        case .none: bytes
        case .gzip: Samples.Packing.gzip(level: 6).pack(bytes)
        case .zstd: Samples.Packing.zstd(level: 3, hasChecksum: false).pack(bytes)
        }
    }

    private static func json(_ value: [String: Any]) -> [UInt8] {
        Array((try? JSONSerialization.data(withJSONObject: value, options: .sortedKeys)) ?? Data())
    }
}
