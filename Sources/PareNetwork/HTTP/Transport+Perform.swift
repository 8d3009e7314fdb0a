// SPDX-License-Identifier: Apache-2.0
import Glibc
import NIOHTTP1

extension Transport {
    /// Sends a request, follows redirects, and tries again where that may help: after connection failures, silences and
    /// the statuses 408, 425, 429, 500, 502, 503 and 504, waiting longer each time and at least as long as the server
    /// asks for.  Where the deadline leaves no time for that, the last answer or error stands.
    ///
    /// GET and HEAD follow every redirect, at most ten; other methods only 307 and 308.  As soon as one leads to another
    /// scheme, host or port, what convinces the server is left out: `Authorization`, cookies, and the user's certificate.  A
    /// body that is secret is not sent there.
    ///
    /// - Parameters:
    ///   - request: What is sent.
    ///   - policy: How often, and after what pauses.
    ///   - deadline: For all of it with the body; ``NetworkOptions/timeLimit`` from now where it is `nil`.
    /// - Returns: What is answered, whatever its status.
    /// - Throws: ``NetworkError``; `CancellationError`.
    package func perform(
        _ request: HTTPRequest, retrying policy: RetryPolicy = .standard, until deadline: Deadline? = nil
    ) async throws -> HTTPAnswer {
        let address = try address(of: request)
        let deadline = deadline ?? Deadline(after: options.timeLimit)
        var number = 1
        while true {
            let pause: Duration
            let outcome: Result<HTTPAnswer, any Error>
            do {
                let answer = try await follow(request, from: address, until: deadline)
                guard policy.allows(request.method), RetryPolicy.passing.contains(answer.status),
                    number < policy.tries
                else { return answer }
                pause = max(answer.pauseAskedFor ?? .zero, policy.pause(afterTry: number))
                outcome = .success(answer)
            } catch let error as NetworkError {
                guard error.mayPass(policy, request.method, at: address),
                    number < min(policy.tries, error.tries)
                else { throw error }
                pause = policy.pause(afterTry: number)
                outcome = .failure(error)
            }
            guard pause < deadline.remaining else { return try outcome.get() }
            try await Task.sleep(for: pause)
            number += 1
        }
    }

    /// The whole of a short file at an address, following redirects and trying again.
    ///
    /// - Parameters:
    ///   - url: Where it is.
    ///   - limit: In bytes; a longer file is an error, and is not kept in memory.
    /// - Returns: Its bytes.
    /// - Throws: ``NetworkError``, also for every status but 200; `CancellationError`.
    package func fetch(_ url: String, limit: Int) async throws -> [UInt8] {
        let deadline = Deadline(after: options.timeLimit)
        let answer = try await perform(HTTPRequest(.GET, url), until: deadline)
        guard answer.status == 200 else { throw NetworkError.status(url: answer.url, answer.status) }
        return try await answer.body.collect(limit: limit, from: answer.url)
    }

    private func follow(
        _ request: HTTPRequest, from start: WebAddress, until deadline: Deadline
    ) async throws -> HTTPAnswer {
        var request = request
        var address = start
        for _ in 0...Self.redirectLimit {
            let answer = try await exchange(request, with: address, until: deadline)
            guard let location = answer.redirect(of: request.method) else { return answer }
            guard let next = address.resolving(location) else {
                throw NetworkError.badAnswer(url: address.shown, reason: "it leads to what is no address")
            }
            guard allows(from: address, to: next) else {
                throw NetworkError.refusedRedirect(url: address.shown, to: next.shown)
            }
            if next.origin != address.origin {
                guard !request.isBodySecret else {
                    throw NetworkError.secretRedirect(url: address.shown, to: next.shown)
                }
                request.showsCertificate = false
                request.takesAnyCertificate = false
                for name in Self.convincing { request.headers.remove(name: name) }
            }
            await answer.discard()
            address = next
        }
        throw NetworkError.tooManyRedirects(url: start.shown, limit: Self.redirectLimit)
    }

    private func allows(from address: WebAddress, to next: WebAddress) -> Bool {
        if address.scheme.isUnix || next.scheme.isUnix { return address.origin == next.origin }
        return next.scheme.isSecure || !address.scheme.isSecure || options.isInsecure
    }

    private static let redirectLimit = 10

    /// Headers that are for one server only.
    private static let convincing = [
        "Authorization", "Proxy-Authorization", "Cookie", "X-Registry-Auth", "X-Registry-Config",
    ]
}

extension HTTPAnswer {
    fileprivate func redirect(of method: HTTPMethod) -> String? {
        let isFollowed: Bool
        switch status {
        case 301, 302, 303: isFollowed = method == .GET || method == .HEAD
        case 307, 308: isFollowed = true
        default: isFollowed = false
        }
        return isFollowed ? headers.first(name: "Location") : nil
    }

    fileprivate var pauseAskedFor: Duration? {
        headers.first(name: "Retry-After").flatMap { RetryAfter($0, now: Int(time(nil))) }?.pause
    }

    /// Reads a short body to its end, so that its connection can be used again.
    fileprivate func discard() async {
        let limit = 16 << 10
        guard let length = headers.first(name: "Content-Length").flatMap({ Int($0) }), length <= limit else {
            return
        }
        _ = try? await body.collect(limit: limit, from: url)
    }
}

extension NetworkError {
    /// How often it is worth to try: mistyped names and ports do not get better by waiting.
    fileprivate var tries: Int {
        switch self {
        case .unknownHost, .refused, .unreachable, .tls(_, .ended): 2
        default: .max
        }
    }

    fileprivate func mayPass(_ policy: RetryPolicy, _ method: HTTPMethod, at address: WebAddress) -> Bool {
        guard isPassing else { return false }
        switch self {
        case .unknownHost, .refused, .unreachable, .timedOut(_, .connecting): return !address.scheme.isUnix
        default: return policy.allows(method)
        }
    }
}
