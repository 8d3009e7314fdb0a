// SPDX-License-Identifier: Apache-2.0

import PareImage
import PareInventory
import PareModel
import Testing

/// Build information as the Go linker writes it.
func goBuildInfo(_ compiler: String, modules: String, flags: UInt8 = 2) -> [UInt8] {
    var bytes = GoBuildInfo.marker + [8, flags] + Array(repeating: 0, count: 16)
    let frame = Array(repeating: UInt8(ascii: "#"), count: 16)
    let list = modules.isEmpty ? [] : frame + Array(modules.utf8) + frame
    for text in [Array(compiler.utf8), list] {
        var length = text.count
        while length >= 0x80 {
            bytes.append(UInt8(length & 0x7F) | 0x80)
            length >>= 7
        }
        bytes.append(UInt8(length))
        bytes += text
    }
    return bytes
}

let goModules = """
    path\texample.com/app
    mod\texample.com/app\t(devel)\t
    dep\texample.com/plain\tv1.2.3\th1:abc=
    dep\texample.com/old\tv0.1.0
    =>\texample.com/new\tv0.2.0\th1:def=
    dep\texample.com/local\tv1.0.0
    =>\t./local\t(devel)\t
    dep\t\t(devel)
    build\t-compiler=gc
    build\t-ldflags="-s -X main.version=v1.4.2"
    build\tCGO_ENABLED=0

    """

@Suite struct GoBuildInfoTests {
    @Test func readsModules() throws {
        let info = try GoBuildInfo(window: goBuildInfo("go1.22.3 X:boringcrypto", modules: goModules)[...])
        #expect(info.release == "1.22.3")
        #expect(info.main?.path == "example.com/app" && info.main?.version == "(devel)")
        #expect(info.mainVersion == "v1.4.2")
        #expect(info.dependencies.map(\.path) == ["example.com/plain", "example.com/new", "./local", ""])
        #expect(info.dependencies.map(\.knownVersion) == ["v1.2.3", "v0.2.0", "", ""])
        #expect(info.settings["CGO_ENABLED"] == "0")
    }

    @Test func refusesEveryTruncation() {
        let whole = goBuildInfo("go1.22.3", modules: goModules)
        for length in 0..<whole.count {
            #expect(throws: GoBuildInfo.Unreadable.self) { try GoBuildInfo(window: whole[..<length]) }
        }
    }

    @Test(arguments: [
        ([], GoBuildInfo.Unreadable.notBuildInfo),
        (Array("ff Go buildinf:".utf8), .notBuildInfo),
        (goBuildInfo("go1.17.1", modules: "", flags: 0), .pointers),
        (goBuildInfo("go1.17.1", modules: "", flags: 1), .pointers),
        (goBuildInfo("go1.17.1", modules: "", flags: 8), .notBuildInfo),
        (goBuildInfo("rustc 1.80", modules: ""), .notBuildInfo),
        (goBuildInfo("", modules: ""), .notBuildInfo),
        (
            GoBuildInfo.marker + [8, 2] + Array(repeating: 0, count: 16) + Array(repeating: 0xFF, count: 20),
            .notBuildInfo
        ),
    ])
    func refuses(_ bytes: [UInt8], _ error: GoBuildInfo.Unreadable) {
        #expect(throws: error) { try GoBuildInfo(window: bytes[...]) }
    }

    /// Programs that look for build information themselves hold the marker a second time.
    @Test func readsTheFirstGoodWindow() throws {
        let chance = GoBuildInfo.marker + Array("not a Go executable, and other constants".utf8)
        let padded = chance + Array(repeating: 0, count: GoBuildInfo.windowLength - chance.count)
        let info = try GoBuildInfo(windows: padded + goBuildInfo("go1.21.0", modules: goModules))
        #expect(info.release == "1.21.0")
        #expect(throws: GoBuildInfo.Unreadable.notBuildInfo) { try GoBuildInfo(windows: padded) }
    }

    @Test func findsModulesInExecutables() {
        let elf: [UInt8] = [0x7F, 0x45, 0x4C, 0x46] + Array(repeating: 0, count: 60)
        let program = elf + goBuildInfo("go1.22.3", modules: goModules)
        let files = [
            TestFile("usr/bin/app", program, mode: 0o755),
            TestFile("opt/data", program, mode: 0o644),
            TestFile("opt/old", elf + goBuildInfo("go1.17", modules: "", flags: 0), mode: 0o755),
            TestFile("opt/between", elf + goBuildInfo("devel go1.24-abc", modules: ""), mode: 0o755),
            TestFile("usr/bin/owned", program, mode: 0o755),
            TestFile("var/lib/dpkg/info/owned.list", "/usr/bin/owned\n"),
        ]
        let inventory = Inventory(of: SquashedView(layers: [files], minimumSize: 0))
        #expect(
            inventory.packages.map(\.line) == [
                "go ./local (no version) [layer 0, usr/bin/app]",
                "go example.com/app v1.4.2 [layer 0, usr/bin/app]",
                "go example.com/new v0.2.0 [layer 0, usr/bin/app]",
                "go example.com/plain v1.2.3 [layer 0, usr/bin/app]",
                "go stdlib v1.22.3 [layer 0, usr/bin/app]",
            ])
        #expect(inventory.diagnostics.map(\.location) == ["opt/old"])
    }
}

@Suite struct GoLinkerFlagsTests {
    @Test(arguments: [
        ("-X main.version=1.0.0", "1.0.0"),
        ("-X=main.version=v1.0.0", "v1.0.0"),
        ("-Xmain.version=1.0", "1.0"),
        ("-s -w -X 'main.version=1.2.3-rc.1+build.5'", "1.2.3-rc.1+build.5"),
        ("-X \"main.Version=1.0.0\" -X main.commit=abc", "1.0.0"),
        ("-X main.version=1.0.0 -X main.version=2.0.0", "2.0.0"),
        ("-X main.version=1.0.0 -X other.org/x.version=3.0.0", "1.0.0"),
        ("-X main.version=1.0.0 -X cmd.ver=2.0.0", ""),
        ("-X example.com/app/cmd/app.version=4.0.0 -X main.version=1.0.0", "4.0.0"),
        ("-X example.com/lib/app.ver=5.0.0", "5.0.0"),
        ("-X main.version=dev", ""),
        ("-X main.version=01.0.0", ""),
        ("-X main.version=1.0-rc1", ""),
        ("-X main.version=", ""),
        ("-X main.versions=1.0.0", ""),
        ("-extldflags '-static -X main.version=1.0.0'", ""),
        ("-X", ""),
        ("", ""),
        ("-X 'main.version=1.0.0", "1.0.0"),
    ])
    func findsVersion(_ flags: String, _ version: String) {
        #expect(GoLinkerFlags.version(of: "example.com/app", in: flags) == version)
    }

    @Test(arguments: [
        ("a b", ["a", "b"]), ("  a  ", ["a"]), ("'a b' \"c d\"e", ["a b", "c de"]),
        ("a\\ b '\\'", ["a b", "\\"]),
        ("''", [""]), ("\"a", ["a"]), ("\\", []),
    ])
    func splitsWords(_ text: String, _ words: [String]) { #expect(GoLinkerFlags.words(of: text) == words) }

    @Test(arguments: [
        ("plain", "plain"), ("\"a\\\"b\\n\"", "a\"b\n"), ("`a\\b`", "a\\b"), ("\"", "\""), ("\"a", "\"a"),
    ])
    func unquotes(_ text: String, _ plain: String) { #expect(GoQuoting.unquoted(text) == plain) }
}
