// SPDX-License-Identifier: Apache-2.0
import PareArchive
import PareBytes
import PareModel
import Samples
import Testing

@testable import PareImage

@Suite struct HostileExportTests {
    private static let all = [Interest("all", .suffix(""), take: .content(limit: 100))]
    private let image = TestImage([
        entries(["a", "b/c", "h => a", "l -> a"]), entries(["d", ".wh.a"]),
    ])

    /// What reading an archive says.
    private func problem(_ bytes: [UInt8]) throws -> String {
        let export = ImageExport(image: "app:1", id: nil, stream: MemoryStream(bytes))
        do {
            _ = try export.read(InterestMatcher(Self.all), cache: nil)
            return "nothing"
        } catch let error as any Explained {
            #expect(error.hint != nil)
            return error.problem
        }
    }

    private func problem(_ fill: (inout TarWriter) -> Void) throws -> String {
        var tar = TarWriter()
        fill(&tar)
        tar.finish()
        return try problem(tar.bytes)
    }

    @Test(arguments: [TestImage.Form.legacy, .podman, .blobs, .ociArchive])
    func everyPrefixIsNoticed(form: TestImage.Form) throws {
        var image = image
        for packing in InterestTests.packings {
            image.packing = packing
            // The texts come first, so that only the end tells that something is missing.
            let files = (form == .ociArchive ? image.layoutFiles : image.dockerFiles(form)).reversed()
            let tar = TestImage.tar(files.map { .init(path: $0.0, content: $0.1) })
            #expect(try problem(tar) == "nothing")
            for count in stride(from: 0, to: tar.count - 1024, by: 61) {
                #expect(try problem(Array(tar.prefix(count))) != "nothing", "\(count) bytes")
            }
        }
    }

    @Test func changedBytesNeverTrap() throws {
        var lottery = SplitMix64(seed: 11)
        for form in [TestImage.Form.legacy, .blobs, .ociArchive] {
            var image = image
            for packing in InterestTests.packings {
                image.packing = packing
                let files = form == .ociArchive ? image.layoutFiles : image.dockerFiles(form)
                let tar = TestImage.tar(files.map { .init(path: $0.0, content: $0.1) })
                for _ in 0..<100 {
                    var changed = tar
                    for _ in 0..<Int.random(in: 1...4, using: &lottery) {
                        let at = Int.random(in: 0..<changed.count, using: &lottery)
                        changed[at] = .random(in: 0...255, using: &lottery)
                    }
                    _ = try problem(changed)
                }
            }
        }
    }

    @Test func saysWhatIsNoImage() throws {
        let cases: [([UInt8], String)] = [
            ([], "cannot read the archive of 'app:1': it was cut off"),
            (
                Array("no such image".utf8),
                "cannot read the archive of 'app:1': the tar archive ends too early, at byte 13"
            ),
            (
                [UInt8](repeating: 0x41, count: 600),
                "cannot read the archive of 'app:1': the tar header at byte 0 is broken: checksum is not a number"
            ),
            (
                [UInt8](repeating: 0, count: 1024),
                "'app:1' is neither an image archive nor an OCI layout: it is an empty tar"
            ),
            (
                TestImage.tar(entries(["a"])),
                "'app:1' is neither an image archive nor an OCI layout: it is a tar without a manifest.json or index.json"
            ),
        ]
        for (bytes, said) in cases {
            let problem = try problem(bytes)
            #expect(problem == said, "'\(problem)' in place of '\(said)'")
        }
    }

    @Test func countsPartsAndTexts() throws {
        let many = try problem { tar in
            for number in 0...20_000 { tar.add("\(number)", kind: .folder) }
        }
        #expect(many == "'app:1' has 20000 parts, more than any real image")
        let texts = try problem { tar in
            let text = [UInt8(ascii: "{")] + [UInt8](repeating: 0x20, count: 8 << 20 - 1)
            for number in 0...8 { tar.add("\(number)", Array(text.dropLast())) }
        }
        #expect(texts.hasSuffix("of texts, more than any real image"))
        let twice = try problem { tar in
            for _ in 0..<2 { tar.add("./a/../one", [0x7B]) }
        }
        #expect(twice == "cannot read the archive of 'app:1': 'one' is in it twice")
    }

    @Test func saysWhereAnotherArchiveFollows() throws {
        let tar = TestImage.tar(self.image.dockerFiles(.podman).map { .init(path: $0.0, content: $0.1) })
        #expect(try problem(tar + [UInt8](repeating: 1, count: 1 << 20)) == "nothing")
        let endless = try problem(tar + [UInt8](repeating: 0, count: 65 << 20))
        #expect(endless.hasSuffix("is broken: its end is followed by more"))
    }

    @Test func namesThatLeadOutLeadNowhere() throws {
        let image = image
        let config = image.configJSON
        let said = try problem { tar in
            tar.add("../layer.tar", image.layers[0])
            tar.add("loop", kind: .symbolicLink, link: "loop")
            tar.add("out", kind: .symbolicLink, link: "../../etc/passwd")
            tar.add("c.json", config)
            tar.add(
                "manifest.json", Array(#"[{"Config": "c.json", "Layers": ["loop", "out"]}]"#.utf8))
        }
        #expect(said == "'app:1' does not hold the layer 'loop'")
    }

    @Test func noticesAnotherLayerThanTheConfigurationNames() throws {
        var image = image
        let claimed = SHA256.digest(of: [1])
        image.config["rootfs"] = [
            "diff_ids": [claimed.description, SHA256.digest(of: image.layers[1]).description]
        ]
        for packing in InterestTests.packings {
            image.packing = packing
            for form in [TestImage.Form.legacy, .ociArchive] {
                let files = form == .ociArchive ? image.layoutFiles : image.dockerFiles(form)
                let said = try problem(TestImage.tar(files.map { .init(path: $0.0, content: $0.1) }))
                #expect(
                    said
                        == "layer digest lies in 'app:1': what is named \(claimed) is \(SHA256.digest(of: image.layers[0]))"
                )
            }
        }
    }
}
