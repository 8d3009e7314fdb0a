// SPDX-License-Identifier: Apache-2.0

import PareImage
import PareModel

extension Cataloger {
    /// Installed Python distributions: `*.dist-info/METADATA`, `*.egg-info`, `*.egg-info/PKG-INFO`, `EGG-INFO/PKG-INFO`.
    ///
    /// - SeeAlso: core metadata specification; Trivy's `pkg/fanal/analyzer/language/python/packaging`.
    static let python = Cataloger(
        "python",
        reads: [
            Interest("python", .name("METADATA"), take: .content(limit: 8 << 20)),
            Interest("python", .suffix(".egg-info"), take: .content(limit: 8 << 20)),
            Interest("python", .suffix(".egg-info/PKG-INFO"), take: .content(limit: 8 << 20)),
            Interest("python", .suffix("EGG-INFO/PKG-INFO"), take: .content(limit: 8 << 20)),
        ], deference: .sameLayer
    ) { file in
        let isMetadata = file.path.hasSuffix("/METADATA")
        guard !isMetadata || file.path.contains(".dist-info"), !standardLibrary.contains(file.path) else {
            return Reading()
        }
        var stanzas = Stanzas(file.content, wanting: ["Name", "Version"])
        guard let header = stanzas.next(), !header[0].isEmpty, !header[1].isEmpty else {
            return Reading(.note, "no name and version", at: file.path)
        }
        return Reading(packages: [Package(.python, header[0], header[1], in: file.path)])
    }

    /// Parts of Python 2.7 itself, which distroless images hold without saying so in a list.
    private static let standardLibrary: Set<String> = [
        "usr/lib/python2.7/argparse.egg-info", "usr/lib/python2.7/lib-dynload/Python-2.7.egg-info",
        "usr/lib/python2.7/wsgiref.egg-info",
    ]
}
