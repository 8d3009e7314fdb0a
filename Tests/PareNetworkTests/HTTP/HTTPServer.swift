// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization

/// A server on loopback that answers byte for byte what a test wants, also what no decent server would.
final class HTTPServer: Sendable {
    struct Request: Sendable {
        var method = ""
        var target = ""
        /// Names in lower case.
        var headers: [String: String] = [:]
        var body: [UInt8] = []
    }

    /// One connection, between requests.
    struct Line: Sendable {
        fileprivate let descriptor: Int32

        /// Whether the other side still listened.
        @discardableResult
        func send(_ bytes: some Collection<UInt8>) -> Bool {
            var rest = Array(bytes)[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes {
                    Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { return false }
                rest = rest.dropFirst(count)
            }
            return true
        }

        /// That many bytes, or fewer at the end.
        func receive(_ count: Int) -> [UInt8] {
            // Asked for nothing, the kernel waits for something all the same.
            guard count > 0 else { return [] }
            var bytes = [UInt8](repeating: 0, count: count)
            let got = recv(descriptor, &bytes, count, Int32(MSG_WAITALL))
            return Array(bytes.prefix(max(0, got)))
        }

        @discardableResult
        func send(_ text: String) -> Bool { send(Array(text.utf8)) }

        /// Head and body of a decent answer.
        func answer(_ status: Int, _ headers: [String: String] = [:], _ body: String = "") {
            let lines = headers.map { "\($0.key): \($0.value)\r\n" }.joined()
            send("HTTP/1.1 \(status) Status\r\nContent-Length: \(body.utf8.count)\r\n\(lines)\r\n\(body)")
        }

        func close() { shutdown(descriptor, Int32(SHUT_RDWR)) }

        /// Hands everything both ways between the other side and a port, until one of them ends.
        func relay(to port: Int) {
            guard let other = try? connectedSocket(port) else { return }
            var lines = [descriptor, other].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            var room = [UInt8](repeating: 0, count: 65536)
            while poll(&lines, 2, -1) > 0 {
                for index in 0..<2 where lines[index].revents != 0 {
                    let count = recv(lines[index].fd, &room, room.count, 0)
                    guard count > 0, Line(descriptor: lines[1 - index].fd).send(room.prefix(count)) else {
                        Glibc.close(other)
                        return
                    }
                }
            }
        }

        /// Says nothing until the other side goes away.
        func wait() {
            var byte: UInt8 = 0
            while recv(descriptor, &byte, 1, 0) > 0 {}
        }
    }

    private let raw: RawServer
    private let seen: Seen

    var port: Int { raw.port }
    var connections: Int { seen.state.withLock { $0.connections } }
    var requests: [Request] { seen.state.withLock { $0.requests } }
    var url: String { "http://127.0.0.1:\(port)" }

    private final class Seen: Sendable {
        let state = Mutex<(connections: Int, requests: [Request])>((0, []))
    }

    /// Every connection is answered on a thread of its own until the closure closes it, or the client; `socket` is the path
    /// of a Unix socket to listen on in place of a port.
    init(socket: String? = nil, _ answer: @escaping @Sendable (Request, Line) -> Void) throws {
        let seen = Seen()
        self.seen = seen
        raw = try RawServer(socket: socket) { line in
            seen.state.withLock { $0.connections += 1 }
            while let request = readRequest(line) {
                seen.state.withLock { $0.requests.append(request) }
                answer(request, line)
            }
        }
    }
}

/// A server on loopback that knows no protocol.
final class RawServer: Sendable {
    private let listener: Int32
    let port: Int

    /// Every connection is given to the closure on a thread of its own, and closed afterwards.
    init(socket: String? = nil, _ serve: @escaping @Sendable (HTTPServer.Line) -> Void) throws {
        (listener, port) =
            try socket.map { path in
                (try unixSocket(at: path) { bind($0, $1, $2) == 0 && listen($0, 64) == 0 }, 0)
            } ?? listeningSocket()
        Thread.detachNewThread { [listener] in
            while true {
                let descriptor = accept(listener, nil, nil)
                guard descriptor >= 0 else {
                    // Closed by the thread that waits on it: nobody else's socket can have its number meanwhile.
                    close(listener)
                    return
                }
                Thread.detachNewThread {
                    serve(HTTPServer.Line(descriptor: descriptor))
                    close(descriptor)
                }
            }
        }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }
}

/// A Unix socket at a path, which is bound or connected.
func unixSocket(
    at path: String, _ open: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Bool
) throws -> Int32 {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
    let isOpen = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            open(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
    }
    guard isOpen else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    return descriptor
}

/// A socket on a free port of loopback.
func listeningSocket() throws -> (descriptor: Int32, port: Int) {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(listener, $0, length) == 0 && listen(listener, 64) == 0
                && getsockname(listener, $0, &length) == 0
        }
    }
    guard isBound else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    return (listener, Int(in_port_t(bigEndian: address.sin_port)))
}

/// A connection to a port of loopback.
func connectedSocket(_ port: Int) throws -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    address.sin_port = in_port_t(port).bigEndian
    let isConnected = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
    }
    guard isConnected else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    return descriptor
}

/// The next request of a connection; `nil` at its end.
private func readRequest(_ line: HTTPServer.Line) -> HTTPServer.Request? {
    var head: [UInt8] = []
    while head.suffix(4) != [13, 10, 13, 10] {
        let byte = line.receive(1)
        guard !byte.isEmpty else { return nil }
        head += byte
        guard head.first.map({ 65...90 ~= $0 }) == true else {
            line.answer(400, [:], "this is not HTTP")
            line.wait()
            return nil
        }
    }
    var request = HTTPServer.Request()
    let lines = String(decoding: head, as: UTF8.self).components(separatedBy: "\r\n")
    let words = lines[0].split(separator: " ")
    guard words.count == 3 else { return nil }
    (request.method, request.target) = (String(words[0]), String(words[1]))
    for line in lines.dropFirst() {
        guard let colon = line.firstIndex(of: ":") else { continue }
        let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        request.headers[line[..<colon].lowercased()] = value
    }
    let length = Int(request.headers["content-length"] ?? "") ?? 0
    request.body = line.receive(length)
    return request.body.count == length ? request : nil
}
