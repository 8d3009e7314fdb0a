// SPDX-License-Identifier: Apache-2.0

import Foundation
import PareImage
import PareInventory
import Testing

/// A folder `Fixtures/CATALOGER/CASE` with one folder a layer (`0`, `1` …) and the inventory as `golden.txt`.
struct FixtureCase: CustomTestStringConvertible, Sendable {
    let folder: URL
    var testDescription: String { folder.pathComponents.suffix(2).joined(separator: "/") }

    static let all: [FixtureCase] = {
        let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
        return folders(in: fixtures).flatMap { folders(in: $0) }.map(FixtureCase.init)
    }()

    private static func folders(in folder: URL) -> [URL] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { !$0.contains(".") }.sorted().map { folder.appending(path: $0) }
    }

    func layers() throws -> [[TestFile]] {
        try Self.folders(in: folder).filter { Int($0.lastPathComponent) != nil }.map { layer in
            let paths = try FileManager.default.subpathsOfDirectory(atPath: layer.path).sorted()
            return try paths.compactMap { path in
                let file = layer.appending(path: path)
                guard try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else {
                    return nil
                }
                return TestFile(path, [UInt8](try Data(contentsOf: file)))
            }
        }
    }
}

@Suite struct FixtureTests {
    @Test(arguments: FixtureCase.all)
    func readsWhatIsInstalled(_ fixture: FixtureCase) throws {
        let listing = Inventory(of: SquashedView(layers: try fixture.layers())).listing
        let golden = fixture.folder.appending(path: "golden.txt")
        if ProcessInfo.processInfo.environment["PARE_UPDATE_GOLDENS"] == "1" {
            try Data(listing.utf8).write(to: golden)
        }
        #expect(listing == (try String(contentsOf: golden, encoding: .utf8)))
    }

    /// Whatever a file is cut to, and whatever byte is broken, reading it ends.
    @Test(arguments: FixtureCase.all)
    func survivesDamage(_ fixture: FixtureCase) throws {
        for file in try fixture.layers().joined() {
            for interest in Inventory.interests where interest.takes(file, minimumSize: 0) {
                guard
                    let cataloger = Cataloger.all.first(where: {
                        $0.reads.contains { $0.name == interest.name }
                    })
                else { continue }
                for length in 0..<min(file.content.count, 2000) {
                    var broken = file.content
                    broken[length] ^= 0xFF
                    for content in [Array(file.content[..<length]), broken] {
                        _ = cataloger.read(
                            KeptFile(
                                interest: interest.name, path: file.path, layer: 0, mode: 0o644,
                                size: Int64(content.count), content: content))
                    }
                }
            }
        }
    }

    @Test func areThere() { #expect(FixtureCase.all.count > 20) }
}

@Suite struct CatalogerListTests {
    /// A cataloger is one file and one line in the list.
    @Test func namesEveryFile() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/PareInventory/Catalogers").standardized
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(names.count { $0.hasSuffix("Cataloger.swift") } == names.count)
        #expect(names.count == Cataloger.all.count)
    }

    @Test func namesAreUnique() {
        #expect(Set(Cataloger.all.map(\.name)).count == Cataloger.all.count)
        let owners = Cataloger.all.flatMap { cataloger in Set(cataloger.reads.map(\.name)) }
        #expect(Set(owners).count == owners.count, "two catalogers share the name of an interest")
    }

    @Test func recognisesNothingInNothing() {
        #expect(!Inventory(of: SquashedView(files: [], isVisible: [])).recognised)
        #expect(!Inventory(of: SquashedView(TestFile("app/package.json", "{}"))).recognised)
        #expect(!Inventory(of: SquashedView(TestFile("etc/alpine-release", "3.20.1\n"))).recognised)
        // Its packages are in a data base that is not read: clean would be a lie.
        #expect(
            !Inventory(of: SquashedView(TestFile("etc/os-release", "ID=fedora\nVERSION_ID=42\n"))).recognised)
    }
}
