// SPDX-License-Identifier: Apache-2.0
import NIOCore
import NIOHTTP1
import PareModel

/// Pulls one blob, and goes on where it was cut.
///
/// - SeeAlso: OCI distribution specification, "Pulling blobs"; RFC 9110, section 14.
struct BlobPull: Sendable {
    private let descriptor: Descriptor
    private let reference: ImageReference
    private let client: RegistryClient

    /// How often a connection may break before so much more has come; in bytes.
    private static let patience = (cuts: 5, progress: Int64(1) << 20)

    /// Where the bytes come from.
    private enum Place {
        case registry
        case elsewhere(String)
    }

    init(_ descriptor: Descriptor, of reference: ImageReference, from client: RegistryClient) {
        self.descriptor = descriptor
        self.reference = reference
        self.client = client
    }

    /// Calls with all pieces in their order, as many bytes as the descriptor says.
    ///
    /// - Throws: ``RegistryError``, ``NetworkError``, what `take` throws; `CancellationError`.
    func run(
        until deadline: Deadline? = nil, _ take: (ByteBuffer) async throws -> Void
    ) async throws {
        let deadline = deadline ?? Deadline(after: client.transport.options.timeLimit)
        var done: Int64 = 0
        guard descriptor.isForeign else { return try await pull(.registry, &done, deadline, take) }
        var reasons: [String] = descriptor.urls.isEmpty ? ["the manifest names no address of it"] : []
        for place in descriptor.urls.prefix(8).map(Place.elsewhere) + [.registry] {
            do {
                return try await pull(place, &done, deadline, take)
            } catch let error as any Explained where error is NetworkError || error is RegistryError {
                // That the registry does not have it either was to be expected.
                if case .registry = place, !reasons.isEmpty { continue }
                reasons.append(error.problem)
            }
        }
        throw RegistryError.foreign(
            image: reference.familiar, digest: descriptor.digest, reason: reasons.joined(separator: "; "))
    }

    /// Pulls what is still to come from one place.
    private func pull(
        _ place: Place, _ done: inout Int64, _ deadline: Deadline, _ take: (ByteBuffer) async throws -> Void
    ) async throws {
        var mark = done
        var cuts = 0
        repeat {
            let answer = try await answer(from: done, at: place, deadline)
            do {
                try await read(answer, &done, take)
            } catch let error as NetworkError {
                if done - mark >= Self.patience.progress { (mark, cuts) = (done, 0) }
                cuts += 1
                guard cuts < Self.patience.cuts, error.isPassing else { throw error }
                try await Task.sleep(for: .milliseconds(100 << cuts))
            }
        } while done < descriptor.size
    }

    private func read(_ answer: HTTPAnswer, _ done: inout Int64, _ take: (ByteBuffer) async throws -> Void)
        async throws
    {
        let begin = done
        var skipped = answer.status == 200 ? done : 0
        let told = answer.headers.first(name: "Content-Length").flatMap { Int64($0) }
        if answer.status == 200, let told, told != descriptor.size { throw lie(told) }
        for try await var piece in answer.body {
            let passed = Int(min(skipped, Int64(piece.readableBytes)))
            piece.moveReaderIndex(forwardBy: passed)
            skipped -= Int64(passed)
            guard Int64(piece.readableBytes) <= descriptor.size - done else {
                throw lie(done + Int64(piece.readableBytes))
            }
            done += Int64(piece.readableBytes)
            if piece.readableBytes > 0 { try await take(piece) }
        }
        // A part may be shorter than what was asked for, but an end without a length is as good as a cut.
        guard done == descriptor.size || answer.status == 206 && done > begin else {
            throw NetworkError.cut(url: answer.url)
        }
    }

    /// The answer that begins where the last one ended, or at the start of the blob.
    private func answer(from done: Int64, at place: Place, _ deadline: Deadline) async throws -> HTTPAnswer {
        if done > 0 {
            let answer = try await ask(
                place, ["Range": "bytes=\(done)-"], accepting: [200, 206, 416], deadline)
            let goesOn = ContentRange(answer.headers)?.goesOn(at: done, of: descriptor.size) ?? false
            if answer.status == 200 || answer.status == 206 && goesOn { return answer }
        }
        // From the start; whoever does not know ranges, or not this one, gives the whole again.
        return try await ask(place, [:], accepting: [200], deadline)
    }

    private func ask(_ place: Place, _ headers: HTTPHeaders, accepting: Set<Int>, _ deadline: Deadline)
        async throws -> HTTPAnswer
    {
        guard case .elsewhere(let url) = place else {
            do {
                return try await client.request(
                    .GET, "blobs/\(descriptor.digest)", of: reference, headers: headers, accepting: accepting,
                    until: deadline)
            } catch RegistryError.notFound(let image, isRepositoryMissing: false) {
                throw RegistryError.blobMissing(image: image, digest: descriptor.digest)
            }
        }
        guard let address = WebAddress(url) else { throw NetworkError.badAddress(url) }
        guard client.mayLeadTo(address, reference.registry) else {
            throw NetworkError.refusedRedirect(url: reference.name, to: url)
        }
        var request = HTTPRequest(.GET, address.text, headers: headers)
        request.showsCertificate = false
        let answer = try await client.transport.perform(request, until: deadline)
        guard accepting.contains(answer.status) else {
            throw NetworkError.badAnswer(url: answer.url, reason: "status \(answer.status)")
        }
        return answer
    }

    private func lie(_ actual: Int64) -> RegistryError {
        .sizeLies(
            image: reference.familiar, part: "the blob \(descriptor.digest.short)", claimed: descriptor.size,
            actual: actual)
    }
}
