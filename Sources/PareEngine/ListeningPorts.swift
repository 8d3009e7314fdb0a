// SPDX-License-Identifier: Apache-2.0

/// The TCP ports that something in a process's network listens on.
struct ListeningPorts: Hashable, Sendable {
    struct Port: Hashable, Sendable {
        let number: Int
        /// Whether only the container itself could reach it.
        let isLoopback: Bool
    }

    /// In order, each number once.
    let ports: [Port]

    var numbers: [Int] { ports.map(\.number) }

    static func of(process: Int32) -> ListeningPorts {
        let texts = ["tcp", "tcp6"].compactMap { Folder.text("/proc/\(process)/net/\($0)") }
        return ListeningPorts(tables: texts)
    }

    /// - Parameter tables: Contents of /proc/net/tcp and /proc/net/tcp6.
    /// - SeeAlso: Linux, Documentation/networking/proc_net_tcp.rst.
    init(tables: [String]) {
        var found: [Int: Bool] = [:]
        for line in tables.flatMap({ $0.split(separator: "\n").dropFirst() }) {
            let fields = line.split(separator: " ")
            // 0A is TCP_LISTEN.
            guard fields.count > 3, fields[3] == "0A", let port = Self.port(fields[1]) else { continue }
            found[port.number] = (found[port.number] ?? true) && port.isLoopback
        }
        ports = found.sorted { $0.key < $1.key }.map { Port(number: $0.key, isLoopback: $0.value) }
    }

    /// The port of `0100007F:1450`: the address in the host's byte order, the number plain, both in
    /// hexadecimal.
    private static func port(_ text: Substring) -> Port? {
        let parts = text.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, let number = Int(parts[1], radix: 16), (1...65_535).contains(number) else {
            return nil
        }
        let loopbacks = ["0100007F", "00000000000000000000000001000000", "0000000000000000FFFF00000100007F"]
        return Port(number: number, isLoopback: loopbacks.contains(String(parts[0])))
    }
}
