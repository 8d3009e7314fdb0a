// SPDX-License-Identifier: Apache-2.0
import NIOCore
import NIOHTTP1
package import PareBytes

extension Transport {
    /// Puts what an address gives into a file, and goes on where it is cut: only where the server tells what it gives from
    /// what it gave before, else it begins anew.
    ///
    /// - Parameters:
    ///   - url: The address.
    ///   - limit: In bytes.
    ///   - makeFile: Gives an empty file for each beginning.
    /// - Returns: The file that all went into.
    /// - Throws: ``NetworkError``, ``FileError``; `CancellationError`.
    /// - SeeAlso: RFC 9110, sections 13.1.5 and 14.
    package func download(
        _ url: String, limit: Int64, to makeFile: () throws -> GrowingFile
    ) async throws -> GrowingFile {
        let deadline = Deadline(after: options.timeLimit)
        var download = Download(url: url, limit: limit, file: try makeFile())
        var mark: Int64 = 0
        var cuts = 0
        while true {
            do {
                try await download.advance(with: self, deadline, makeFile)
                return download.file
            } catch let error as NetworkError where error.isPassing {
                let done = download.file.count
                if done - mark >= Self.progress { (mark, cuts) = (done, 0) }
                cuts += 1
                guard cuts < Self.cutLimit, download.isBegun else { throw error }
                try await Task.sleep(for: min(.milliseconds(100 << cuts), deadline.remaining))
            }
        }
    }

    /// How often a connection may break before so many bytes more have come.
    private static let cutLimit = 5
    private static let progress: Int64 = 1 << 20
}

/// How far a download is.
private struct Download {
    let url: String
    let limit: Int64
    var file: GrowingFile
    /// Whether an answer has begun; what is tried again before that, ``Transport/perform(_:retrying:until:)`` does.
    var isBegun = false
    /// What tells the content from any other; `nil` where nothing does.
    private var validator: String?
    /// Of the whole, where the server said it.
    private var size: Int64?

    init(url: String, limit: Int64, file: GrowingFile) {
        self.url = url
        self.limit = limit
        self.file = file
    }

    /// Asks for all that is still to come, and takes it.
    ///
    /// - Throws: ``NetworkError/cut(url:)`` where that ends early, and others.
    mutating func advance(
        with transport: Transport, _ deadline: Deadline, _ makeFile: () throws -> GrowingFile
    ) async throws {
        let answer = try await ask(transport, deadline)
        if answer.status != 206 {
            if file.count > 0 { file = try makeFile() }
            validator = Self.validator(answer.headers)
            size = answer.headers.first(name: "Content-Length").flatMap { Int64($0) }
        }
        isBegun = true
        for try await piece in answer.body {
            guard file.count + Int64(piece.readableBytes) <= limit else {
                throw NetworkError.tooLong(url: answer.url, limit: Int(limit))
            }
            try piece.withUnsafeReadableBytes { try file.write($0) }
        }
        if let size, size != file.count { throw NetworkError.cut(url: answer.url) }
    }

    /// The part that is missing, or else the whole.
    private func ask(_ transport: Transport, _ deadline: Deadline) async throws -> HTTPAnswer {
        if file.count > 0, let validator {
            let headers: HTTPHeaders = ["Range": "bytes=\(file.count)-", "If-Range": validator]
            let answer = try await transport.perform(
                HTTPRequest(.GET, url, headers: headers), until: deadline)
            if answer.status == 200 || answer.status == 206 && goesOn(answer.headers) { return answer }
        }
        let answer = try await transport.perform(HTTPRequest(.GET, url), until: deadline)
        guard answer.status == 200 else { throw NetworkError.status(url: answer.url, answer.status) }
        return answer
    }

    /// Whether a part is of the same content, and the one that was asked for.
    private func goesOn(_ headers: HTTPHeaders) -> Bool {
        guard let part = ContentRange(headers), part.goesOn(at: file.count, of: size) else { return false }
        // A part to the very end, as was asked for; the size of the whole may be told only now.
        guard part.last + 1 == size ?? part.total else { return false }
        return headers.first(name: "ETag").map { $0 == validator || !Self.isStrong(validator) } ?? true
    }

    /// An entity tag that means the same bytes, or else the time of a change that came before the answer.
    private static func validator(_ headers: HTTPHeaders) -> String? {
        if let tag = headers.first(name: "ETag"), isStrong(tag) { return tag }
        guard let changed = headers.first(name: "Last-Modified"), let date = headers.first(name: "Date"),
            changed != date
        else { return nil }
        return changed
    }

    private static func isStrong(_ tag: String?) -> Bool { tag?.hasPrefix("\"") ?? false }
}
