// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Testing

/// Images that are broken, or made to do harm.
@Suite struct BadImageTests {
    @Test func aGoodImageIsFine() throws {
        let folder = try TemporaryFolder()
        let layer = TemporaryFolder.debian + Tar.end
        for image in [
            try folder.archive(layer: layer), try folder.layout(layer: layer),
            try folder.layout(layer: layer, gzip: true),
        ] {
            let command = try Command("scan", image)
            #expect(command.status == 0 && command.leftovers.isEmpty, "\(command)")
            #expect(command.output.contains("libc6") || command.output.contains("glibc"), "\(command)")
        }
    }

    @Test(arguments: ["", "hello", String(repeating: "no tar ", count: 1000), "\u{1F}\u{8B}", "PK\u{3}\u{4}"])
    func whatIsNoArchiveIsSaid(content: String) throws {
        let folder = try TemporaryFolder()
        try folder.write(content, to: "image.tar")
        let command = try Command("scan", folder.path + "/image.tar")
        #expect(command.failed(naming: folder.path + "/image.tar"), "\(command)")
    }

    @Test(arguments: [100, 512, 700, 1100, 2000, 3000, 4000, 5000])
    func aTruncatedArchiveIsSaid(length: Int) throws {
        let folder = try TemporaryFolder()
        let image = try folder.archive(layer: TemporaryFolder.debian + Tar.end)
        try #require(truncate(image, length) == 0)
        let command = try Command("scan", image)
        #expect(command.failed(naming: image), "\(command)")
    }

    @Test(arguments: [1, 10, 100, 200])
    func aTruncatedGzipIsSaid(removed: Int) throws {
        let folder = try TemporaryFolder()
        let image = try folder.archive(layer: TemporaryFolder.debian + Tar.end)
        try shell("gzip -c \"$1\" | head -c -$2 > \"$1.gz\"", image, "\(removed)")
        let command = try Command("scan", image + ".gz")
        #expect(command.failed(naming: image + ".gz"), "\(command)")
    }

    @Test func aTruncatedLayerIsSaid() throws {
        let folder = try TemporaryFolder()
        try folder.write(TemporaryFolder.debian + Tar.end, to: "plain")
        try shell("gzip -c \"$1/plain\" | head -c -20 > \"$1/short\"", folder.path)
        let short = try Data(contentsOf: URL(filePath: folder.path + "/short"))
        for image in [try folder.archive(layer: [UInt8](short)), try folder.layout(layer: [UInt8](short))] {
            let command = try Command("scan", image)
            #expect(command.failed(naming: image), "\(command)")
        }
    }

    @Test func aLayerWhoseDigestLiesIsSaid() throws {
        let folder = try TemporaryFolder()
        let image = try folder.layout(layer: TemporaryFolder.debian + Tar.end, gzip: true, lying: true)
        let command = try Command("scan", image)
        #expect(command.failed(naming: image), "\(command)")
        #expect(command.errors.contains("sha256:abab"), "\(command)")
    }

    /// Names that lead out of the image stay in it, whether they are of files or stand in links.
    @Test func namesDoNotLeadOutOfTheImage() throws {
        let folder = try TemporaryFolder()
        let victim = folder.path + "/victim"
        try folder.write("mine", to: "victim")
        let up = String(repeating: "../", count: 20)
        let layer =
            Tar.entry("up", type: "2", link: up) + Tar.file(up + victim.dropFirst(), "harm")
            + Tar.file(victim, "harm") + Tar.file("up" + victim, "harm")
            + Tar.entry("hard", type: "1", link: victim) + Tar.entry("soft", type: "2", link: victim)
            + Tar.file("soft", "harm") + Tar.entry("etc/os-release", type: "2", link: "/etc/os-release")
            + Tar.entry("usr/lib/os-release", type: "2", link: up + "etc/os-release")
            + Tar.entry(up, type: "5") + Tar.entry("/", type: "5") + Tar.entry("..", type: "2", link: "/")
            + TemporaryFolder.debian + Tar.end
        for image in [try folder.archive(layer: layer), try folder.layout(layer: layer, gzip: true)] {
            let command = try Command("scan", "--format", "json", image)
            #expect(command.status == 0 && command.leftovers.isEmpty, "\(command)")
            #expect(command.output.contains(#""Name": "12.5""#), "\(command)")
        }
        #expect(try folder.text("victim") == "mine")
    }

    /// Links in a folder lead nowhere outside of it either.
    @Test func linksDoNotLeadOutOfAFolder() throws {
        let folder = try TemporaryFolder()
        try folder.write("nothing", to: "root/readme")
        try folder.write("Package: a\nStatus: install ok installed\nVersion: 1\n", to: "outside/status")
        try shell(
            "mkdir -p \"$1/root/var/lib/dpkg\"; ln -s \"$1/outside/status\" \"$1/root/var/lib/dpkg/\"",
            folder.path)
        try shell("ln -s / \"$1/root/host\"; ln -s .. \"$1/root/up\"; mkfifo \"$1/root/pipe\"", folder.path)
        let command = try Command("scan", folder.path + "/root")
        #expect(command.failed(naming: folder.path + "/root"), "\(command)")
    }

    /// Two GiB of zeros in two MiB: once as a layer, once around the whole archive.
    @Test func aGzipBombFitsInMemory() throws {
        let folder = try TemporaryFolder()
        let bomb = """
            head -c 67108864 /dev/zero | gzip -1 > "$1/piece"
            i=0; while [ $i -lt 32 ]; do cat "$1/piece"; i=$((i+1)); done > "$1/zeros"
            """
        try shell(bomb, folder.path)
        let head = Tar.entry("var/lib/dpkg/status", size: 32 << 26)
        try folder.write(head, to: "head")
        try shell("(gzip -c \"$1/head\"; cat \"$1/zeros\") > \"$1/bomb\"", folder.path)
        let layer = [UInt8](try Data(contentsOf: URL(filePath: folder.path + "/bomb")))
        let image = try folder.archive(layer: layer)
        for target in [image, folder.path + "/bomb", folder.path + "/zeros"] {
            let command = try Command("scan", target)
            #expect(command.failed(naming: target), "\(command)")
        }
        #expect(Self.largestChild < 1 << 30)
    }

    /// A header that claims ten gigabytes, of which there is nothing.
    @Test(arguments: ["plain", "sparse", "negative", "huge"])
    func aClaimIsNotBelieved(kind: String) throws {
        let folder = try TemporaryFolder()
        let claim =
            switch kind {
            case "plain": Tar.entry("var/lib/dpkg/status", size: 10 << 30)
            case "sparse":
                Tar.entry("var/lib/dpkg/status", type: "S") { header in
                    let end = Array(Tar.octal(10 << 30).utf8)
                    header.replaceSubrange(386..<398, with: end)
                    header.replaceSubrange(398..<410, with: Tar.octal(0).utf8)
                    header.replaceSubrange(483..<495, with: end)
                }
            case "negative":
                Tar.entry("x") { $0.replaceSubrange(124..<136, with: [UInt8](repeating: 0xFF, count: 12)) }
            default:
                Tar.entry("x") {
                    $0.replaceSubrange(124..<136, with: [0x80] + [UInt8](repeating: 0x7F, count: 11))
                }
            }
        for image in [
            try folder.archive(layer: claim + Tar.end), try folder.layout(layer: claim + Tar.end),
            try folder.layout(layer: claim + Tar.end, gzip: true),
        ] {
            let command = try Command("scan", image)
            #expect(command.failed(naming: image), "\(command)")
        }
        try folder.write(claim + Tar.end, to: "claim.tar")
        let command = try Command("scan", folder.path + "/claim.tar")
        #expect(command.failed(naming: folder.path + "/claim.tar"), "\(command)")
        #expect(Self.largestChild < 1 << 30)
    }

    /// The most memory that a process which these tests started has held, in bytes.
    private static var largestChild: Int {
        var usage = rusage()
        getrusage(RUSAGE_CHILDREN.rawValue, &usage)
        return usage.ru_maxrss * 1024
    }
}
