// SPDX-License-Identifier: Apache-2.0
package import PareImage
package import PareModel

/// The documents attached to an image of a registry, fetched when they are asked for.
package struct RegistryAttachments: AttachmentSource {
    private let client: RegistryClient
    private let reference: ImageReference

    /// In bytes, as for layouts; and for all together.
    private static let documentLimit = 32 << 20
    private static let totalLimit: Int64 = 256 << 20

    package init(_ client: RegistryClient, _ reference: ImageReference) {
        self.client = client
        self.reference = reference
    }

    /// - Throws: ``RegistryError``, ``NetworkError``; `CancellationError`.
    package func attachments(of image: Image) async throws -> Attachments {
        let named = image.repositoryDigests.compactMap {
            $0.split(separator: "@").last.flatMap { Digest($0) }
        }
        var subjects = [image.manifestDigest].compactMap(\.self)
        subjects += named.filter { !subjects.contains($0) }
        let deadline = Deadline(after: client.transport.options.timeLimit)
        let found = try await AttachmentSearch(client, reference, subjects: subjects, until: deadline).run()
        var result = Attachments(documents: [], diagnostics: found.diagnostics)
        var seen: Set<Digest> = []
        var total: Int64 = 0
        for attachment in found.attachments where ArtifactType.mayHoldVEX(attachment.type) {
            for file in attachment.files where ArtifactType.mayHoldVEX(file.mediaType) {
                guard seen.insert(file.digest).inserted else { continue }
                func passOver(_ reason: String) {
                    result.diagnostics.append(
                        Diagnostic(
                            .warning, "an attached document was passed over: \(reason)", at: "\(file.digest)")
                    )
                }
                guard file.size.bytes <= Self.documentLimit, file.size.bytes <= Self.totalLimit - total else {
                    passOver("it is too long")
                    continue
                }
                total += file.size.bytes
                do {
                    let descriptor = Descriptor(
                        mediaType: file.mediaType, digest: file.digest, size: file.size.bytes)
                    let content = try await client.blob(
                        descriptor, of: reference, limit: Self.documentLimit, until: deadline)
                    if content.first == UInt8(ascii: "{") {
                        result.documents.append(Attachment(digest: file.digest, content: content))
                    }
                } catch let error as RegistryError {
                    passOver(error.problem)
                }
            }
        }
        return result
    }
}
