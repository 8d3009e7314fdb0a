// SPDX-License-Identifier: Apache-2.0

import Glibc

/// An image's file system, unpacked on the host: its links are followed as the image would follow them, so
/// that none leads out to the host's files.
struct RootFolder {
    let path: String

    /// The content of a small regular file of the image; `nil` where there is none.
    func text(_ file: String) -> String? {
        guard let real = resolve(file) else { return nil }
        var status = stat()
        guard lstat(real, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Folder.text(real)
    }

    /// The host's path of a file of the image, with every link on the way followed.
    private func resolve(_ file: String) -> String? {
        var pending = file.split(separator: "/").map(String.init)[...]
        var done: [String] = []
        var links = 0
        while let part = pending.popFirst() {
            if part == "." { continue }
            if part == ".." {
                _ = done.popLast()
                continue
            }
            guard let target = link(at: done + [part]) else {
                done.append(part)
                continue
            }
            links += 1
            guard links <= 40 else { return nil }
            if target.hasPrefix("/") { done = [] }
            pending = (target.split(separator: "/").map(String.init) + pending)[...]
        }
        return ([path] + done).joined(separator: "/")
    }

    private func link(at parts: [String]) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(([path] + parts).joined(separator: "/"), &buffer, buffer.count)
        guard count > 0, count < buffer.count else { return nil }
        return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
