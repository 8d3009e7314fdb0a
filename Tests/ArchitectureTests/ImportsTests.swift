// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Which modules a module may import: the architecture, as a table.  Floor by floor, upwards only.
private let allowed: [String: Set<String>] = {
    let vocabulary: Set<String> = ["PareModel"]
    let formats: Set<String> = ["PareModel", "PareBytes", "PareArchive"]
    let stages: Set<String> = [
        "PareNetwork", "PareInventory", "PareAdvisories", "PareMatch", "PareDockerfile", "PareDependencies",
        "PareEngine", "PareReport",
    ]
    return [
        // Floor 0
        "PareModel": [],
        "PareVersions": vocabulary,
        "PareBytes": ["PareModel", "CCrypto", "CGNU"],
        "PareArchive": ["PareModel", "PareBytes", "CZlib", "CZstd", "CISAL"],
        // Floor 1
        "PareImage": formats,
        // Floor 2
        "PareNetwork": formats.union([
            "PareImage", "AsyncHTTPClient", "NIOCore", "NIOPosix", "NIOHTTP1", "NIOSSL", "Subprocess",
            "SystemPackage",
        ]),
        "PareInventory": formats.union(["PareImage"]),
        "PareAdvisories": formats.union(["PareVersions", "CPareData", "CSQLite"]),
        "PareMatch": ["PareModel", "PareVersions"],
        "PareDockerfile": ["PareModel", "PareBytes", "CPareData"],
        "PareDependencies": ["PareModel", "PareBytes", "PareVersions"],
        "PareEngine": [
            "PareModel", "PareBytes", "CNamespaces", "NIOCore", "NIOPosix", "NIOHTTP1", "Subprocess",
            "SystemPackage",
        ],
        "PareReport": ["PareModel", "PareVersions", "PareBytes"],
        // Floor 3
        "PareKit": formats.union(stages).union(["PareImage", "PareVersions"]),
        // Floor 4
        "pare": ["PareModel", "PareKit", "ArgumentParser"],
    ]
}()

/// Modules of the toolchain.  Foundation itself is not among them: using it links 44 MB of ICU.
private let toolchain: Set<String> = ["FoundationEssentials", "Glibc", "Synchronization", "Dispatch"]

@Suite struct ImportsTests {
    @Test(arguments: allowed.keys.sorted())
    func importsOnlyWhatItMay(_ module: String) throws {
        let files = try SourceFile.all(in: "Sources/\(module)")
        #expect(!files.isEmpty, "no sources of \(module) were found")
        for file in files {
            for name in file.imports where !toolchain.contains(name) {
                #expect(allowed[module]?.contains(name) == true, "\(file.path) imports \(name)")
            }
        }
    }

    @Test func everyModuleStandsInTheTable() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: SourceFile.root + "/Sources")
        let libraries: Set<String> = [
            "CZlib", "CZstd", "CSQLite", "CCrypto", "CISAL", "CGNU", "CNamespaces", "CPareData",
        ]
        #expect(Set(folders).subtracting(libraries) == Set(allowed.keys))
    }
}
