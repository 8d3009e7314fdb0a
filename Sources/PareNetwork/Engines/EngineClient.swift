// SPDX-License-Identifier: Apache-2.0
import Glibc
import NIOCore
import NIOHTTP1
import PareArchive
import PareBytes
package import PareImage
package import PareModel

/// Speaks with an engine through the interface of Docker, which podman's service has too.
///
/// - SeeAlso: Docker Engine API 1.24 to 1.44, "Images".
package struct EngineClient: Sendable {
    private let host: EngineHost
    private let engine: EngineSourceError.Engine
    /// Scheme and place, before the version.
    private let base: String
    private let transport: Transport
    /// For the export, which an engine may prepare for long without a word.
    private let patient: Transport
    private let bridge: DialBridge?

    /// Newer versions say the same of what is asked here.
    private static let newest = EngineVersion(1, 44)
    private static let oldest = EngineVersion(1, 24)

    /// - Parameters:
    ///   - host: Where it listens.
    ///   - program: Which engine it is, `docker` or `podman`, and what a host reached by `ssh` is to run.
    ///   - options: How the network may be used.
    /// - Throws: ``EngineSourceError``, ``NetworkError``, ``FileError``.
    package init(_ host: EngineHost, program: String, options: NetworkOptions) throws {
        guard host.isLocal || !options.isOffline else { throw EngineSourceError.offline(host: host.text) }
        var options = options
        options.isOffline = false
        options.clientCertificate = nil
        options.isInsecure = false
        self.host = host
        engine = program == "docker" ? .docker : .podman
        switch host.place {
        case .socket(let path):
            try Self.check(path, of: engine)
            base = Self.address(ofSocket: path)
            bridge = nil
        case .network(let authority, let tls):
            base = (tls == nil ? "http://" : "https://") + authority
            if let tls { options.apply(tls) }
            bridge = nil
        case .ssh(let words, let socket):
            guard let ssh = ShortProgram.find("ssh", environment: options.environment) else {
                throw EngineSourceError.noProgram(["ssh"])
            }
            let place = socket.map {
                program == "docker" ? ["--host", "unix://\($0)"] : ["--url", "unix://\($0)"]
            }
            let bridge = try DialBridge(
                ssh,
                // Nobody is there to answer a question.
                ["-T", "-o", "ConnectTimeout=30", "-o", "BatchMode=yes"] + words + [program] + (place ?? [])
                    + ["system", "dial-stdio"],
                environment: options.environment)
            base = Self.address(ofSocket: bridge.path)
            self.bridge = bridge
        }
        transport = try Transport(options)
        options.patience = options.timeLimit
        patient = try Transport(options)
    }

    private static func check(
        _ path: String, of engine: EngineSourceError.Engine
    ) throws(EngineSourceError) {
        guard access(path, R_OK | W_OK) != 0 else { return }
        throw errno == EACCES ? .notPermitted(path) : .noSocket([path], engine)
    }

    private static func address(ofSocket path: String) -> String {
        let digits = Array("0123456789ABCDEF")
        return "http+unix://"
            + path.utf8.reduce(into: "") { text, byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
                    text.unicodeScalars.append(Unicode.Scalar(byte))
                default: text += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
                }
            }
    }

    /// Finds an image, whose layers come with its export.
    ///
    /// - Parameters:
    ///   - name: As a person writes it, or an id.
    ///   - platform: What it must be for; anything where it is `nil`.
    /// - Returns: The image, whose layers come when they are read.
    /// - Throws: ``EngineSourceError``, ``NetworkError``; `CancellationError`.
    package func image(_ name: String, platform: Platform?) async throws -> Image {
        do {
            return try await find(name, platform)
        } catch let error as NetworkError {
            throw explained(error)
        }
    }

    private func find(_ name: String, _ platform: Platform?) async throws -> Image {
        let version = try await version()
        let answer = try await ask("/v\(version)/images/\(name)/json")
        if answer.status == 404 { throw EngineSourceError.noImage(name) }
        let found = InspectedImage(try await json(answer))
        try found.check(platform, name: name)
        let id = found.id?.description ?? name
        let export = EngineExport(client: self, path: "/v\(version)/images/\(id)/get")
        return Image(
            exported: ImageExport(image: name, platform: platform, id: found.id, stream: export),
            tags: found.tags, repositoryDigests: found.digests)
    }

    /// The version to speak.
    private func version() async throws -> EngineVersion {
        let answer = try await ask("/_ping")
        guard answer.status == 200 else { throw await failure(answer) }
        guard let text = answer.headers.first(name: "Api-Version"), let its = EngineVersion(text) else {
            throw EngineSourceError.notAnEngine(host: host.text, reason: "it does not say its version")
        }
        _ = try await answer.body.collect(limit: 64 << 10, from: answer.url)
        guard its >= Self.oldest else {
            throw EngineSourceError.tooOld(host: host.text, version: its.description)
        }
        return min(its, Self.newest)
    }

    private func request(_ path: String) -> HTTPRequest {
        // A socket's path is no host that a server takes.
        let isSocket = base.hasPrefix("http+unix:")
        return HTTPRequest(.GET, base + path, headers: isSocket ? ["Host": "engine"] : [:])
    }

    private func ask(_ path: String) async throws -> HTTPAnswer {
        try await transport.send(request(path))
    }

    /// What a failure is of an engine that is reached through a socket, or by way of a program.
    private func explained(_ error: NetworkError) -> any Error {
        let shown = error.naming(host.text)
        if let bridge {
            return EngineSourceError.ssh(host: host.text, reason: bridge.lastWords ?? shown.problem)
        }
        if case .socket(let path) = host.place, case .refused = error {
            return EngineSourceError.silent(path, engine)
        }
        return shown
    }

    private func json(_ answer: HTTPAnswer) async throws -> JSONValue {
        guard answer.status == 200 else { throw await failure(answer) }
        let bytes = try await answer.body.collect(limit: 8 << 20, from: answer.url)
        guard let json = try? JSONValue(bytes), json.members != nil else {
            throw EngineSourceError.notAnEngine(host: host.text, reason: "it answers with what is not JSON")
        }
        return json
    }

    /// What an engine says in place of what it was asked for: `{"message": "the reason"}`.
    private func failure(_ answer: HTTPAnswer) async -> EngineSourceError {
        let bytes = (try? await answer.body.collect(limit: 64 << 10, from: answer.url)) ?? []
        let message = (try? JSONValue(bytes))?["message"]?.text ?? ""
        return .answered(
            host: host.text, status: answer.status, message: LastWords(Array(message.utf8)).line ?? "")
    }

    /// Writes an export into a pipe.
    fileprivate func export(_ path: String, to pipe: BytePipe) async throws {
        do {
            let answer = try await patient.send(request(path))
            guard answer.status == 200 else { throw await failure(answer) }
            for try await piece in answer.body {
                var rest = piece
                while rest.readableBytes > 0 {
                    let taken = try rest.withUnsafeReadableBytes { try pipe.offer($0) }
                    rest.moveReaderIndex(forwardBy: taken)
                    if rest.readableBytes > 0 { try await pipe.waitForRoom() }
                }
            }
        } catch let error as NetworkError {
            throw explained(error)
        }
    }
}

/// The tar of an image that an engine makes.
private struct EngineExport: BlobStream {
    let client: EngineClient
    let path: String

    var size: Int64? { nil }

    func open() -> any ByteSource { PipeSource { try await client.export(path, to: $0) } }
}

/// A version of the interface, `1.41`.
struct EngineVersion: Comparable, CustomStringConvertible, Sendable {
    let major: Int
    let minor: Int

    init(_ major: Int, _ minor: Int) {
        self.major = major
        self.minor = minor
    }

    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { UInt16($0) }
        guard parts.count == 2, let major = parts[0], let minor = parts[1] else { return nil }
        self.init(Int(major), Int(minor))
    }

    var description: String { "\(major).\(minor)" }

    static func < (left: Self, right: Self) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }
}

extension NetworkOptions {
    /// Trusts and shows what is meant for an engine, and nothing else.
    fileprivate mutating func apply(_ tls: EngineTLS) {
        isInsecure = !tls.isVerified
        if let authority = tls.authority {
            authorities = []
            environment["SSL_CERT_FILE"] = authority
            environment["SSL_CERT_DIR"] = nil
        }
        if let certificate = tls.certificate, let key = tls.key { clientCertificate = (certificate, key) }
    }
}
