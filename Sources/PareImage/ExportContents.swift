// SPDX-License-Identifier: Apache-2.0
import PareArchive
import PareBytes
import PareModel

/// What one export of an image held, by the names of its entries.
struct ExportContents: Sendable {
    var texts: [String: MappedFile] = [:]
    /// Where links lead.
    var links: [String: String] = [:]
    var blobs: [String: Blob] = [:]

    /// An entry that is no text.
    struct Blob: Sendable {
        let size: Int64
        /// Of its bytes as they came; `nil` where they were not read.
        let digest: Digest?
        /// What was read of it as a layer, or why it is none.
        let outcome: Result<WalkedBlob, ArchiveError>
    }

    /// The entry that a name leads to, which may be a link as older engines write them for equal layers.
    func resolve(_ name: String) -> String? {
        var target = name
        for _ in 0..<8 {
            if texts[target] != nil || blobs[target] != nil { return target }
            guard let next = links[target] else { return nil }
            target = next
        }
        return nil
    }

    /// The digest that an entry's name promises, as `blobs/sha256/HEX` and `HEX.tar` do; `nil` for any other name.
    static func promisedDigest(of name: String) -> Digest? {
        if let digest = blobDigest(of: name) { return digest }
        guard name.hasSuffix(".tar"), !name.contains("/") else { return nil }
        return Digest("sha256:\(name.dropLast(4))")
    }
}

/// What was read of a blob that passed, before it is known which layer it is.
struct WalkedBlob: Sendable {
    /// As of the first layer.
    var reading: LayerReading
    let missing: [LayerReading.Missing]
    let isFromCache: Bool

    init(cached reading: LayerReading) {
        self.reading = reading
        missing = []
        isFromCache = true
    }

    /// Walks a layer to its end, and makes the digest of its tar where the blob's is not that.
    init(
        _ blob: any ByteSource, _ compression: Compression, matcher: InterestMatcher,
        hashedBy algorithm: Digest.Algorithm
    ) throws {
        let unpacked = compression.unpacking(blob)
        let tar = compression != .none || algorithm != .sha256 ? HashingSource(unpacked) : nil
        let stream = TarStream(tar ?? unpacked)
        var walk = LayerWalk(stream, matcher: matcher, layer: 0)
        try walk.run()
        reading = walk.reading
        reading.size = try stream.finish()
        missing = reading.settleHardLinks(matcher, layer: 0)
        reading.tarDigest = try tar?.finish()
        isFromCache = false
    }
}

/// The content of the entry that an archive is at.
final class EntrySource: ByteSource {
    private let archive: TarStream
    /// Why the archive itself cannot be read on, which is not the fault of what is in the entry.
    private(set) var failure: (any Error)?

    init(_ archive: TarStream) { self.archive = archive }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        do {
            return try archive.readContent(into: buffer)
        } catch {
            failure = error
            throw error
        }
    }
}
