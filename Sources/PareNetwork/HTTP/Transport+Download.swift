// SPDX-License-Identifier: Apache-2.0
import NIOCore
import NIOHTTP1
package import PareBytes

extension Transport {
    /// Puts what an address gives at the end of a file, and begins anew where it is cut before its end.
    ///
    /// - Parameters:
    ///   - url: The address.
    ///   - limit: In bytes.
    ///   - makeFile: Gives an empty file for each try.
    /// - Returns: The file that all went into.
    /// - Throws: ``NetworkError``, ``FileError``; `CancellationError`.
    package func download(
        _ url: String, limit: Int64, to makeFile: () throws -> GrowingFile
    ) async throws -> GrowingFile {
        let deadline = Deadline(after: options.timeLimit)
        var cuts = 0
        while true {
            let file = try makeFile()
            do {
                try await fetch(url, limit, into: file, deadline)
                return file
            } catch NetworkError.cut where cuts < 2 {
                cuts += 1
            }
        }
    }

    private func fetch(
        _ url: String, _ limit: Int64, into file: GrowingFile, _ deadline: Deadline
    ) async throws {
        let answer = try await perform(HTTPRequest(.GET, url), until: deadline)
        guard answer.status == 200 else {
            throw NetworkError.badAnswer(url: answer.url, reason: "its status is \(answer.status)")
        }
        let told = answer.headers.first(name: "Content-Length").flatMap { Int64($0) }
        for try await piece in answer.body {
            guard file.count + Int64(piece.readableBytes) <= limit else {
                throw NetworkError.tooLong(url: answer.url, limit: Int(limit))
            }
            try piece.withUnsafeReadableBytes { try file.write($0) }
        }
        if let told, told != file.count { throw NetworkError.cut(url: answer.url) }
    }
}
