// SPDX-License-Identifier: Apache-2.0
import PareModel
import PareNetwork

/// Why a file is not fetched.
enum DownloadError: Explained, Equatable {
    /// Only `https` is fetched, and `http` where the user is content with that.
    case notSecure(url: String)

    var problem: String {
        switch self {
        case .notSecure(let url): "'\(WebAddress.shown(url))' is not an https address"
        }
    }

    var hint: String? {
        "fetch it yourself in a way you trust, and name the file; '--insecure' takes http too"
    }
}

extension Setup {
    /// - Throws: ``DownloadError`` for an address that only a user who is content with it may mean.
    func checkSecure(_ url: String) throws(DownloadError) {
        guard let address = WebAddress(url),
            address.scheme == .https || address.scheme == .http && network.isInsecure
        else { throw .notSecure(url: url) }
    }

    /// Fetches a short file.
    ///
    /// - Parameters:
    ///   - url: Begins with `https://`, as every address that it leads on to must.
    ///   - limit: In bytes; a longer file is an error, and is not kept in memory.
    /// - Returns: The file's bytes.
    /// - Throws: ``DownloadError``, ``NetworkError``; `CancellationError`.
    func download(_ url: String, limit: Int) async throws -> [UInt8] {
        try checkSecure(url)
        return try await withTransport { try await $0.fetch(url, limit: limit) }
    }
}
