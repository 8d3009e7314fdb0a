// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareArchive
import PareModel
import Synchronization
import Testing

@testable import PareAdvisories
@testable import PareBytes

/// How data get their place, and what readers of the old ones see.
@Suite struct StoreReplacementTests {
    /// A store whose one advisory and whose date are the same text, so that a mixed pair shows.
    static func files(_ mark: Int) throws -> (dataBase: [UInt8], metadata: [UInt8]) {
        let time = "20\(10 + mark % 80)-01-01T00:00:00Z"
        let records = [(["debian 12", "glibc", time], "{}"), (["vulnerability", time], "{}")]
        return (
            try StoreFolder.dataBase(records), Array(#"{"Version":2,"UpdatedAt":"\#(time)"}"#.utf8)
        )
    }

    static func publish(_ mark: Int, in cache: String) throws {
        let draft = try StoreDraft(.advisories, in: cache)
        let (dataBase, metadata) = try files(mark)
        try writeFile(dataBase, to: draft.file)
        try writeFile(metadata, to: draft.folder + "/metadata.json")
        try draft.publish()
    }

    @Test func takesAnEmptyPlaceAndAnOldOnes() throws {
        let cache = try ScratchFolder()
        for mark in [1, 2] {
            try Self.publish(mark, in: cache.path)
            let store = try AdvisoryStore(trivyAt: cache.path)
            #expect(try store.facts().updated == "201\(mark)-01-01T00:00:00Z")
            #expect(try namesInFolder(cache.path) == ["db"])
            #expect(try namesInFolder(cache.path + "/db") == ["metadata.json", "trivy.db"])
        }
    }

    /// Whoever opened the old data reads them to the end; whoever opens meanwhile gets a pair that belongs together.
    @Test func readersSeeOneOrTheOther() throws {
        let cache = try ScratchFolder()
        try Self.publish(0, in: cache.path)
        let first = try AdvisoryStore(trivyAt: cache.path)
        let path = cache.path
        let writer = Writer()
        // A thread of its own: a task could wait for the one that reads here.
        Thread.detachNewThread { writer.run { for mark in 1...20 { try Self.publish(mark, in: path) } } }
        var seen: Set<String> = []
        while !writer.isDone {
            let opened = try AdvisoryStore(trivyAt: path)
            let updated = try opened.facts().updated
            #expect(try opened.ids(Package(.dpkg, "glibc"), "debian", "12") == [updated])
            seen.insert(updated)
        }
        #expect(writer.failure == nil)
        #expect(try first.ids(Package(.dpkg, "glibc"), "debian", "12") == ["2010-01-01T00:00:00Z"])
        #expect(seen.count > 1)
    }

    /// On a file system that cannot exchange folders, the files are moved one by one.
    @Test func movesFilesWhereFoldersCannotBeExchanged() throws {
        let folder = try ScratchFolder()
        for (name, content) in [
            ("old/trivy.db", 1), ("old/left.txt", 1), ("new/trivy.db", 2), ("new/metadata.json", 3),
        ] {
            makeFolders(folder.path + "/" + name.prefix(3))
            try writeFile([UInt8(content)], to: "\(folder.path)/\(name)")
        }
        try moveFiles(from: folder.path + "/new", to: folder.path + "/old")
        #expect(try namesInFolder(folder.path + "/old") == ["metadata.json", "trivy.db"])
        #expect(try readFile(folder.path + "/old/trivy.db") == [2])
    }

    @Test func aLinkToAFolderStays() throws {
        let cache = try ScratchFolder()
        makeFolders(cache.path + "/far/store")
        try FileManager.default.createSymbolicLink(
            atPath: cache.path + "/db", withDestinationPath: "far/store")
        try Self.publish(3, in: cache.path)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: cache.path + "/db") == "far/store")
        #expect(try AdvisoryStore(trivyAt: cache.path).facts().updated == "2013-01-01T00:00:00Z")
        #expect(try namesInFolder(cache.path + "/far") == ["store"])
    }

    @Test func whatWasBegunGoesAway() throws {
        let cache = try ScratchFolder()
        try Self.publish(1, in: cache.path)
        do {
            let draft = try StoreDraft(.advisories, in: cache.path)
            try writeFile([1], to: draft.file)
        }
        #expect(try namesInFolder(cache.path) == ["db"])
        makeFolders(cache.path + "/.db-killed")
        StoreDraft.removeLeftovers(of: .advisories, in: cache.path)
        #expect(try namesInFolder(cache.path) == ["db"])
        // Drafts lie beside the folder that a link leads to.
        makeFolders(cache.path + "/linked")
        symlink("../db", cache.path + "/linked/db")
        let draft = try StoreDraft(.advisories, in: cache.path + "/linked")
        #expect(draft.folder.hasPrefix(cache.path + "/.db-"))
        makeFolders(cache.path + "/.db-killed")
        StoreDraft.removeLeftovers(of: .advisories, in: cache.path + "/linked")
        #expect(try namesInFolder(cache.path) == ["db", "linked"])
    }

    // MARK: archives

    static func tar(_ entries: [(name: String, kind: TarEntry.Kind, content: [UInt8])]) -> [UInt8] {
        var writer = TarWriter()
        for entry in entries {
            writer.add(
                entry.name, entry.content, kind: entry.kind, link: entry.kind == .file ? "" : "/etc/passwd")
        }
        writer.finish()
        return writer.bytes
    }

    @Test func unpacksTheTwoFilesOfALayer() throws {
        let cache = try ScratchFolder()
        let (dataBase, metadata) = try Self.files(5)
        let draft = try StoreDraft(.advisories, in: cache.path)
        let bytes = Self.tar([("metadata.json", .file, metadata), ("trivy.db", .file, dataBase)])
        #expect(try draft.unpack(ArraySource(bytes, piece: 1000)) == SHA256.digest(of: dataBase))
        #expect(try draft.check().updatedAt == "2015-01-01T00:00:00Z")
        #expect(try readFile(draft.file) == dataBase)
    }

    @Test(arguments: [
        ("../trivy.db", TarEntry.Kind.file), ("/trivy.db", .file), ("db/trivy.db", .file), ("./x", .file),
        ("trivy.db", .symbolicLink), ("trivy.db", .hardLink), ("metadata.json", .folder),
        ("trivy.db", .other),
        ("source.json", .file), ("", .file),
    ])
    func refusesEverythingElse(_ name: String, _ kind: TarEntry.Kind) throws {
        let cache = try ScratchFolder()
        let (dataBase, metadata) = try Self.files(5)
        for isFirst in [true, false] {
            let draft = try StoreDraft(.advisories, in: cache.path)
            let good: [(String, TarEntry.Kind, [UInt8])] = [
                ("metadata.json", .file, metadata), ("trivy.db", .file, dataBase),
            ]
            let bad = [(name, kind, [UInt8]())]
            let bytes = Self.tar(isFirst ? bad + good : good + bad)
            #expect(throws: AdvisoryError.self) { _ = try draft.unpack(ArraySource(bytes)) }
        }
        #expect(try namesInFolder(cache.path).isEmpty)
    }

    @Test func refusesWhatIsNotWhole() throws {
        let cache = try ScratchFolder()
        let (dataBase, metadata) = try Self.files(5)
        let draft = try StoreDraft(.advisories, in: cache.path)
        #expect(throws: AdvisoryError.self) {
            _ = try draft.unpack(ArraySource(Self.tar([("trivy.db", .file, dataBase)])))
        }
        draft.clear()
        let bytes = Self.tar([("metadata.json", .file, metadata), ("trivy.db", .file, dataBase)])
        #expect(throws: ArchiveError.self) { _ = try draft.unpack(ArraySource(Array(bytes.prefix(9000)))) }
        draft.clear()
        #expect(throws: ArchiveError.self) {
            let long = [UInt8](repeating: 32, count: 2 << 20)
            _ = try draft.unpack(ArraySource(Self.tar([("metadata.json", .file, long)])))
        }
    }

    /// 80 MB of zeros in 400 kB.
    @Test func refusesABomb() throws {
        let cache = try ScratchFolder()
        let draft = try StoreDraft(.advisories, in: cache.path)
        let zeros = ZeroSource(head: TarWriter.header(ofFile: "trivy.db", size: 1 << 30), count: 80 << 20)
        let packed = try zeros.gzipped()
        #expect(packed.count < 1 << 20)
        #expect(throws: ArchiveError.self) {
            _ = try draft.unpack(GzipSource(ArraySource(packed), limit: DatabaseKind.advisories.outputLimit))
        }
    }

    @Test(
        arguments: [
            (#"{"Version":3}"#, nil), (#"{"Version":1}"#, nil), (#"{}"#, nil), ("", nil), (nil, 0),
            (#"{"Version":2}"#, 100),
        ] as [(String?, Int?)])
    func checksWhatItUnpacked(_ metadata: String?, _ length: Int?) throws {
        let cache = try ScratchFolder()
        let draft = try StoreDraft(.advisories, in: cache.path)
        let dataBase = try Self.files(1).dataBase
        try writeFile(Array(dataBase.prefix(length ?? dataBase.count)), to: draft.file)
        if let metadata { try writeFile(Array(metadata.utf8), to: draft.folder + "/metadata.json") }
        let error = #expect(throws: AdvisoryError.self) { try draft.check() }
        #expect(error?.problem.contains(cache.path) == false, "the draft goes away: \(error?.problem ?? "")")
    }

    // MARK: age

    @Test(arguments: [
        // Now is 2026-01-02T00:00:00Z.
        ("2026-01-02T00:00:01Z", "", true), ("2026-01-02T00:00:00Z", "", false),
        ("2026-01-02T01:00:00+02:00", "", false), ("2026-01-01T23:00:00.5-02:00", "", true),
        ("", "2026-01-01T23:00:01.123456789Z", true), ("", "2026-01-01T23:00:00Z", false),
        ("", "2026-01-02T00:30:00Z", false), ("soon", "never", false), ("0001-01-01T00:00:00Z", "", false),
        ("2027-01-01T00:00:00Z", "2020-01-01T00:00:00Z", true),
    ])
    func isFreshByTrivysRules(_ next: String, _ downloaded: String, _ isFresh: Bool) throws {
        var metadata = StoreMetadata(version: 2)
        (metadata.nextUpdate, metadata.downloadedAt) = (next, downloaded)
        #expect(metadata.isFresh(at: 1_767_312_000) == isFresh)
        let again = try StoreMetadata(Array(metadata.json.indented.utf8), file: "")
        #expect(again.isFresh(at: 1_767_312_000) == isFresh)
    }

    // MARK: origin

    @Test func aRecordCountsOnlyForItsData() throws {
        let folder = try StoreFolder()
        let store = try folder.store()
        let digest = Digest(sha256: [UInt8](repeating: 7, count: 32))
        var source = StoreSource(
            repository: "a.b/c:2", manifest: digest, layer: digest, content: try store.digest(),
            downloaded: "2026-01-01T00:00:00Z")
        source.additions = [.init(ecosystem: "npm", address: "https://x/", digest: digest, downloaded: "t")]
        try writeFile(Array(source.json.indented.utf8), to: folder.path + "/source.json")
        #expect(try store.source(in: folder.path) == source)
        #expect(throws: Never.self) {
            _ = try AdvisoryStore.locate(folder.path, environment: [:], pinned: digest)
        }
        #expect(throws: AdvisoryError.self) {
            let other = Digest(sha256: [UInt8](repeating: 8, count: 32))
            _ = try AdvisoryStore.locate(folder.path, environment: [:], pinned: other)
        }
        try folder.replace("trivy.db", with: Self.files(1).dataBase)
        #expect(try folder.store().source(in: folder.path) == nil)
        #expect(throws: AdvisoryError.self) {
            _ = try AdvisoryStore.locate(folder.path, environment: [:], pinned: digest)
        }
        #expect(throws: AdvisoryError.self) {
            _ = try AdvisoryStore.locate(nil, environment: [:], pinned: digest)
        }
    }
}

/// A head and many zeros.
private struct ZeroSource {
    let head: [UInt8]
    let count: Int

    /// As gzip packs it.
    func gzipped() throws -> [UInt8] {
        let process = Process()
        let output = Pipe()
        let folder = try ScratchFolder()
        try writeFile(head, to: folder.path + "/head")
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = [
            "-c", "(cat \"$1\"; head -c \(count) /dev/zero) | gzip -1", "sh", folder.path + "/head",
        ]
        process.standardOutput = output
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Array(bytes)
    }
}

/// What a thread did, to be asked by another.
private final class Writer: Sendable {
    private let outcome = Mutex<Result<Void, any Error>?>(nil)

    func run(_ work: () throws -> Void) {
        let result = Result { try work() }
        outcome.withLock { $0 = result }
    }

    var isDone: Bool { outcome.withLock { $0 != nil } }

    var failure: String? {
        outcome.withLock { if case .failure(let error) = $0 { "\(error)" } else { nil } }
    }
}
