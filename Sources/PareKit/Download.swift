// SPDX-License-Identifier: Apache-2.0
import PareModel
import PareNetwork

/// Why a file is not fetched.
enum DownloadError: Explained, Equatable {
    /// Only `https` is fetched, and `http` where the user is content with that.
    case notSecure(url: String, orFile: Bool)

    var problem: String {
        switch self {
        case .notSecure(let url, _): "'\(WebAddress.shown(url))' is not an https address"
        }
    }

    var hint: String? {
        switch self {
        case .notSecure(_, orFile: true):
            "fetch it yourself in a way you trust, and name the file; '--insecure' takes http too"
        case .notSecure: "name one; '--insecure' takes http too"
        }
    }
}

extension Setup {
    /// `orFile` says whether a file may be named in place of the address.
    ///
    /// - Throws: ``DownloadError`` for an address that only a user who is content with it may mean.
    func checkSecure(_ url: String, orFile: Bool = true) throws(DownloadError) {
        guard let address = WebAddress(url),
            address.scheme == .https || address.scheme == .http && network.isInsecure
        else { throw .notSecure(url: url, orFile: orFile) }
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
