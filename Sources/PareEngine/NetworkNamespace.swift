// SPDX-License-Identifier: Apache-2.0

import CNamespaces
import Glibc
import PareBytes

/// The network of a container, held open so that it is the same one even when the container is gone.
final class NetworkNamespace: Sendable {
    private let descriptor: Int32

    /// The network of a process; `nil` where it is gone, or where its network is our own: asking that would
    /// ask whatever the host runs.
    init?(of process: Int32) {
        descriptor = open("/proc/\(process)/ns/net", O_RDONLY | O_CLOEXEC)
        var theirs = stat()
        var ours = stat()
        guard descriptor >= 0, fstat(descriptor, &theirs) == 0, stat("/proc/self/ns/net", &ours) == 0,
            theirs.st_ino != ours.st_ino || theirs.st_dev != ours.st_dev
        else {
            if descriptor >= 0 { close(descriptor) }
            return nil
        }
    }

    deinit { close(descriptor) }

    /// A connection to a port of the container's loopback, by IPv4 or else IPv6; `nil` where nothing listens
    /// there.
    ///
    /// The descriptor is the caller's.
    func connect(port: UInt16) async -> Int32? {
        await withCheckedContinuation { continuation in
            // A thread that enters another network stays there, so it is one that ends here.
            do {
                try startThread { [self] in continuation.resume(returning: connectHere(port: port)) }
            } catch {
                continuation.resume(returning: nil)
            }
        }
    }

    private func connectHere(port: UInt16) -> Int32? {
        guard pare_enter_network(descriptor) == 0 else { return nil }
        return Loopback.connect(port: port)
    }
}

/// This thread's own loopback network.
enum Loopback {
    /// A blocking connection by IPv4 or else IPv6.
    static func connect(port: UInt16) -> Int32? { connectIPv4(port: port) ?? connectIPv6(port: port) }

    static func connectIPv4(port: UInt16) -> Int32? {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr = in_addr(s_addr: UInt32(0x7F00_0001).bigEndian)
        return withUnsafePointer(to: &address) { connect(AF_INET, $0, size: MemoryLayout<sockaddr_in>.size) }
    }

    private static func connectIPv6(port: UInt16) -> Int32? {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port.bigEndian
        withUnsafeMutableBytes(of: &address.sin6_addr) { $0[15] = 1 }
        return withUnsafePointer(to: &address) {
            connect(AF_INET6, $0, size: MemoryLayout<sockaddr_in6>.size)
        }
    }

    private static func connect<Address>(_ family: Int32, _ address: UnsafePointer<Address>, size: Int)
        -> Int32?
    {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let socket = Glibc.socket(family, type, 0)
        guard socket >= 0 else { return nil }
        // An application that does not accept must not hold us up.
        var limit = timeval(tv_sec: 2, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let isConnected = address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            Glibc.connect(socket, $0, socklen_t(size)) == 0
        }
        if isConnected { return socket }
        close(socket)
        return nil
    }
}
