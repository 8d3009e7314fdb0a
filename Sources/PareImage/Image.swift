// SPDX-License-Identifier: Apache-2.0
package import PareBytes
package import PareModel

/// An image that has been found and whose layers have not been read yet.
package struct Image: Sendable {
    /// The path it was opened by, or its name elsewhere.
    package let name: String
    /// Its name in the registry that it comes from; `nil` for files.
    package let reference: ImageReference?
    package let kind: ScanReport.TargetKind
    /// Digest of the configuration; `nil` for a folder.
    package let id: Digest?
    /// Digest of the manifest; `nil` outside of OCI layouts and registries.
    package let manifestDigest: Digest?
    /// What a registry knows it by, `registry.example/app@sha256:…`: the digest of its manifest, or of the index that leads
    /// to it.
    package let repositoryDigests: [String]
    package let tags: [String]
    package let config: ImageConfig
    /// The configuration's JSON as it stands in the image; empty for a folder.
    package let rawConfig: String
    /// Oldest first; a folder has one.
    package let layers: [Layer]
    /// What was odd about it.
    package internal(set) var diagnostics: [Diagnostic]
    /// What knows the documents attached to it; `nil` where they lie beside it, if anywhere.
    package var attachmentSource: (any AttachmentSource)?
    /// Where the layers come from that are not known before it is read.
    let export: ImageExport?

    package init(
        name: String, reference: ImageReference? = nil, kind: ScanReport.TargetKind, id: Digest? = nil,
        manifestDigest: Digest? = nil, repositoryDigests: [String] = [], tags: [String] = [],
        config: ImageConfig = ImageConfig(), rawConfig: String = "", layers: [Layer],
        diagnostics: [Diagnostic] = [], export: ImageExport? = nil
    ) {
        self.name = name
        self.reference = reference
        self.kind = kind
        self.id = id
        self.manifestDigest = manifestDigest
        self.repositoryDigests = repositoryDigests
        self.tags = tags
        self.config = config
        self.rawConfig = rawConfig
        self.layers = layers
        self.diagnostics = diagnostics
        self.export = export
    }
}

/// One layer, as an image names it.
package struct Layer: Sendable {
    /// Digest of the blob as stored; `nil` where the image does not name it.
    package let digest: Digest?
    /// Digest of the uncompressed tar.
    package let diffID: Digest?
    /// The history entry's `created_by`, as it stands there.
    package let createdBy: String
    package let isBase: Bool
    package let place: Place

    package enum Place: Sendable {
        /// A tar, compressed or not.
        case blob(Blob)
        /// A root file system that lies in a folder.
        case folder(String)
        /// A tar, compressed or not, that comes from elsewhere each time it is read.
        case stream(any BlobStream)
    }

    package init(digest: Digest?, diffID: Digest?, createdBy: String, isBase: Bool, place: Place) {
        self.digest = digest
        self.diffID = diffID
        self.createdBy = createdBy
        self.isBase = isBase
        self.place = place
    }
}

/// Bytes of an image: a file, or a part of an archive.
package enum Blob: Sendable {
    case file(String)
    case part(MappedFile, Range<Int>)

    /// The file that holds the bytes, and where in it they are.
    package func open() throws(FileError) -> (file: MappedFile, range: Range<Int>) {
        switch self {
        case .file(let path):
            let file = try MappedFile(path)
            return (file, 0..<file.count)
        case .part(let file, let range): return (file, range)
        }
    }
}
