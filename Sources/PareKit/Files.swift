// SPDX-License-Identifier: Apache-2.0
import Glibc
import PareBytes

/// A user's text file, whole; at most 16 MiB of it.
///
/// - Throws: ``VerbError/unreadable(file:reason:)`` for the file's name as the user gave it.
func readText(_ path: String, named name: String? = nil) throws -> String {
    String(decoding: try readFile(path, limit: 16 << 20), as: UTF8.self)
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
