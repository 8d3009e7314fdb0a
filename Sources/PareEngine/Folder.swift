// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Small acts on the file system of the host.
enum Folder {
    /// The names in a folder, without `.` and `..`; empty where it cannot be read.
    static func names(_ path: String) -> [String] {
        guard let handle = opendir(path) else { return [] }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// The path from the root on.
    static func absolute(_ path: String) -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        guard !path.hasPrefix("/"), getcwd(&buffer, buffer.count) != nil else { return path }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) + "/"
            + path
    }

    /// The content of a small file; `nil` where it cannot be read.  Longer ones are cut.
    static func text(_ path: String, limit: Int = 1 << 20) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while content.count < limit {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { break }
            content.append(contentsOf: buffer.prefix(count))
        }
        return String(decoding: content.prefix(limit), as: UTF8.self)
    }

    /// - Throws: `EngineError.cannotWrite`.
    static func write(_ text: String, to path: String) throws(EngineError) {
        let log = try LogFile(path)
        log.append(Array(text.utf8))
        try log.finish()
    }

    /// - Throws: `EngineError.cannotWrite`.
    static func create(_ path: String) throws(EngineError) {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw .cannotWrite(path: path, reason: lastError)
        }
    }

    /// Removes a folder and all in it, never following a link nor crossing into a mounted file system.
    static func remove(_ path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        remove(path, device: status.st_dev, depth: 0)
    }

    private static func remove(_ path: String, device: dev_t, depth: Int) {
        var status = stat()
        guard depth < 64, lstat(path, &status) == 0, status.st_dev == device else { return }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            unlink(path)
            return
        }
        for name in names(path) { remove("\(path)/\(name)", device: device, depth: depth + 1) }
        rmdir(path)
    }

    /// What the C library says of the last failure: `No space left on device`.
    static var lastError: String { String(cString: strerror(errno)) }
}
