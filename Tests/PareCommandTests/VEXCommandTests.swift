// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareBytes
import PareModel
import Testing

/// `--vex` in all its forms, and what a report says of it.  The image is a Debian 12.5 with libc6, judged by the data on
/// board.
@Suite struct VEXCommandTests {
    static func document(_ id: String, product: String = "pkg:deb/debian/libc6", status: String = "fixed")
        -> String
    {
        """
        {"@context":"https://openvex.dev/ns/v0.2.0","author":"A","timestamp":"2026-01-01T00:00:00Z","statements":
         [{"vulnerability":{"name":"\(id)"},"products":[{"@id":"\(product)"}],"status":"\(status)"}]}
        """
    }

    /// What is open and what is dismissed, by id, and what became of the statements.
    private static func scan(_ words: [String], _ way: Command.Way = .init()) throws -> (
        open: [String], dismissed: [String: String], statements: [JSONValue], errors: String
    ) {
        let command = try Command(["scan", "--format", "json"] + words, way)
        #expect(command.status == 0, "\(command)")
        let report = try JSONValue(Array(command.output.utf8))
        let results = report["Results"]?.elements ?? []
        let open = results.flatMap { $0["Vulnerabilities"]?.elements ?? [] }
            .compactMap { $0["VulnerabilityID"]?.text }
        let aside = results.flatMap { $0["ExperimentalModifiedFindings"]?.elements ?? [] }.map {
            ($0["Finding"]?["VulnerabilityID"]?.text ?? "", $0["Source"]?.text ?? "")
        }
        return (open, Dictionary(aside) { $1 }, report["Statements"]?.elements ?? [], command.errors)
    }

    private static func image() throws -> (folder: TemporaryFolder, path: String) {
        let folder = try TemporaryFolder()
        return (folder, try folder.layout(layer: TemporaryFolder.debian + Tar.end))
    }

    @Test func debianSetsAsideWhatItCallsUnimportant() throws {
        let (folder, path) = try Self.image()
        let judged = try Self.scan([path])
        #expect(judged.dismissed["CVE-2010-4756"] == "debian" && judged.dismissed.count == 7)
        #expect(!judged.open.isEmpty && judged.statements.isEmpty)
        let raw = try Self.scan(["--no-dismissals", "--vex", folder.path + "/none", path])
        #expect(raw.dismissed.isEmpty && raw.open.count == judged.open.count + 7)
        let byVariable = try Self.scan([path], .init(environment: ["PARE_NO_DISMISSALS": "true"]))
        #expect(byVariable.open == raw.open)
    }

    @Test func filesAndFoldersAreTaken() throws {
        let (folder, path) = try Self.image()
        let open = try Self.scan([path]).open
        try folder.write(Self.document(open[0]), to: "vex/a.json")
        try folder.write(Self.document(open[1]), to: "vex/deeper/b.json")
        try folder.write(Self.document("CVE-2001-1"), to: "vex/c.json")
        try folder.write("{}", to: "vex/package.json")
        let judged = try Self.scan(["--vex", folder.path + "/vex", path])
        #expect(judged.open.count == open.count - 2)
        #expect(judged.dismissed[open[0]] == folder.path + "/vex/a.json")
        #expect(judged.statements.map { $0["Matched"]?.integer } == [1, 0, 1])
        let table = try Command("scan", "--vex", folder.path + "/vex", path).output
        #expect(table.contains("matched nothing: CVE-2001-1"), "\(table)")
        #expect(table.contains("package.json"), "\(table)")

        let two = ["vex/a.json", "vex/deeper/b.json"].map { "\(folder.path)/\($0)" }
        for name in ["PARE_VEX", "TRIVY_VEX"] {
            let variable = try Self.scan([path], .init(environment: [name: two.joined(separator: ",")]))
            #expect(variable.open == judged.open)
        }
    }

    /// Only the documents that the index names for packages of the image are opened.
    @Test func repositoriesAreTaken() throws {
        let (folder, path) = try Self.image()
        let open = try Self.scan([path]).open
        func index(_ location: String) -> String {
            """
            {"updated_at":"2026-01-01T00:00:00Z","packages":[
             {"id":"pkg:deb/debian/libc6","location":"\(location)","format":"openvex"},
             {"id":"pkg:npm/qs","location":"pkg/qs.json"}]}
            """
        }
        try folder.write(index("pkg/libc6.json"), to: "repo/0.1/index.json")
        try folder.write(Self.document(open[0]), to: "repo/0.1/pkg/libc6.json")
        try folder.write("not read", to: "repo/0.1/pkg/qs.json")
        let judged = try Self.scan(["--vex", folder.path + "/repo", path])
        #expect(judged.open.count == open.count - 1 && judged.statements.count == 1)
        for location in ["../../../outside.json", "/etc/hostname", "pkg/gone.json"] {
            try folder.write(index(location), to: "repo/0.1/index.json")
            let command = try Command("scan", "--vex", folder.path + "/repo", path)
            #expect(command.failed(naming: location), "\(command)")
        }
    }

    @Test(arguments: ["", "garbage", "{", "{}", #"{"@context":"https://openvex.dev/ns","statements":[{}]}"#])
    func whatIsNoDocumentIsSaid(content: String) throws {
        let (folder, path) = try Self.image()
        try folder.write(content, to: "bad.json")
        let command = try Command("scan", "--vex", folder.path + "/bad.json", path)
        #expect(command.failed(naming: folder.path + "/bad.json"), "\(command)")
    }

    @Test func whatIsNotThereIsSaid() throws {
        let (folder, path) = try Self.image()
        #expect(try Command("scan", "--vex", "/nonexistent.json", path).failed(naming: "/nonexistent.json"))
        let none = try Command("scan", "--vex", "oci", path)
        #expect(none.status == 0 && none.output.contains("no VEX document is attached"), "\(none)")
        withExtendedLifetime(folder) {}
    }

    /// Attached as a referrer, as BuildKit's attestation, and as cosign's; what is about another image is left alone.
    @Test(arguments: ["subject", "buildkit", "cosign", "other subject"])
    func attachedDocumentsAreTaken(_ way: String) throws {
        let (folder, path) = try Self.image()
        let open = try Self.scan([path]).open
        let manifest = try Self.manifest(of: path)
        let document = Self.document(open[0], product: "pkg:oci/demo@\(manifest)")
        try Self.attach(document, way, to: manifest, in: path)
        let judged = try Self.scan(["--vex", "oci", path])
        #expect(judged.open.count == open.count - (way == "other subject" ? 0 : 1))
        #expect(judged.dismissed[open[0]]?.hasPrefix("oci:") == (way == "other subject" ? nil : true))
        #expect(try Self.scan([path]).open == open, "without the option nothing attached counts")
        withExtendedLifetime(folder) {}
    }

    private static func manifest(of layout: String) throws -> String {
        let index = try JSONValue(Data(contentsOf: URL(filePath: layout + "/index.json")))
        return index["manifests"]?.elements?.first?["digest"]?.text ?? ""
    }

    private static func attach(_ document: String, _ way: String, to image: String, in layout: String) throws
    {
        func blob(_ text: String) throws -> String {
            let digest = SHA256.digest(of: Array(text.utf8))
            try Data(text.utf8).write(to: URL(filePath: "\(layout)/blobs/sha256/\(digest.hex)"))
            return #""digest":"\#(digest)","size":\#(text.utf8.count)"#
        }
        let statement =
            #"{"_type":"https://in-toto.io/Statement/v1","predicateType":"https://openvex.dev/ns/v0.2.0","predicate":\#(document)}"#
        let envelope =
            #"{"payloadType":"application/vnd.in-toto+json","payload":"\#(Data(statement.utf8).base64EncodedString())","signatures":[]}"#
        let content = way == "cosign" ? envelope : way == "buildkit" ? statement : document
        let subject = way == "other subject" ? "sha256:" + String(repeating: "ab", count: 32) : image
        let referrer = way.hasSuffix("subject") ? #","subject":{"digest":"\#(subject)"}"# : ""
        let manifest = try blob(
            #"{"schemaVersion":2,"artifactType":"application/vnd.openvex+json","layers":[{\#(try blob(content))}]\#(referrer)}"#
        )
        let annotation =
            way == "buildkit"
            ? #""vnd.docker.reference.type":"attestation-manifest","vnd.docker.reference.digest":"\#(image)""#
            : #""org.opencontainers.image.ref.name":"\#(image.replacing(":", with: "-")).att""#
        guard !way.hasSuffix("subject") else { return }
        let file = URL(filePath: layout + "/index.json")
        let index = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        let added = index.replacing("}]}", with: "},{\(manifest),\"annotations\":{\(annotation)}}]}")
        try Data(added.utf8).write(to: file)
    }

    @Test(arguments: ["openvex", "cyclonedx", "spdx-json"])
    func documentsAreTheSameTwice(_ format: String) throws {
        let (folder, path) = try Self.image()
        let way = Command.Way(environment: ["SOURCE_DATE_EPOCH": "1766000000"])
        let first = try Command(["scan", "--format", format, path], way)
        #expect(first.status == 0 && first.output.contains("libc6"), "\(first)")
        #expect(try Command(["scan", "--format", format, path], way).output == first.output)
        withExtendedLifetime(folder) {}
    }

    @Test func aComparisonShowsBothSides() throws {
        let (folder, path) = try Self.image()
        let open = try Self.scan([path]).open
        try folder.write(Self.document(open[0]), to: "a.json")
        let words = ["compare", path, path, "--vex", folder.path + "/a.json"]
        let json = try JSONValue(Array(try Command(words + ["--format", "json"], .init()).output.utf8))
        for side in ["before", "after"] {
            #expect(json[side]?["dismissed"]?.integer == 8)
            #expect(json[side]?["dismissedFindings"]?.elements?.count == 8)
            #expect(json[side]?["statements"]?.elements?.count == 1)
        }
        let page = try Command(words + ["--format", "html"], .init()).output
        #expect(page.contains("dismissed-before-table") && page.contains("security-tracker.debian.org"))
    }
}
