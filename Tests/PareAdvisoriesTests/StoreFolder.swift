// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import PareAdvisories
import PareModel

/// A folder with a data base of Trivy's schema, which goes away with its last user.
final class StoreFolder: Sendable {
    let path: String

    /// A folder without anything in it.
    init() throws {
        path = NSTemporaryDirectory() + "pare-advisories-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    /// A folder with a data base; `place` is the folder within, such as `pare` or `trivy/db`.
    convenience init(
        _ root: [String: BoltWriter.Item], in place: String = "", metadata: String? = nil
    ) throws {
        try self.init()
        try write(BoltWriter.file(root), to: place + "/trivy.db")
        if let metadata { try write(Array(metadata.utf8), to: place + "/metadata.json") }
    }

    func write(_ bytes: [UInt8], to name: String) throws {
        let file = URL(filePath: path + "/" + name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

extension BoltWriter.Item {
    /// A bucket of packages, each with advisories by their ids.
    static func packages(_ packages: [String: [String: String]]) -> BoltWriter.Item {
        .bucket(packages.mapValues { .bucket($0.mapValues { .text($0) }) })
    }
}

extension Package {
    static func named(
        _ kind: Kind, _ name: String, source: String? = nil, version: String = "1"
    ) -> Package {
        Package(
            kind, name: name, version: version, source: source.map { Source(name: $0, version: version) },
            evidence: Evidence(path: "record", layer: 0))
    }
}

extension AdvisoryStore {
    /// Ids of what one package leads to, in the order of the store.
    func ids(of package: Package, distro: Distro? = nil, repositoryRelease: String? = nil) throws -> [String]
    {
        try candidates(for: [package], distro: distro, repositoryRelease: repositoryRelease)
            .flatMap { $0.advisories.map(\.id) }
    }
}
