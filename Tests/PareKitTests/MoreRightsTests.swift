// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareAdvisories
import PareImage
import PareModel
import Testing

@testable import PareInventory
@testable import PareKit
@testable import PareMatch

/// Flaws that matter only where a program has more rights than who calls it, and images that have such programs.
@Suite struct MoreRightsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Python: for each layer its entries, as `tarfile` has them.
        let layers: String
        /// What keeps the flaw open; `nil` where nothing does.
        let open: String?
    }

    static let cases = [
        Case(testDescription: "none", layers: "[[dict(name='a', mode=0o755)]]", open: nil),
        Case(
            testDescription: "set-user-ID", layers: "[[dict(name='usr/bin/a', mode=0o4755)]]",
            open: "usr/bin/a"),
        Case(testDescription: "set-group-ID", layers: "[[dict(name='a', mode=0o2755)]]", open: "a"),
        Case(
            testDescription: "not executable, which some tools take for a lock",
            layers: "[[dict(name='a', mode=0o2644)]]", open: "a"),
        Case(
            testDescription: "a folder whose files get its group",
            layers: "[[dict(name='var', mode=0o2775, type=tarfile.DIRTYPE)]]", open: nil),
        Case(
            testDescription: "capabilities",
            layers: "[[dict(name='a', mode=0o755, pax_headers={'SCHILY.xattr.security.capability': 'x'})]]",
            open: "a"),
        Case(
            testDescription: "capabilities as another writer keeps them",
            layers: "[[dict(name='a', pax_headers={'LIBARCHIVE.xattr.security.capability': 'x'})]]", open: "a"
        ),
        Case(
            testDescription: "another attribute",
            layers: "[[dict(name='a', mode=0o755, pax_headers={'SCHILY.xattr.user.words': 'x'})]]", open: nil),
        Case(
            testDescription: "removed", layers: "[[dict(name='b/a', mode=0o4755)], [dict(name='b/.wh.a')]]",
            open: nil),
        Case(
            testDescription: "replaced",
            layers: "[[dict(name='a', mode=0o4755)], [dict(name='a', mode=0o755)]]",
            open: nil),
        Case(
            testDescription: "made", layers: "[[dict(name='a', mode=0o755)], [dict(name='a', mode=0o4755)]]",
            open: "a"),
        Case(
            testDescription: "one name left of two",
            layers: """
                [[dict(name='a', mode=0o4755), dict(name='b', mode=0o755, type=tarfile.LNKTYPE, linkname='a')],
                 [dict(name='.wh.a')]]
                """, open: "b"),
        Case(
            testDescription: "a link that stands for it",
            layers: """
                [[dict(name='a', mode=0o755), dict(name='c', mode=0o6777, type=tarfile.SYMTYPE, linkname='a')]]
                """, open: nil),
        Case(
            testDescription: "something that cannot be known",
            layers: "[[dict(name='a', type=tarfile.LNKTYPE, linkname='nothing')]]", open: "link"),
    ]

    @Test(arguments: cases) func isSeen(_ scenario: Case) async throws {
        let folder = try Folder()
        try folder.write(
            """
            import io, json, tarfile
            image = tarfile.open('image.tar', 'w')
            def put(tar, name, data=b'words', **facts):
                item = tarfile.TarInfo(name)
                item.size = len(data)
                for key, value in facts.items(): setattr(item, key, value)
                tar.addfile(item, io.BytesIO(data))
            layers = \(scenario.layers)
            for number, entries in enumerate(layers):
                content = io.BytesIO()
                with tarfile.open(fileobj=content, mode='w:gz', format=tarfile.PAX_FORMAT) as layer:
                    for entry in entries: put(layer, data=b'' if 'type' in entry else b'words', **entry)
                put(image, f'{number}.tar', content.getvalue())
            put(image, 'config.json', b'{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}')
            put(image, 'manifest.json', json.dumps(
                [{"Config": "config.json", "RepoTags": [], "Layers": [f'{n}.tar' for n in range(len(layers))]}]).encode())
            image.close()
            """, to: "make.py")
        let python = try Process.run(
            URL(filePath: "/bin/sh"), arguments: ["-ec", "cd '\(folder.path)' && python3 make.py"])
        python.waitUntilExit()
        try #require(python.terminationStatus == 0)
        let judgement = try await Self.judgement(folder.path + "/image.tar")
        switch judgement {
        case .unreachable(let dismissal):
            #expect(scenario.open == nil)
            #expect(dismissal.justification == .notControllableByAdversary)
            #expect(dismissal.evidence.contains { $0.contains("getcap -r /") })
        case .open(let reason):
            #expect(scenario.open.map { reason.contains($0) } == true, "\(reason)")
        }
    }

    /// Whoever unpacked it may not have been allowed to set the marks.
    @Test func aFolderSaysNothing() async throws {
        let folder = try Folder()
        try folder.write("words", to: "usr/bin/a")
        #expect(
            try await Self.judgement(folder.path)
                == .open("a folder may have lost the marks of files when it was unpacked"))
    }

    private static func judgement(_ path: String) async throws -> ProgramFacts.Judgement {
        let flaw = try #require(Flaw.onBoard.first { $0.id == "CVE-2023-4911" })
        #expect(flaw.condition == .onlyWithMoreRights)
        let reading = try await openImage(at: path).read(taking: [])
        return try ProgramFacts(
            of: reading.tree, config: ImageConfig(), gaps: reading.gaps,
            asking: ProgramQuestion(about: [flaw])
        ).judgement(of: flaw, on: "amd64")
    }
}
