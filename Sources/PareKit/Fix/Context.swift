// SPDX-License-Identifier: Apache-2.0
import Glibc
import PareBytes
import PareDockerfile
import PareModel

/// What a build of an application sees: the files of its folder without those that are ignored.
struct Context: Sendable {
    /// The application's folder.
    let folder: String
    /// By path, in the order of the paths' bytes.
    let entries: [Entry]
    /// What a build cannot see and was left out: sockets, pipes, devices.
    let diagnostics: [Diagnostic]

    struct Entry: Sendable, Hashable {
        /// From the folder.
        let path: String
        let kind: Kind
        /// Permission bits.
        let mode: UInt32
        enum Kind: Sendable, Hashable {
            case file
            case folder
            /// Where the link leads, as written.
            case link(String)
        }
    }

    /// Entries beyond this many are no application's.
    private static let limit = 500_000

    /// Lists a folder; links are not followed.
    ///
    /// - Throws: ``FileError``; ``VerbError/unreadable(file:reason:)`` for a folder that has no end.
    init(_ folder: String, ignoring lines: [String]) throws {
        let patterns = IgnorePatterns(lines)
        self.folder = folder
        var entries: [Entry] = []
        var diagnostics: [Diagnostic] = []
        var pending = [""]
        while let parent = pending.popLast() {
            for name in try namesInFolder(parent.isEmpty ? folder : "\(folder)/\(parent)") {
                let path = parent.isEmpty ? name : "\(parent)/\(name)"
                let isIgnored = patterns.ignores(path)
                var facts = stat()
                guard lstat("\(folder)/\(path)", &facts) == 0 else { continue }
                let isFolder = facts.st_mode & S_IFMT == S_IFDIR
                if isFolder, !isIgnored || patterns.hasExceptions { pending.append(path) }
                guard !isIgnored else { continue }
                guard entries.count < Self.limit else {
                    throw VerbError.unreadable(file: folder, reason: "it has more than \(Self.limit) files")
                }
                if let kind = try Self.kind(of: "\(folder)/\(path)", facts) {
                    entries.append(Entry(path: path, kind: kind, mode: facts.st_mode & 0o7777))
                } else {
                    diagnostics.append(
                        Diagnostic(.note, "not a file: builds do not see it", at: path))
                }
            }
        }
        self.entries = entries.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        self.diagnostics = diagnostics
    }

    private static func kind(of path: String, _ facts: stat) throws -> Entry.Kind? {
        switch facts.st_mode & S_IFMT {
        case S_IFREG: return .file
        case S_IFDIR: return .folder
        case S_IFLNK:
            var target = [CChar](repeating: 0, count: Int(PATH_MAX))
            let count = readlink(path, &target, target.count)
            guard count >= 0 else { throw FileError.reading(path) }
            return .link(
                String(decoding: target.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self))
        default: return nil
        }
    }

    /// The list of the files with the SHA-256 of each, as `sha256sum` writes and checks it; what that program does not know
    /// stands in comments: files that may be executed, and links.
    ///
    /// - Throws: ``FileError``.
    func listing() throws -> String {
        var text = ""
        for entry in entries {
            switch entry.kind {
            case .folder: continue
            case .link(let target): text += "# link \(Self.line(entry.path)) -> \(Self.line(target))\n"
            case .file:
                if entry.mode & 0o111 != 0 { text += "# executable \(Self.line(entry.path))\n" }
                try Task.checkCancellation()
                let digest = try SHA256.digest(of: MappedFile("\(folder)/\(entry.path)"))
                let line = Self.line(entry.path)
                text += (line == entry.path ? "" : "\\") + "\(digest.hex)  \(line)\n"
            }
        }
        return text
    }

    /// A path on one line, as `sha256sum` escapes it.
    private static func line(_ path: String) -> String {
        guard path.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D || $0 == 0x5C }) else { return path }
        var line = ""
        for scalar in path.unicodeScalars {
            switch scalar {
            case "\\": line += "\\\\"
            case "\n": line += "\\n"
            case "\r": line += "\\r"
            default: line.unicodeScalars.append(scalar)
            }
        }
        return line
    }
}
