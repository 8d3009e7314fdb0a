// SPDX-License-Identifier: Apache-2.0

import Foundation
import PareImage
import PareInventory
import PareModel
import Testing

@Suite struct NodeCatalogerTests {
    /// An ELF file that holds some texts.
    static func program(_ texts: String...) -> [UInt8] {
        [0x7F, 0x45, 0x4C, 0x46] + Array(repeating: 0, count: 64)
            + texts.flatMap { Array($0.utf8) + Array(repeating: 0, count: 70) }
    }

    static func nodes(_ files: TestFile...) -> [String] { nodes(in: [files]) }

    static func nodes(in layers: [[TestFile]]) -> [String] {
        let inventory = Inventory(of: SquashedView(layers: layers, minimumSize: 0))
        return inventory.packages.filter { $0.kind == .node }.map {
            "\($0.name) \($0.version) \($0.evidence.layer) \($0.evidence.path)"
        }
    }

    @Test(arguments: [
        // As in builds of nodejs.org, Debian and Alpine: a constant with a zero behind it …
        (["node.js/v20.18.0"], "20.18.0"),
        // … or, since Node 24, with the next constant right behind it.
        (["node.js/v24.11.1Protocol-Version{"], "24.11.1"),
        (["node.js/v23.0.0-rc.1"], "23.0.0-rc.1"),
        (["node.js/v8 api", "node.js/v0.10.48"], "0.10.48"),
        (["node.js/v8 api"], nil),
        (["node.js/v20.18"], nil),
        (["node.js/v20.18."], nil),
        (["node.js/v20.x.1"], nil),
        (["node.js/v123456.0.0"], nil),
        (["node.js/"], nil),
        (["node.js/v20.18.0", "ELECTRON_RUN_AS_NODE"], nil),
    ])
    func readsVersion(_ texts: [String], _ version: String?) {
        let content = texts.reduce(into: Self.program()) {
            $0 += Array($1.utf8) + Array(repeating: 0, count: 70)
        }
        let found = Self.nodes(TestFile("opt/runtime", content, mode: 0o755))
        #expect(found == (version.map { ["node \($0) 0 opt/runtime"] } ?? []))
    }

    @Test func looksAtProgramsOnly() {
        let text = Array("node.js/v20.18.0\0".utf8)
        #expect(Self.nodes(TestFile("usr/bin/script", text, mode: 0o755)).isEmpty)
        #expect(Self.nodes(TestFile("usr/share/node", Self.program("node.js/v20.18.0"))).isEmpty)
        #expect(Self.nodes(TestFile("usr/lib/libnode.so.115", Self.program("node.js/v20.18.0"))).count == 1)
        #expect(Self.nodes(TestFile("usr/lib/libother.so", Self.program("node.js/v20.18.0"))).isEmpty)
    }

    @Test func ignoresSmallPrograms() {
        let inventory = Inventory(
            of: SquashedView(TestFile("usr/bin/node", Self.program("node.js/v20.18.0"), mode: 0o755)))
        #expect(!inventory.recognised)
    }

    @Test func namesTheFirstLayer() {
        let old = TestFile("usr/local/bin/node", Self.program("node.js/v20.18.0"), mode: 0o755)
        let new = TestFile("usr/local/bin/node", Self.program("node.js/v22.1.0"), mode: 0o755)
        #expect(Self.nodes(in: [[old], [], [old]]) == ["node 20.18.0 0 usr/local/bin/node"])
        #expect(Self.nodes(in: [[old], [new]]) == ["node 22.1.0 1 usr/local/bin/node"])
        #expect(Self.nodes(in: [[old], [TestFile("usr/local/bin/.wh.node", "")]]).isEmpty)
    }

    struct Owner: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var path = "usr/bin/node"
        var version = "18.20.4"
        let layers: [[TestFile]]
        let isCounted: Bool
    }

    private static func record(_ name: String, _ version: String, at path: String = "var/lib/dpkg/status")
        -> TestFile
    {
        TestFile(path, "Package: \(name)\nVersion: \(version)\n")
    }
    private static let list = TestFile("var/lib/dpkg/info/nodejs.list", "/.\n/usr/bin\n/usr/bin/node\n")

    static let owners: [Owner] = [
        Owner(testDescription: "nobody", layers: [], isCounted: true),
        Owner(
            testDescription: "Debian's package, listed in another layer",
            layers: [[record("nodejs", "18.20.4+dfsg-1~deb12u1"), list], []], isCounted: false),
        Owner(
            testDescription: "Debian's library package", path: "usr/lib/x86_64-linux-gnu/libnode.so.108",
            layers: [[record("libnode108", "1:18.20.4+dfsg-1~deb12u1")]], isCounted: false),
        Owner(
            testDescription: "a record without lists, as distroless images have",
            layers: [[record("nodejs", "18.20.4+dfsg-1", at: "var/lib/dpkg/status.d/nodejs")]],
            isCounted: false),
        Owner(
            testDescription: "NodeSource, which Debian's advisories do not judge",
            layers: [[record("nodejs", "18.20.4-1nodesource1"), list]], isCounted: true),
        Owner(
            testDescription: "a product that brings its own",
            layers: [[record("kibana", "8.1.0"), list]], isCounted: true),
        Owner(
            testDescription: "Debian's package beside another build", path: "usr/local/bin/node",
            layers: [[record("nodejs", "18.20.4+dfsg-1"), list]], isCounted: true),
        Owner(
            testDescription: "Debian's package of another version",
            layers: [[record("nodejs", "18.19.0+dfsg-1"), list]], isCounted: true),
        Owner(
            testDescription: "Wolfi's package", version: "24.1.0",
            layers: [[TestFile("usr/lib/apk/db/installed", "P:nodejs-24\nV:24.1.0-r0\nF:usr/bin\nR:node\n")]],
            isCounted: false),
        Owner(
            testDescription: "Alpine's package, elsewhere", path: "opt/node/node", version: "24.1.0",
            layers: [
                [TestFile("lib/apk/db/installed", "P:nodejs-current\nV:24.1.0-r0\nF:opt/node\nR:node\n")]
            ],
            isCounted: false),
    ]

    @Test(arguments: owners)
    func leavesToTheDistribution(_ owner: Owner) {
        let node = TestFile(owner.path, Self.program("node.js/v\(owner.version)"), mode: 0o755)
        #expect(Self.nodes(in: owner.layers + [[node]]).isEmpty == !owner.isCounted)
    }
}
