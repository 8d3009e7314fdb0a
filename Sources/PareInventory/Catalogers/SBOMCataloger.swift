// SPDX-License-Identifier: Apache-2.0

import PareBytes
import PareImage
import PareModel

extension Cataloger {
    /// Language packages that a bill of materials in the image names by package URL: CycloneDX and SPDX, and SPDX as
    /// text with tags.
    ///
    /// Packages of distributions in it are not taken: the package manager's own records say what is installed.
    ///
    /// - SeeAlso: Trivy's `pkg/fanal/analyzer/sbom`.
    static let sbom = Cataloger(
        "sbom",
        reads: [".spdx", ".spdx.json", ".cdx", ".cdx.json"].map {
            Interest("sbom", .suffix($0), take: .content(limit: 64 << 20))
        }
    ) { file in
        let isJSON = file.content.first { !$0.isBlank && $0 != 0x0A && $0 != 0x0D } == UInt8(ascii: "{")
        let addresses: [String]
        if !isJSON {
            addresses = taggedAddresses(file.content)
        } else if let document = try? JSONValue(file.content, allowsTrailing: true) {
            addresses = cycloneAddresses(document) + spdxAddresses(document)
        } else {
            return Reading(.note, "not JSON", at: file.path)
        }
        var seen: Set<String> = []
        return Reading(
            packages: addresses.filter { seen.insert($0).inserted }.compactMap {
                PackageURL($0)?.package(in: file.path)
            })
    }

    /// Of components, and of components within components.
    private static func cycloneAddresses(_ document: JSONValue) -> [String] {
        var addresses: [String] = []
        var waiting = [document]
        while let item = waiting.popLast() {
            if let address = item["purl"]?.text { addresses.append(address) }
            waiting += (item["components"]?.elements ?? []).reversed()
        }
        return addresses
    }

    private static func spdxAddresses(_ document: JSONValue) -> [String] {
        (document["packages"]?.elements ?? []).flatMap { $0["externalRefs"]?.elements ?? [] }
            .filter { $0["referenceType"]?.text == "purl" }.compactMap { $0["referenceLocator"]?.text }
    }

    /// `ExternalRef: PACKAGE-MANAGER purl pkg:npm/lodash@4.17.20`.
    private static func taggedAddresses(_ content: [UInt8]) -> [String] {
        Lines(content).compactMap { line in
            guard line.hasPrefix("ExternalRef:") else { return nil }
            let words = line.dropFirst("ExternalRef:".utf8.count).split { $0.isBlank }
            guard words.count == 3, words[1].text == "purl" else { return nil }
            return words[2].text
        }
    }
}
