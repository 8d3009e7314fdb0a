// SPDX-License-Identifier: Apache-2.0
import Glibc
import PareBytes
import Synchronization

/// A socket that leads to an engine on another machine: each connection is a program that carries it there, such as
/// `ssh host docker system dial-stdio`.
///
/// The socket lies in a private folder, which goes with this value; so do the programs.
final class DialBridge: Sendable {
    /// Of the socket.
    let path: String
    private let folder: ScratchFolder
    private let calls: Calls
    private let errors: ErrorDrain

    /// - Throws: ``FileError``.
    init(_ executable: String, _ arguments: [String], environment: [String: String]) throws {
        let folder = try Self.folder()
        path = folder.path + "/engine.sock"
        self.folder = folder
        let listener = try Self.listen(at: path)
        do {
            errors = try ErrorDrain()
        } catch {
            close(listener)
            throw error
        }
        calls = Calls(executable, arguments, environment, listener: listener, errors: errors)
        try calls.begin()
    }

    deinit {
        calls.end()
        errors.end()
        folder.remove()
    }

    /// The last that a program said on standard error.
    var lastWords: String? { errors.line }

    /// A socket's path has room for 107 bytes only.
    private static func folder() throws(FileError) -> ScratchFolder {
        let folder = try ScratchFolder()
        return folder.path.utf8.count < 90 ? folder : try ScratchFolder(in: "/tmp")
    }

    private static func listen(at path: String) throws(FileError) -> Int32 {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let listener = socket(AF_UNIX, kind, 0)
        guard listener >= 0 else { throw .writing(path, "make") }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let isLongEnough = withUnsafeMutableBytes(of: &address.sun_path) { room in
            guard path.utf8.count < room.count else { return false }
            room.copyBytes(from: path.utf8)
            return true
        }
        let isBound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        guard isLongEnough, isBound, Glibc.listen(listener, 16) == 0 else {
            let error = FileError.writing(path, "listen at")
            close(listener)
            throw error
        }
        return listener
    }
}

/// Starts a program for each connection, on a thread of its own.  The socket is closed when the thread, if there is one, and
/// the owner have both let go of this.
private final class Calls: Sendable {
    private let executable: String
    private let arguments: [String]
    private let environment: [String: String]
    private let listener: Int32
    private let errors: ErrorDrain
    private let children = Mutex<[Child]?>([])

    init(
        _ executable: String, _ arguments: [String], _ environment: [String: String], listener: Int32,
        errors: ErrorDrain
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.listener = listener
        self.errors = errors
    }

    deinit { close(listener) }

    func begin() throws(FileError) { try startThread { self.accept() } }

    private func accept() {
        // Nobody waits for a thread that has ended.
        defer { shutdown(listener, Int32(SHUT_RDWR)) }
        while true {
            let connection = Glibc.accept(listener, nil, nil)
            guard connection >= 0 else {
                if errno == EINTR || errno == ECONNABORTED { continue }
                return
            }
            _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
            let isGoingOn = children.withLock { children in
                guard children != nil else { return false }
                children?.removeAll { $0.code != nil }
                if let process = try? spawn(
                    executable, arguments, environment: environment, input: connection,
                    output: connection, errors: errors.writing)
                {
                    children?.append(Child(process))
                }
                return true
            }
            close(connection)
            guard isGoingOn else { return }
        }
    }

    func end() {
        // Wakes the thread.
        shutdown(listener, Int32(SHUT_RDWR))
        let left = children.withLock { children in
            defer { children = nil }
            return children ?? []
        }
        for child in left { child.signal(SIGTERM) }
        let deadline = ContinuousClock.now + Child.grace
        for child in left { child.end(by: deadline) }
    }
}
