// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareModel
import Testing

@testable import PareImage

/// Images whose answers by another scanner are known; they lie beside the repository where they are at all.
private let probes = URL(filePath: #filePath).appending(path: "../../../../shared/conformance/trivy-probes")
    .standardizedFileURL.path

@Suite(.enabled(if: FileManager.default.fileExists(atPath: probes), "needs ../shared/conformance"))
struct ConformanceTests {
    /// How many package.json files a container sees in these images.
    @Test(arguments: [
        ("wh-file", 0), ("wh-dir", 1), ("wh-and-add-same-layer", 1), ("wh-opaque-root", 1),
        ("dir-replaced-by-file", 0), ("npm-system-file", 2),
    ])
    func showsPackages(_ name: String, _ count: Int) async throws {
        let npm = Interest("npm", .name("package.json"), take: .content(limit: 1 << 20))
        let reading = try await openImage(at: "\(probes)/\(name).tar.gz").read(taking: [npm])
        #expect(reading.view.visible("npm").count == count)
    }

    @Test func readsAllOfThem() async throws {
        let everything = Interest("all", .suffix(""), take: .content(limit: 64 << 20))
        for name in try FileManager.default.contentsOfDirectory(atPath: probes)
        where name.hasSuffix(".tar.gz") {
            guard name != "cache.tar.gz" else { continue }
            let reading = try await openImage(at: "\(probes)/\(name)").read(
                taking: [everything], verifiesDiffIDs: true)
            #expect(!reading.view.files.isEmpty, "\(name)")
        }
    }
}
