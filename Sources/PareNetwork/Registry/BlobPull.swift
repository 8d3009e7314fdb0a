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

    init(_ descriptor: Descriptor, of reference: ImageReference, from client: RegistryClient) {
        self.descriptor = descriptor
        self.reference = reference
        self.client = client
    }

    /// Calls with all pieces in their order, as many bytes as the descriptor says.
    ///
    /// - Throws: ``RegistryError``, ``NetworkError``, what `take` throws; `CancellationError`.
    func run(_ take: (ByteBuffer) async throws -> Void) async throws {
        var done: Int64 = 0
        var mark: Int64 = 0
        var cuts = 0
        while true {
            do {
                try await pull(from: &done, take)
                return
            } catch let error as NetworkError {
                if done - mark >= Self.patience.progress { (mark, cuts) = (done, 0) }
                cuts += 1
                guard cuts < Self.patience.cuts, error.mayPass else { throw error }
                try await Task.sleep(for: .milliseconds(100 << cuts))
            }
        }
    }

    /// Pulls what is still to come.
    private func pull(from done: inout Int64, _ take: (ByteBuffer) async throws -> Void) async throws {
        guard done < descriptor.size || descriptor.size == 0 else { return }
        let answer = try await answer(from: done)
        var skipped: Int64 = 0
        if answer.status == 200 {
            skipped = done
            let told = answer.headers.first(name: "Content-Length").flatMap { Int64($0) }
            if let told, told != descriptor.size, answer.headers["Content-Encoding"].isEmpty {
                throw lie(told)
            }
        }
        for try await var piece in answer.body {
            let passed = min(skipped, Int64(piece.readableBytes))
            piece.moveReaderIndex(forwardBy: Int(passed))
            skipped -= passed
            guard Int64(piece.readableBytes) <= descriptor.size - done else {
                throw lie(done + Int64(piece.readableBytes))
            }
            done += Int64(piece.readableBytes)
            if piece.readableBytes > 0 { try await take(piece) }
        }
        guard done == descriptor.size else { throw lie(done) }
    }

    /// The answer that begins where the last one ended, or at the start of the blob.
    private func answer(from done: Int64) async throws -> HTTPAnswer {
        let path = "blobs/\(descriptor.digest)"
        let plain: HTTPHeaders = ["Accept-Encoding": "identity"]
        guard done > 0 else { return try await client.request(.GET, path, of: reference, headers: plain) }
        var ranged = plain
        ranged.add(name: "Range", value: "bytes=\(done)-")
        let answer = try await client.request(
            .GET, path, of: reference, headers: ranged, accepting: [200, 206, 416])
        if answer.status == 200 { return answer }
        let range = answer.headers.first(name: "Content-Range") ?? ""
        if answer.status == 206, range.lowercased().hasPrefix("bytes \(done)-\(descriptor.size - 1)/") {
            return answer
        }
        // It does not know ranges, or this one; the whole again, then.
        return try await client.request(.GET, path, of: reference, headers: plain)
    }

    private func lie(_ actual: Int64) -> RegistryError {
        .sizeLies(
            image: reference.familiar, part: "the blob \(descriptor.digest.short)", claimed: descriptor.size,
            actual: actual)
    }
}

extension NetworkError {
    /// Whether the same request may have another answer soon.
    var mayPass: Bool {
        if case .unreachable = self { true } else { false }
    }
}
