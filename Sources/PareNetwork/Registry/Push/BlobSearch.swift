// SPDX-License-Identifier: Apache-2.0
import NIOHTTP1
import PareModel

/// What became of a blob that a repository was to have.
package enum BlobFate: Sendable, Hashable {
    case wasThere
    /// Another repository of the registry had it.
    case mounted(from: String)
    case sent
}

/// Looks for a blob in a repository, and in others that it may be mounted from.
///
/// - SeeAlso: OCI distribution specification 1.1, "Mounting a blob from another repository".
struct BlobSearch: Sendable {
    let client: RegistryClient
    let reference: ImageReference
    let digest: Digest

    /// So many repositories are asked to give it.
    private static let limit = 3

    enum Result: Sendable {
        case found(BlobFate)
        /// It is not there; an upload may have been begun by asking.
        case missing(begun: UploadSession?)
    }

    /// Looks in the repository first, and then in others of the same registry.
    ///
    /// - Parameter candidates: The others.
    /// - Returns: Where it was, or that it has to be sent.
    /// - Throws: ``RegistryError``, ``NetworkError``; `CancellationError`.
    func run(_ candidates: [String]) async throws -> Result {
        if try await isThere() { return .found(.wasThere) }
        var begun: UploadSession?
        for repository in candidates.prefix(Self.limit) where repository != reference.repository {
            if let begun { await client.abandon(begun, of: reference) }
            begun = nil
            guard let answer = try await mount(from: repository) else { continue }
            if answer.status == 201 { return .found(.mounted(from: repository)) }
            begun = try? UploadSession(answer, of: reference)
        }
        return .missing(begun: begun)
    }

    /// Whether the repository has the blob.
    func isThere() async throws -> Bool {
        let answer = try await client.request(
            .HEAD, "blobs/\(digest)", of: reference, pushing: true, accepting: [200, 404])
        return answer.status == 200
    }

    /// `nil` where the other repository is not known, or not to be read.
    private func mount(from repository: String) async throws -> HTTPAnswer? {
        do {
            let answer = try await client.request(
                .POST, "blobs/uploads/?mount=\(digest)&from=\(repository)", of: reference, pushing: true,
                reading: [repository], accepting: [201, 202], retrying: RetryPolicy(takesUnsafe: true))
            try await answer.finish()
            return answer
        } catch is RegistryError {
            return nil
        }
    }
}

extension RegistryClient {
    /// Tells the registry that an upload will not go on, also when the user has stopped; it may not listen.
    func abandon(_ session: UploadSession, of reference: ImageReference) async {
        await Task {
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    let answer = try? await self.request(
                        .DELETE, session.url, of: reference, pushing: true, accepting: [200, 202, 204, 404])
                    try? await answer?.finish()
                }
                group.addTask { try? await Task.sleep(for: .seconds(3)) }
                await group.next()
                group.cancelAll()
            }
        }.value
    }
}

extension HTTPAnswer {
    /// Reads what is left of a short body, so that the connection can be used again.
    func finish() async throws { _ = try await body.collect(limit: 1 << 20, from: url) }
}
