// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareAdvisories
import PareBytes
import PareModel
import Testing

/// Which artifact a jar is, by an index.
@Suite struct JavaIndexTests {
    static let questions: [(JarInquiry, String?)] = [
        (JarInquiry(0x01), "org.few:guess 1"),
        (JarInquiry(0xFF), nil),
        // The manifest's pair has files: its version counts, whichever it is, before the digest.
        (JarInquiry(0x01, ("org.man", "man", "8")), "org.man:man 8"),
        // It has none, or is not there.
        (JarInquiry(0x01, ("org.orphan", "orphan", "1")), "org.few:guess 1"),
        (JarInquiry(0x01, ("org.man", "Man", "8")), "org.few:guess 1"),
        (JarInquiry(0xFF, ("man", "org.man", "8")), nil),
        // The file's name: the group with most files of those that have the version as a jar.
        (JarInquiry(file: ("guess", "1")), "org.many:guess 1"),
        (JarInquiry(file: ("guess", "3")), "org.many:guess 3"),
        (JarInquiry(file: ("guess", "4")), nil),
        (JarInquiry(file: ("Guess", "1")), nil),
        (JarInquiry(file: ("tie", "1")), "a.tie:tie 1"),
        (JarInquiry(file: ("aar", "1")), nil),
        (JarInquiry(0x01, file: ("tie", "1")), "org.few:guess 1"),
        // Rows that lack something name nothing.
        (JarInquiry(file: ("nameless", "1")), nil),
        (JarInquiry(0x99), nil),
        (JarInquiry(0x0C), nil),
        (JarInquiry(file: ("null", "1")), "org.null:null 1"),
        // What is asked is a value, never a part of the question.
        (JarInquiry(file: ("guess' OR 1=1 --", "1")), nil),
        (JarInquiry(file: ("gue\0ss", "1")), nil),
        (JarInquiry(0xFF, ("%", "_", "1")), nil),
    ]

    @Test(arguments: [IndexFolder.sample, IndexFolder.tables + IndexFolder.rows])
    func answers(_ script: String) throws {
        let folder = try IndexFolder(script)
        let index = try JavaIndex(in: folder.path)
        for (inquiry, expected) in Self.questions {
            let answers = try index.answers(to: [inquiry], beside: [])
            #expect(
                answers.packages.map { "\($0.name) \($0.version)" } == [expected].compactMap(\.self),
                "\(inquiry)")
            #expect(answers.unknown == (expected == nil ? [inquiry] : []))
        }
        #expect(index.metadata?.updatedAt == "2026-01-01T00:00:00Z")
        #expect(try index.sizes() == (15, 10))
    }

    @Test func namesNothingTwice() throws {
        let folder = try IndexFolder()
        let known = ["man": "1.5", "other": "1.5.0"].map { artifact, version in
            Package(
                .jar, name: "org.man:\(artifact)", version: version,
                evidence: Package.Evidence(path: "app/a.jar", layer: 0))
        }
        let answers = try JavaIndex(in: folder.path).answers(
            to: [
                // Known as 1.5; the same in another jar; another version; the same again.
                JarInquiry(0x0E), JarInquiry(0x0E, path: "app/b.jar"),
                JarInquiry(0xFF, ("org.man", "man", "2")),
                JarInquiry(0x0E, path: "app/b.jar"), JarInquiry(0xFF, path: "app/c.jar", isBlank: false),
            ], beside: known)
        #expect(
            answers.packages.map { "\($0.version) \($0.evidence.path)" } == [
                "1.5.0 app/b.jar", "2 app/a.jar",
            ])
        #expect(answers.unknown.isEmpty)
    }

    /// Nothing is written: not in the folder, not to the file.
    @Test(arguments: ["", "PRAGMA journal_mode=WAL;"])
    func leavesEverythingAsItWas(_ pragma: String) throws {
        let folder = try IndexFolder(pragma + IndexFolder.sample)
        let before = try readFile(folder.file)
        chmod(folder.file, 0o444)
        chmod(folder.path, 0o555)
        defer { chmod(folder.path, 0o755) }
        let index = try JavaIndex(in: folder.path)
        #expect(try index.answers(to: [JarInquiry(0x01)], beside: []).packages.count == 1)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == [
                "metadata.json", "trivy-java.db",
            ])
        #expect(try readFile(folder.file) == before)
    }

    /// Names that mean something in an address.
    @Test(arguments: ["a?mode=memory&b", "per%cent", "hash#tag", "spa ce", "ünï", "q'uote\""])
    func opensWhatIsNamed(_ name: String) throws {
        let folder = try IndexFolder()
        let place = folder.path + "/" + name
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        for file in ["trivy-java.db", "metadata.json"] {
            try FileManager.default.moveItem(atPath: "\(folder.path)/\(file)", toPath: "\(place)/\(file)")
        }
        let answers = try JavaIndex(in: place).answers(to: [JarInquiry(0x01)], beside: [])
        #expect(answers.packages.count == 1)
    }

    @Test func goesOnWithoutMetadataAndNotWithOthers() throws {
        let (without, broken) = (try IndexFolder(metadata: nil), try IndexFolder(metadata: "{}"))
        #expect(try JavaIndex(in: without.path).metadata == nil)
        #expect(throws: AdvisoryError.self) { try JavaIndex(in: broken.path) }
        let newer = try IndexFolder(metadata: #"{"Version":2}"#)
        #expect(
            throws: AdvisoryError.otherSchema(file: newer.path + "/metadata.json", version: 2, expected: 1)
        ) { try JavaIndex(in: newer.path) }
    }

    // MARK: where it is

    @Test(
        arguments: [
            (nil, ["pare"], "home/.cache/pare/java-db"), (nil, ["trivy"], "home/.cache/trivy/java-db"),
            (nil, ["pare", "trivy"], "home/.cache/pare/java-db"), (nil, [], nil),
            ("named", ["pare"], "named/java-db"), ("named/db", [], "named/java-db"),
            ("flat", ["pare"], "flat/java-db"), ("bare/db/", ["trivy"], "home/.cache/trivy/java-db"),
        ] as [(String?, [String], String?)])
    func isFound(_ named: String?, _ caches: [String], _ expected: String?) throws {
        let scratch = try ScratchFolder()
        func add(_ file: String) throws {
            let path = "\(scratch.path)/\(file)"
            try FileManager.default.createDirectory(
                at: URL(filePath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
            try writeFile([], to: path)
        }
        for file in ["named/db/trivy.db", "named/java-db/trivy-java.db", "flat/trivy.db", "bare/db/trivy.db"]
        {
            try add(file)
        }
        try add("flat/java-db/trivy-java.db")
        for cache in caches { try add("home/.cache/\(cache)/java-db/trivy-java.db") }
        let place = try JavaIndex.place(
            named.map { "\(scratch.path)/\($0)" }, environment: ["HOME": scratch.path + "/home"])
        #expect(place == expected.map { "\(scratch.path)/\($0)" })
    }
}
