// SPDX-License-Identifier: Apache-2.0
import Glibc
import PareBytes

/// A user's text file, whole; at most 16 MiB of it.
///
/// - Throws: ``FileError``.
func readText(_ path: String) throws -> String {
    String(decoding: try readFile(path, limit: 16 << 20), as: UTF8.self)
}

/// All of standard input, at most 16 MiB.
///
/// - Throws: ``VerbError``; `CancellationError` where the task is cancelled while nothing comes.
func readInput() throws -> String {
    var content: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 64 * 1024)
    var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    while content.count <= 16 << 20 {
        try Task.checkCancellation()
        guard poll(&input, 1, 200) != 0 else { continue }
        let count = read(STDIN_FILENO, &piece, piece.count)
        if count < 0 && errno == EINTR { continue }
        guard count >= 0 else {
            throw VerbError.unreadable(file: "standard input", reason: String(cString: strerror(errno)))
        }
        if count == 0 { return String(decoding: content, as: UTF8.self) }
        content.append(contentsOf: piece[..<count])
    }
    throw VerbError.unreadable(file: "standard input", reason: "it is over 16 MiB")
}

func fileExists(_ path: String) -> Bool { access(path, F_OK) == 0 }

/// `src` for `src/Dockerfile`, `.` for `Dockerfile`.
func parentFolder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// A path from the root without links, `.` and `..`; `nil` where nothing is there.
func wholePath(_ path: String) -> String? {
    realpath(path, nil).map { pointer in
        defer { free(pointer) }
        return String(cString: pointer)
    }
}

/// The folder that a folder lies in, also of one that is named `.` or `..`.
func folder(around folder: String) -> String {
    let last = folder.split(separator: "/").last
    if last == "." || last == ".." || last == nil { return parentFolder(of: wholePath(folder) ?? folder) }
    return parentFolder(of: folder.last == "/" ? String(folder.dropLast()) : folder)
}

/// `demo-api` for `/srv/demo-api/`; made fit to be an image's name.
func imageName(ofFolder path: String) -> String {
    let last = (wholePath(path) ?? path).split(separator: "/").last.map(String.init) ?? "app"
    let name = last.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
    let trimmed = String(name).split(separator: "-").joined(separator: "-")
    return trimmed.isEmpty ? "app" : trimmed
}

/// The lines of a text that ends them as Unix or as Windows does; a text's last line may be empty.
func lines(of text: String) -> [Substring] {
    text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
}

/// Writes a text as a whole file or not at all; a file that is there is replaced.
public func replaceFile(_ path: String, with text: String) throws {
    try writeFile(Array(text.utf8), to: path, replacing: true)
}

/// Whether writing to a path may wait for a reader, as it leads to a device or a pipe.
public func isDeviceOrPipe(_ path: String) throws -> Bool { try isWrittenThrough(path) }
