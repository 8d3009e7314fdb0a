// SPDX-License-Identifier: Apache-2.0
import Glibc
import PareModel

/// Why a file could not be read or written.
package enum FileError: Explained, Hashable {
    case missing(String)
    case unreadable(String)
    case isFolder(String)
    case notFolder(String)
    /// There is a file already, and it was not to be replaced.
    case exists(String)
    case unwritable(String)
    case diskFull(String)
    /// Another program made it shorter while it was read.
    case changed(String)
    /// Anything else, with what was tried and the system's words for the reason: `("open", "a", "Too many open files")`.
    case failed(action: String, path: String, reason: String)

    package var problem: String {
        switch self {
        case .missing(let path): "no file or folder '\(path)'"
        case .unreadable(let path): "no permission to read '\(path)'"
        case .isFolder(let path): "'\(path)' is a folder, not a file"
        case .notFolder(let path): "'\(path)' is not a folder"
        case .exists(let path): "'\(path)' exists already"
        case .unwritable(let path): "no permission to write '\(path)'"
        case .diskFull(let path): "no space left to write '\(path)'"
        case .changed(let path): "'\(path)' was changed while it was read"
        case .failed(let action, let path, let reason): "cannot \(action) '\(path)': \(reason)"
        }
    }

    package var hint: String? {
        switch self {
        case .missing: "check the spelling and the current folder"
        case .unreadable: "make it readable for this user, or run as its owner"
        case .isFolder: "name a file in it"
        case .notFolder: nil
        case .exists: "choose another name, or say that it may be replaced"
        case .unwritable: "choose another place, or run as the folder's owner"
        case .diskFull: "free some space there or choose another place; nothing was left behind"
        case .changed: "try again when the other program is done"
        case .failed: nil
        }
    }

    /// The error of a system call that has just failed on a path while reading.
    package static func reading(_ path: String, _ action: String = "read", code: Int32 = errno) -> FileError {
        switch code {
        case ENOENT: .missing(path)
        case ENOTDIR: .missing(path)
        case EACCES, EPERM: .unreadable(path)
        case EISDIR: .isFolder(path)
        default: .failed(action: action, path: path, reason: String(cString: strerror(code)))
        }
    }

    /// The error of a system call that has just failed on a path while writing.
    package static func writing(_ path: String, _ action: String = "write", code: Int32 = errno) -> FileError
    {
        switch code {
        case ENOENT: .missing(path)
        case ENOTDIR: .notFolder(fileOnTheWay(to: path) ?? path)
        case EACCES, EPERM, EROFS: .unwritable(path)
        case EISDIR: .isFolder(path)
        case EEXIST: .exists(path)
        case ENOSPC, EDQUOT: .diskFull(path)
        default: .failed(action: action, path: path, reason: String(cString: strerror(code)))
        }
    }
}

/// The file that stands where a path would have a folder.
private func fileOnTheWay(to path: String) -> String? {
    for slash in path.indices where path[slash] == "/" && slash > path.startIndex {
        var facts = stat()
        let parent = String(path[..<slash])
        guard stat(parent, &facts) == 0 else { return nil }
        if facts.st_mode & S_IFMT != S_IFDIR { return parent }
    }
    return nil
}
