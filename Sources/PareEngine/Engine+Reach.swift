// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import PareModel

extension Engine {
    /// Whether an image can be had, and from where.
    package enum Reach: Sendable, Hashable {
        /// It is in the engine's storage.
        case local
        /// Its registry answers and, where that could be asked, has it.
        case registry
        /// The reason ends the sentence "… cannot be had: ".
        case none(reason: String)
    }

    /// Looks whether an image could be pulled, within seconds, without pulling it.
    ///
    /// - Throws: `EngineError.badName`, `.cannotRun`; `CancellationError`.
    package func reach(_ image: String) async throws -> Reach {
        if try await exists(image) { return .local }
        if isOffline { return .none(reason: Self.offlineReason) }
        let (host, port) = registryAddress(of: image)
        if let reason = await Self.failureToConnect(host, port: port) { return .none(reason: reason) }
        guard let skopeo = Host.executable("skopeo", environment) else { return .registry }
        let question = Command(
            executable: skopeo, arguments: ["inspect", "--raw", "--", "docker://" + image.qualified],
            environment: environment)
        do {
            let result = try await question.result(within: .seconds(20))
            return result.isSuccess ? .registry : .none(reason: BaseFailure.reason(in: result.reason))
        } catch EngineError.tookTooLong {
            return .none(reason: "its registry does not answer")
        }
    }

    /// Why an image that is not here cannot be had, where the network is switched off.
    static let offlineReason = "it is not in the engine's storage, and the network is switched off"

    /// Where to knock: the registry, or the proxy that leads to it.
    func registryAddress(of image: String) -> (host: String, port: Int) {
        let registry = image.qualified.split(separator: "/").first.map(String.init) ?? ""
        let proxy = ["HTTPS_PROXY", "https_proxy"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        let (host, port) = registry.hostAndPort(default: 443)
        guard let proxy, host != "localhost", host != "127.0.0.1" else {
            return (host == "docker.io" ? "registry-1.docker.io" : host, port)
        }
        let address = proxy.split(separator: "/").first { $0 != "http:" && $0 != "https:" } ?? ""
        let withoutUser = address.split(separator: "@").last.map(String.init) ?? ""
        return withoutUser.hostAndPort(default: 3128)
    }

    /// Why nothing answers there; `nil` where something does.
    private static func failureToConnect(_ host: String, port: Int) async -> String? {
        do {
            let channel = try await withLimit(.seconds(4)) {
                try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                    .connectTimeout(.seconds(3)).connect(host: host, port: port).get()
            }
            try? await channel.close()
            return nil
        } catch let error as NIOConnectionError where error.dnsAError != nil && error.dnsAAAAError != nil {
            return "the name of its registry, '\(host)', is not known here"
        } catch {
            return "its registry '\(host)' does not answer"
        }
    }
}

extension String {
    /// The reference in full: `docker.io/library/node:20` of `node:20`; what is none stays as it is.
    var qualified: String { (try? ImageReference(self))?.description ?? self }

    /// `("::1", 5000)` of `[::1]:5000`.
    fileprivate func hostAndPort(default port: Int) -> (host: String, port: Int) {
        if hasPrefix("["), let end = firstIndex(of: "]") {
            let rest = self[index(after: end)...].dropFirst()
            return (String(self[index(after: startIndex)..<end]), Int(rest) ?? port)
        }
        let parts = split(separator: ":", maxSplits: 1)
        return (parts.first.map(String.init) ?? "", parts.dropFirst().first.flatMap { Int($0) } ?? port)
    }
}
