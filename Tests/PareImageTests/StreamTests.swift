// SPDX-License-Identifier: Apache-2.0
import PareArchive
import PareBytes
import PareModel
import Samples
import Synchronization
import Testing

@testable import PareImage

/// Layers that come from elsewhere.
@Suite struct StreamTests {
    private let scratch: ScratchFolder
    private let interests = [Interest("all", .suffix(""), take: .content(limit: 1000))]
    private let made = TestImage(
        [entries(["a", "b/c", "h => a"]), entries([".wh.a", "d"]), entries(["e", "etc/x -> ../d"])],
        packing: .gzip(level: 6))

    init() throws { scratch = try ScratchFolder(name: "pare-tests") }

    private var cache: LayerCache { LayerCache(folder: "\(scratch.path)/cache", version: "1") }
    private var cached: Int { ((try? namesInFolder("\(scratch.path)/cache")) ?? []).count }

    /// A layer's blob that counts how often it is asked for, and may fail, or say nothing more.
    private final class Source: BlobStream {
        enum End: Sendable { case usual, failure, silence }
        struct Failure: Error {}

        let size: Int64?
        private let bytes: [UInt8]
        private let end: End
        private let count = Atomic(0)

        init(_ bytes: [UInt8], size: Int64? = nil, end: End = .usual) {
            self.bytes = bytes
            self.size = size
            self.end = end
        }

        var opened: Int { count.load(ordering: .relaxed) }

        func open() -> any ByteSource {
            count.add(1, ordering: .relaxed)
            return PipeSource(capacity: 100) { [bytes, end] pipe in
                var rest = bytes[...]
                while !rest.isEmpty {
                    let taken = try rest.withUnsafeBytes { try pipe.offer($0) }
                    rest = rest.dropFirst(taken)
                    if !rest.isEmpty { try await pipe.waitForRoom() }
                }
                switch end {
                case .usual: return
                case .failure: throw Failure()
                case .silence: try await Task.sleep(for: .seconds(1000))
                }
            }
        }
    }

    private func image(_ sources: [Source], of made: TestImage? = nil) -> Image {
        let made = made ?? self.made
        let layers = zip(zip(made.blobs, made.layers), sources).map { blob, source in
            Layer(
                digest: SHA256.digest(of: blob.0), diffID: SHA256.digest(of: blob.1), createdBy: "",
                isBase: false, place: .stream(source))
        }
        return Image(name: "far/away:1", kind: .image, layers: layers)
    }

    private func sources(_ made: TestImage? = nil) -> [Source] {
        (made ?? self.made).blobs.map { Source($0, size: Int64($0.count)) }
    }

    @Test(
        arguments: [nil, .gzip(level: 1), .zstd(level: 1, hasChecksum: true)] as [Packing?], [false, true])
    func showsWhatAFileShows(packing: Packing?, verifies: Bool) async throws {
        var made = made
        made.packing = packing
        let file = try await openImage(at: try made.write(.layout, in: scratch.path)).read(taking: interests)
        let far = try await image(sources(made), of: made).read(taking: interests, verifiesDiffIDs: verifies)
        #expect(far.view.files == file.view.files)
        #expect(far.view.isVisible == file.view.isVisible)
        #expect(far.facts.layers == file.facts.layers)
        #expect(far.tree.listing == file.tree.listing)
        let content = try await onOwnThread { _ in try far.tree.content(of: "b/c", limit: 10) }
        #expect(content == Array("b/c".utf8))
    }

    @Test(arguments: [nil, .gzip(level: 1)] as [Packing?]) func opensNothingThatIsKnown(packing: Packing?)
        async throws
    {
        var made = made
        made.packing = packing
        let first = sources(made)
        _ = try await image(first, of: made).read(taking: interests, cache: cache)
        #expect(first.map(\.opened) == [1, 1, 1])
        #expect(cached == 3)
        let second = sources(made)
        let again = try await image(second, of: made).read(taking: interests, cache: cache)
        #expect(second.map(\.opened) == [0, 0, 0])
        let file = try await openImage(at: try made.write(.layout, in: scratch.path)).read(taking: interests)
        #expect(again.view.files == file.view.files)
        #expect(again.facts.layers == file.facts.layers)
    }

    @Test func keepsNothingThatIsNotWhole() async throws {
        let blob = made.blobs[2]
        let size = Int64(blob.count)
        let wrong = blob.enumerated().map { $0 == blob.count / 2 ? $1 ^ 1 : $1 }
        let other = Packing.gzip(level: 6).pack(TestImage.tar(entries(["f"])))
        for (source, isRight) in [
            (
                Source(wrong, size: size),
                { (error: any Error) in if case ImageError.digestLies = error { true } else { false } }
            ),
            (Source(other), { if case ImageError.digestLies = $0 { true } else { false } }),
            (
                Source(blob.dropLast(), size: size),
                { if case ImageError.streamLies = $0 { true } else { false } }
            ),
            (Source(blob + [0], size: size), { if case ImageError.streamLies = $0 { true } else { false } }),
            (Source(blob, size: size, end: .failure), { $0 is Source.Failure }),
            (Source(blob.dropLast(9), size: size, end: .failure), { $0 is Source.Failure }),
            (Source([], size: size, end: .failure), { $0 is Source.Failure }),
        ] as [(Source, (any Error) -> Bool)] {
            var sources = sources()
            sources[2] = source
            await #expect {
                try await image(sources).read(taking: interests, cache: cache)
            } throws: { isRight($0) }
            #expect(cached <= 2)
        }
        let right = sources()
        _ = try await image(right).read(taking: interests, cache: cache)
        #expect(right[2].opened == 1, "what failed left nothing behind")
    }

    @Test func verifiesWhatIsReadAgain() async throws {
        let blob = made.blobs[0]
        let liar = Liar([blob, Packing.gzip(level: 6).pack(TestImage.tar(entries(["a", "b/X", "h => a"])))])
        let layer = Layer(
            digest: SHA256.digest(of: blob), diffID: nil, createdBy: "", isBase: false, place: .stream(liar))
        let reading = try await Image(name: "far", kind: .image, layers: [layer]).read(taking: [])
        await #expect {
            try await onOwnThread { _ in try reading.tree.content(of: "b/c", limit: 10) }
        } throws: { if case ImageError.digestLies = $0 { true } else { false } }
    }

    /// Gives something else each time.
    private final class Liar: BlobStream {
        let size: Int64? = nil
        private let answers: [[UInt8]]
        private let count = Atomic(0)

        init(_ answers: [[UInt8]]) { self.answers = answers }

        func open() -> any ByteSource {
            ArraySource(answers[count.add(1, ordering: .relaxed).oldValue % answers.count])
        }
    }

    @Test func endsWhenNobodyWaits() async throws {
        var sources = sources()
        sources[1] = Source(made.blobs[1], end: .silence)
        let image = image(sources)
        let interests = interests
        let task = Task { try await image.read(taking: interests) }
        while sources[1].opened == 0 { await Task.yield() }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func endsAllWhenOneFails() async throws {
        let blobs = made.blobs
        let silent = [0, 1].map { Source(blobs[$0], end: .silence) }
        let image = image(silent + [Source([], end: .failure)])
        await #expect(throws: Source.Failure.self) { try await image.read(taking: interests) }
    }
}
