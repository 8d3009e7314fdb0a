// SPDX-License-Identifier: Apache-2.0

import PareArchive
import PareImage
import PareModel

extension Cataloger {
    /// Installed Python distributions: `*.dist-info/METADATA`, `*.egg-info`, `*.egg-info/PKG-INFO`, `EGG-INFO/PKG-INFO`,
    /// the last also within a zipped `*.egg`.
    ///
    /// - SeeAlso: core metadata specification; Trivy's `pkg/fanal/analyzer/language/python/packaging`.
    static let python = Cataloger(
        "python",
        reads: [
            Interest("python", .name("METADATA"), take: .content(limit: 8 << 20)),
            Interest("python", .suffix(".egg-info"), take: .content(limit: 8 << 20)),
            Interest("python", .suffix(".egg-info/PKG-INFO"), take: .content(limit: 8 << 20)),
            Interest("python", .suffix("EGG-INFO/PKG-INFO"), take: .content(limit: 8 << 20)),
            Interest("python", .suffix(".egg"), take: .content(limit: 32 << 20)),
        ], deference: .sameLayer
    ) { file in
        let isMetadata = file.path.hasSuffix("/METADATA")
        guard !isMetadata || file.path.contains(".dist-info"), !standardLibrary.contains(file.path) else {
            return Reading()
        }
        let metadata = file.path.hasSuffix(".egg") ? zippedMetadata(file.content) : file.content
        var stanzas = Stanzas(metadata, wanting: ["Name", "Version"])
        guard let header = stanzas.next(), !header[0].isEmpty, !header[1].isEmpty else {
            return Reading(.note, "no name and version", at: file.path)
        }
        return Reading(packages: [Package(.python, header[0], header[1], in: file.path)])
    }

    /// The metadata in an egg; empty where it is not a zip archive or has none.
    private static func zippedMetadata(_ egg: [UInt8]) -> [UInt8] {
        egg.withUnsafeBytes { bytes in
            guard let archive = try? ZipArchive(bytes),
                let entry = archive.entries.first(where: { $0.path == "EGG-INFO/PKG-INFO" }),
                let content = try? archive.content(of: entry, in: bytes, limit: 8 << 20)
            else { return [] }
            return content
        }
    }

    /// Parts of Python 2.7 itself, which distroless images hold without saying so in a list.
    private static let standardLibrary: Set<String> = [
        "usr/lib/python2.7/argparse.egg-info", "usr/lib/python2.7/lib-dynload/Python-2.7.egg-info",
        "usr/lib/python2.7/wsgiref.egg-info",
    ]
}
