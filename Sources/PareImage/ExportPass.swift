// SPDX-License-Identifier: Apache-2.0
import PareArchive
import PareBytes
import PareModel

/// Goes once through the tar that an engine makes of an image, and takes from each entry what it may be needed for.
///
/// What the entries are is told by texts that may come last, and layers have any name.  So what looks like JSON is kept,
/// and everything else is walked as a layer; of what is none, only the reason is kept.
struct ExportPass {
    private let image: String
    private let matcher: InterestMatcher
    private let cache: LayerCache?
    private(set) var contents = ExportContents()
    private var textBytes = 0
    private var weight = 0

    /// Bytes of texts; those of an image are some tens of kilobytes.
    private static let textsLimit = 64 << 20
    /// Entries; an image has three a layer at most.
    private static let countLimit = 20_000
    /// In bytes, of an archive that never ends.
    private static let lengthLimit: Int64 = 1 << 40
    /// What a tar may be padded with, in bytes.
    private static let paddingLimit: Int64 = 64 << 20

    init(image: String, matcher: InterestMatcher, cache: LayerCache?) {
        self.image = image
        self.matcher = matcher
        self.cache = cache
    }

    /// - Throws: ``ImageError`` for what is no archive, or is cut off; what the source throws.
    mutating func run(_ source: any ByteSource) throws {
        let archive = TarStream(source)
        do {
            try walk(archive)
        } catch let error as ArchiveError {
            throw broken(error.problem)
        }
    }

    private mutating func walk(_ archive: TarStream) throws {
        var count = 0
        while let entry = try archive.next() {
            count += 1
            guard count <= Self.countLimit else { throw tooMuch("\(Self.countLimit) parts") }
            guard entry.offset <= Self.lengthLimit, entry.storedSize <= Self.lengthLimit else {
                throw tooMuch("\(ByteCount(Self.lengthLimit)) of parts")
            }
            guard let name = NamedFiles.name(archive.path, from: "") else { continue }
            switch entry.kind {
            case .file where !entry.isSparse:
                guard contents.texts[name] == nil, contents.blobs[name] == nil else {
                    throw broken("'\(name)' is in it twice")
                }
                try take(name, of: entry.storedSize, archive)
            case .symbolicLink: contents.links[name] = NamedFiles.name(archive.link, from: name)
            case .hardLink: contents.links[name] = NamedFiles.name(archive.link, from: "")
            default: break
            }
        }
        guard archive.hasEndMark else { throw broken("it was cut off") }
        // Who made the archive may tell at the very end that it could not.
        try archive.finish(within: Self.paddingLimit)
    }

    private mutating func take(_ name: String, of size: Int64, _ archive: TarStream) throws {
        let promised = ExportContents.promisedDigest(of: name)
        if let digest = promised,
            let known = cache?.reading(LayerCache.Key(digest, matcher), layer: 0),
            known.tarDigest(ofBlob: digest) != nil
        {
            try count(known)
            contents.blobs[name] = .init(
                size: size, digest: digest, outcome: .success(WalkedBlob(cached: known)))
            return
        }
        let entry = EntrySource(archive)
        let all = try PeekedSource(entry, count: 512)
        let head = all.head
        if size <= NamedFiles.textLimit, isText(head, name) { return try keepText(name, all) }
        let blob = HashingSource(all, by: promised?.algorithm ?? .sha256)
        let outcome: Result<WalkedBlob, ArchiveError>
        do {
            var walked = try WalkedBlob(
                blob, Compression(magic: head), matcher: matcher, hashedBy: promised?.algorithm ?? .sha256)
            if try Compression(magic: head) != .none { walked.reading.compressedSize = size }
            try count(walked.reading)
            outcome = .success(walked)
        } catch let error as ArchiveError {
            if let failure = entry.failure { throw failure }
            outcome = .failure(error)
        }
        contents.blobs[name] = .init(size: size, digest: try blob.finish(), outcome: outcome)
    }

    /// Whether bytes begin as JSON does, and are not the header of a tar whose first name does so too.
    private func isText(_ head: [UInt8], _ name: String) -> Bool {
        if head.isEmpty || name == "manifest.json" || name == "index.json" { return true }
        let first = head.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        return (first == UInt8(ascii: "{") || first == UInt8(ascii: "[")) && !TarStream.isHeader(head)
    }

    private mutating func keepText(_ name: String, _ source: any ByteSource) throws {
        let text = try source.collect(as: name, limit: NamedFiles.textLimit)
        textBytes += text.count
        guard textBytes <= Self.textsLimit else { throw tooMuch("\(ByteCount(textBytes)) of texts") }
        contents.texts[name] = text
    }

    /// Counts what is kept of all entries together.
    private mutating func count(_ reading: LayerReading) throws {
        weight += reading.weight
        guard weight <= weightLimit else { throw tooMuch("\(ByteCount(weight)) of paths and wanted files") }
    }

    private func tooMuch(_ what: String) -> ImageError { .tooMuch(image: image, what: what) }

    private func broken(_ reason: String) -> ImageError {
        .broken(image: image, part: "the archive", reason: reason)
    }
}
