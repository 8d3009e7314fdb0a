// SPDX-License-Identifier: Apache-2.0
import Glibc
import PareBytes

/// A user's text file, whole; at most 16 MiB of it.
///
/// - Throws: ``VerbError/unreadable(file:reason:)``.
func readText(_ path: String, named name: String? = nil) throws(VerbError) -> String {
    let name = name ?? path
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unreadable(file: name, reason: String(cString: strerror(errno))) }
    defer { close(descriptor) }
    var content: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 64 * 1024)
    while true {
        let count = read(descriptor, &piece, piece.count)
        if count < 0 && errno == EINTR { continue }
        guard count >= 0 else { throw .unreadable(file: name, reason: String(cString: strerror(errno))) }
        if count == 0 { return String(decoding: content, as: UTF8.self) }
        content.append(contentsOf: piece[..<count])
        guard content.count <= 16 << 20 else { throw .unreadable(file: name, reason: "it is over 16 MiB") }
    }
}

func fileExists(_ path: String) -> Bool { access(path, F_OK) == 0 }

/// `src` for `src/Dockerfile`, `.` for `Dockerfile`.
func parentFolder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// `demo-api` for `/srv/demo-api/`; made fit to be an image's name.
func imageName(ofFolder path: String) -> String {
    let whole = realpath(path, nil).map { pointer in
        defer { free(pointer) }
        return String(cString: pointer)
    }
    let last = (whole ?? path).split(separator: "/").last.map(String.init) ?? "app"
    let name = last.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
    let trimmed = String(name).split(separator: "-").joined(separator: "-")
    return trimmed.isEmpty ? "app" : trimmed
}
