// SPDX-License-Identifier: Apache-2.0
import NIOCore
import NIOHTTP1
import PareBytes
import PareModel

extension RegistryError {
    /// The error that an answer tells of.  Reads the body as far as it is needed.
    ///
    /// - SeeAlso: OCI distribution specification, "Error Codes".
    init(_ answer: HTTPAnswer, for reference: ImageReference, hasCredentials: Bool) async throws {
        let body = ErrorBody(try await answer.leadingBytes(ErrorBody.lengthLimit))
        let image = reference.familiar
        let registry = reference.registry
        switch answer.status {
        case 404 where body.codes.contains("NAME_UNKNOWN"):
            self = .notFound(image: image, isRepositoryMissing: true)
        case 404: self = .notFound(image: image, isRepositoryMissing: false)
        case 401:
            self = .unauthorised(
                image: image, registry: registry, hasCredentials: hasCredentials, message: body.message)
        case 403: self = .forbidden(image: image, registry: registry, message: body.message)
        case 429:
            self = .rateLimited(
                registry: registry,
                retryAfter: answer.headers.first(name: "Retry-After").map { shownText($0, limit: 40) },
                message: body.message)
        case 500...:
            self = .server(registry: registry, status: answer.status, message: body.message)
        default: self = .refused(image: image, status: answer.status, message: body.message)
        }
    }
}

/// What a registry says of an error: `{"errors":[{"code":"NAME_UNKNOWN","message":"…","detail":…}]}`.
struct ErrorBody {
    let codes: [String]
    /// What people may read of it; `nil` where it says nothing.
    let message: String?

    static let lengthLimit = 64 << 10

    init(_ bytes: [UInt8]) {
        let json = try? JSONValue(bytes)
        let errors = json?["errors"]?.elements ?? []
        codes = errors.compactMap { $0["code"]?.text }
        let messages = errors.prefix(2).compactMap { error in
            [error["message"]?.text, error["code"]?.text].compactMap(\.self).first { !$0.isEmpty }
        }
        // Token services and old registries have their own forms.
        let others = ["details", "message", "error_description", "error"].compactMap { json?[$0]?.text }
        let text = shownText(
            messages.isEmpty ? others.first ?? "" : messages.joined(separator: "; "), limit: 200)
        message = text.isEmpty ? nil : text
    }
}

/// A text from elsewhere as a terminal may show it: one line, without what steers terminals or turns the direction of
/// writing, and not too long.
func shownText(_ text: String, limit: Int) -> String {
    let words = text.unicodeScalars.split {
        $0.properties.isWhitespace || $0.properties.generalCategory == .control
    }
    let line = words.map { word in
        String(String.UnicodeScalarView(word.filter { $0.properties.generalCategory != .format }))
    }.joined(separator: " ")
    return line.count <= limit ? line : line.prefix(limit) + "…"
}

extension HTTPAnswer {
    /// The body's first bytes, as far as they come: for errors, which are told also when the connection breaks meanwhile.
    func leadingBytes(_ limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        do {
            for try await piece in body {
                bytes.append(contentsOf: piece.readableBytesView.prefix(limit - bytes.count))
                if bytes.count >= limit { break }
            }
        } catch is NetworkError {
            return bytes
        }
        return bytes
    }
}
