// SPDX-License-Identifier: Apache-2.0

internal import PareModel
import Synchronization

/// Why a file could not be fetched.
package enum DownloadError: Explained, Equatable {
    /// Only `https://` is fetched.
    case notSecure(url: String)
    case noProgram
    case failed(url: String, reason: String)
    case tooLong(url: String, limit: Int)

    package var problem: String {
        switch self {
        case .notSecure(let url): "'\(url)' is not an https address"
        case .noProgram: "the program 'curl' is not here, and nothing else fetches files yet"
        case .failed(let url, let reason): "cannot fetch '\(url)': \(reason)"
        case .tooLong(let url, let limit): "'\(url)' is longer than \(limit) bytes"
        }
    }

    package var hint: String? {
        switch self {
        case .notSecure: "fetch it yourself in a way you trust, and name the file"
        case .noProgram: "install curl, or fetch the file yourself and name it"
        case .failed: "look at the network and at HTTPS_PROXY, or fetch the file yourself and name it"
        case .tooLong: "look whether the address is the right one"
        }
    }
}

/// Fetches a short file through `curl`, which knows the user's proxies and certificates.
///
/// - Parameters:
///   - url: Begins with `https://`, as every address that it leads on to must.
///   - limit: In bytes; a longer file is an error, and is not kept in memory.
///   - seconds: After which it is given up.
///   - environment: Of the user: `PATH`, `HTTPS_PROXY` …
/// - Returns: The file's bytes.
/// - Throws: ``DownloadError``; `CancellationError`.
package func download(
    _ url: String, limit: Int, seconds: Int, environment: [String: String]
) async throws -> [UInt8] {
    guard url.hasPrefix("https://"), url.utf8.count > 8 else { throw DownloadError.notSecure(url: url) }
    guard let curl = Host.executable("curl", environment) else { throw DownloadError.noProgram }
    let command = Command(
        executable: curl,
        arguments: [
            "--silent", "--show-error", "--fail", "--globoff", "--location", "--max-redirs", "5",
            "--proto", "=https", "--proto-redir", "=https", "--max-time", "\(seconds)",
            "--max-filesize", "\(limit)", "--url", url,
        ],
        environment: environment)
    let body = LimitedBytes(limit: limit)
    let errors = Tail()
    let end = try await command.run(
        output: { body.append($0) }, errors: { errors.append($0) }, beside: { _ in }
    ).end
    if body.isOver || end.code == 63 { throw DownloadError.tooLong(url: url, limit: limit) }
    guard end.code == 0 else {
        let reason = errors.text.lines.last ?? "curl ended with code \(end.code)"
        throw DownloadError.failed(url: url, reason: reason)
    }
    return body.bytes
}

/// Bytes up to a limit; what is beyond it is only noticed.
private final class LimitedBytes: Sendable {
    private let state = Mutex<(bytes: [UInt8], isOver: Bool)>(([], false))
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    var bytes: [UInt8] { state.withLock { $0.bytes } }
    var isOver: Bool { state.withLock { $0.isOver } }

    func append(_ piece: [UInt8]) {
        state.withLock { state in
            guard !state.isOver, piece.count <= limit - state.bytes.count else {
                state = ([], true)
                return
            }
            state.bytes += piece
        }
    }
}
