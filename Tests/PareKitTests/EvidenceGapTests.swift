// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareImage
import PareModel
import Testing

@testable import PareInventory
@testable import PareKit

/// Images of which something cannot be read, and what is said of them.
@Suite struct EvidenceGapTests {
    /// What was not read may be anything, a program in whose path a flaw lies as well.
    @Test func aNameThatIsNotTextLeavesEverythingOpen() async throws {
        let root = try EvidenceTests.root()
        try root.write("", to: "app/x")
        try Self.shell("mv '\(root.path)/app/x' \"$(printf '\(root.path)/app/\\377')\"")
        let facts = try await EvidenceTests.facts(of: root)
        #expect(facts.gaps.count == 1 && EvidenceTests.openFlaws(facts) == Set(EvidenceTests.Known.all))
    }

    /// An image whose only layer has a link to nothing, or a program whose name is not in UTF-8.
    @Test(arguments: ["lost", "name"])
    func whatALayerDoesNotShowStaysOpen(_ kind: String) async throws {
        let folder = try Folder()
        let make = """
            import io, json, tarfile
            image = tarfile.open('image.tar', 'w')
            def put(tar, name, data, **facts):
                item = tarfile.TarInfo(name)
                item.size = len(data)
                for key, value in facts.items(): setattr(item, key, value)
                tar.addfile(item, io.BytesIO(data))
            content = io.BytesIO()
            layer = tarfile.open(fileobj=content, mode='w')
            if '\(kind)' == 'lost': put(layer, 'a', b'', type=tarfile.LNKTYPE, linkname='b')
            else: put(layer, 'a\\udcff', b'x' * 80)
            layer.close()
            put(image, 'layer.tar', content.getvalue())
            put(image, 'config.json', b'{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}')
            put(image, 'manifest.json', b'[{"Config":"config.json","RepoTags":[],"Layers":["layer.tar"]}]')
            image.close()
            """
        try folder.write(make, to: "make.py")
        try Self.shell("cd '\(folder.path)' && python3 make.py")
        let reading = try await openImage(at: folder.path + "/image.tar").read(taking: [], cache: nil)
        let facts = try ProgramFacts(
            of: reading.tree, config: ImageConfig(), gaps: reading.gaps, asking: ProgramQuestion(about: []))
        #expect(facts.unseen.count == 1 && facts.gaps.count == (kind == "lost" ? 1 : 0))
    }

    @Test(arguments: [
        ("LD_PRELOAD=/lib/none.so", true), ("LD_AUDIT=libx.so", true),
        ("LD_PRELOAD=/app/here.so:/lib/none.so", true),
        ("LD_PRELOAD=/app/here.so", false), ("PATH=/lib/none.so", false), ("LD_PRELOAD=", false),
    ])
    func preloadsOfTheConfigurationMustBeThere(variable: String, isUnclear: Bool) async throws {
        let root = try EvidenceTests.root()
        try root.write("", to: "app/here.so")
        let facts = try await EvidenceTests.facts(of: root, ImageConfig(environment: [variable]))
        #expect(facts.unseen.isEmpty != isUnclear)
    }

    private static func shell(_ command: String) throws {
        let process = try Process.run(URL(filePath: "/bin/sh"), arguments: ["-ec", command])
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }
}
