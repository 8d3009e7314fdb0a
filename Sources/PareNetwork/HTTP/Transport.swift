// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import PareBytes

/// Sends requests through one pool of connections.  Must be closed with ``close()`` when nothing more is to be sent.
package final class Transport: Sendable {
    package let options: NetworkOptions
    private let client: HTTPClient

    package init(_ options: NetworkOptions) throws {
        self.options = options
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.httpVersion = .http1Only
        configuration.decompression = .disabled
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Closes all connections.
    package func close() async { try? await client.shutdown() }

    /// Sends a request once, and gives what is answered, whatever its status.  Redirects are not followed.
    ///
    /// - Throws: ``NetworkError``; `CancellationError`.
    package func send(_ request: HTTPRequest) async throws -> HTTPAnswer {
        guard !options.isOffline else { throw NetworkError.offline(url: request.url) }
        var outgoing = HTTPClientRequest(url: request.url)
        outgoing.method = request.method
        outgoing.headers = request.headers
        switch request.body {
        case .empty: break
        case .bytes(let bytes): outgoing.body = .bytes(bytes)
        case .part(let file, let range):
            outgoing.body = .stream(FilePieces(file, range), length: .known(Int64(range.count)))
        }
        do {
            let answer = try await client.execute(outgoing, deadline: .now() + .hours(1))
            return HTTPAnswer(
                status: Int(answer.status.code), headers: answer.headers,
                body: HTTPBody {
                    var iterator = answer.body.makeAsyncIterator()
                    return HTTPBody.AsyncIterator { try await iterator.next() }
                },
                url: request.url)
        } catch {
            throw NetworkError.unreachable(url: request.url, reason: "\(error)")
        }
    }
}

/// A part of a file, in pieces.
private struct FilePieces: AsyncSequence, Sendable {
    typealias Element = ByteBuffer
    let file: MappedFile
    let range: Range<Int>

    init(_ file: MappedFile, _ range: Range<Int>) {
        self.file = file
        self.range = range
    }

    struct AsyncIterator: AsyncIteratorProtocol {
        let file: MappedFile
        var rest: Range<Int>

        mutating func next() async throws -> ByteBuffer? {
            guard !rest.isEmpty else { return nil }
            let end = Swift.min(rest.lowerBound + 256 << 10, rest.upperBound)
            var buffer = ByteBuffer()
            let start = rest.lowerBound
            let count = try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: end - start) { room in
                try file.read(
                    at: start, into: UnsafeMutableRawBufferPointer(rebasing: room.prefix(end - start)))
            }
            guard count > 0 else { return nil }
            rest = start + count..<rest.upperBound
            return buffer
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(file: file, rest: range) }
}
