// SPDX-License-Identifier: Apache-2.0
import PareArchive
import PareBytes
import PareModel
import Synchronization

@testable import PareImage

/// An archive at hand that comes as an engine's export does, and counts how often it was asked for.
final class MemoryStream: BlobStream {
    private let bytes: [UInt8]
    private let piece: Int
    private let count = Mutex(0)

    init(_ bytes: [UInt8], piece: Int = 1000) {
        self.bytes = bytes
        self.piece = piece
    }

    var size: Int64? { nil }
    var opened: Int { count.withLock { $0 } }

    func open() -> any ByteSource {
        count.withLock { $0 += 1 }
        return ArraySource(bytes, piece: piece)
    }

    /// The image as it would be had from an engine.
    func image(_ name: String = "a.tar", id: Digest? = nil, tags: [String]? = nil) -> Image {
        Image(exported: ImageExport(image: name, id: id, stream: self), tags: tags)
    }
}

extension TestImage {
    /// What an engine exports of it.
    func exported(_ form: Form, order: (inout [(String, [UInt8])]) -> Void = { _ in }) -> MemoryStream {
        var files = form == .ociArchive ? layoutFiles : dockerFiles(form)
        order(&files)
        return MemoryStream(Self.tar(files.map { Entry(path: $0.0, content: $0.1) }))
    }
}
