// SPDX-License-Identifier: Apache-2.0
import Glibc
import PareBytes
import PareImage
public import PareModel
import PareNetwork

/// Lists what is attached to an image in a registry, and fetches it.
public struct ListAttachments: Sendable {
    private let reference: String
    private let platform: Platform?
    private let folder: String?

    /// Bytes of all together that are fetched at most.
    private static let sizeLimit: Int64 = 1 << 30

    /// - Parameters:
    ///   - reference: The image; of several platforms what is attached to all, and to the image for this machine.
    ///   - platform: Which image of several instead of this machine's.
    ///   - folder: Where the documents are written to, those of an attachment in a folder of their own; `nil` to only list.
    public init(reference: String, platform: Platform?, folder: String?) {
        self.reference = reference
        self.platform = platform
        self.folder = folder
    }

    /// - Throws: What the registry says; ``FileError``.  A folder of an attachment that is there already is left as it is.
    public func run(in setup: Setup) async throws -> AttachmentList {
        let target = try ImageReference(reference)
        return try await setup.withRegistries(for: [target.registry]) { client in
            let named = try await client.manifest(target)
            var subjects = [named.descriptor.digest]
            if named.isIndex, let digest = try await image(target, platform, client) {
                subjects.append(digest)
            }
            let found = try await AttachmentSearch(client, target, subjects: subjects).run()
            let list = AttachmentList(
                image: target.familiar, digest: named.descriptor.digest, attachments: found.attachments,
                diagnostics: [named.detour].compactMap(\.self) + found.diagnostics)
            if let folder { try await fetch(list, of: target, to: folder, client, in: setup) }
            return list
        }
    }

    /// The manifest for a platform; `nil` where none was asked for, and there is none for this machine's.
    private func image(
        _ target: ImageReference, _ platform: Platform?, _ client: RegistryClient
    ) async throws -> Digest? {
        do {
            return try await registryImage(target, platform: platform, client: client).manifestDigest
        } catch let error as ImageError where platform == nil {
            guard case .noPlatform = error else { throw error }
            return nil
        }
    }

    private func fetch(
        _ list: AttachmentList, of target: ImageReference, to folder: String, _ client: RegistryClient,
        in setup: Setup
    ) async throws {
        let limit = ByteCount(Self.sizeLimit)
        let sizes = list.attachments.flatMap(\.files).map(\.size)
        guard sizes.allSatisfy({ $0 <= limit }), sizes.reduce(.zero, +) <= limit else {
            throw AttachmentError.tooMuch(
                image: list.image, size: sizes.reduce(.zero, +), limit: limit)
        }
        makeFolders(folder)
        for attachment in list.attachments where !attachment.files.isEmpty {
            let place = "\(folder)/\(attachment.kind)-\(attachment.digest.short)"
            if fileExists(place) {
                setup.progress.report(.note("'\(place)' is there already"))
                continue
            }
            // All of an attachment or nothing of it.
            let scratch = try ScratchFolder(in: folder, name: ".pare-attachment")
            for (file, name) in zip(attachment.files, attachment.cleanNames) {
                let descriptor = Descriptor(
                    mediaType: file.mediaType, digest: file.digest, size: file.size.bytes)
                try await client.download(descriptor, of: target, to: "\(scratch.path)/\(name)")
            }
            chmod(scratch.path, 0o755)
            guard rename(scratch.path, place) == 0 else { throw FileError.writing(place) }
            setup.progress.report(
                .note(
                    "\(attachment.files.count == 1 ? "1 file" : "\(attachment.files.count) files") in '\(place)'"
                ))
        }
    }
}

extension ImageAttachment {
    /// A word for what it is, fit to be a part of a name.
    var kind: String {
        let known = [
            ("cyclonedx", "cyclonedx"), ("spdx", "spdx"), ("openvex", "openvex"), ("csaf", "csaf"),
            ("in-toto", "attestation"), ("dsse", "attestation"), ("pare.proof", "proof"),
            ("simplesigning", "signature"),
        ]
        func word(_ type: String) -> String? { known.first { part, _ in type.contains(part) }?.1 }
        return word(type) ?? files.compactMap { word($0.mediaType) }.first ?? "attachment"
    }

    /// What its files are called on disk, each once: the names that they have, without what leads elsewhere or hides.
    var cleanNames: [String] {
        var taken: Set<String> = []
        return files.map { file in
            let last = (file.name ?? "").split { $0 == "/" || $0 == "\\" }.last ?? ""
            let visible = String.UnicodeScalarView(
                last.unicodeScalars.filter { $0.value > 0x20 && $0.value < 0x7F && $0 != ":" })
            var name = String(String(visible).drop { $0 == "." || $0 == "-" }.suffix(100))
            if name.isEmpty { name = file.digest.short + (file.mediaType.hasSuffix("json") ? ".json" : "") }
            let plain = name
            var number = 2
            while !taken.insert(name.lowercased()).inserted {
                name = "\(number)-\(plain)"
                number += 1
            }
            return name
        }
    }
}
