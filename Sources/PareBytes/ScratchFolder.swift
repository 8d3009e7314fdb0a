// SPDX-License-Identifier: Apache-2.0
import Glibc
import Synchronization

/// A folder of one's own for a while; it goes with its content when this value does.
package final class ScratchFolder: Sendable {
    package let path: String

    /// Makes a folder within another, by default within `$TMPDIR` or `/tmp`.
    package init(in parent: String? = nil, name: String = "pare") throws(FileError) {
        let parent = parent ?? getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/\(name)-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw .writing(parent, "make a folder in") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        present.withLock { _ = $0.insert(path) }
    }

    deinit { remove() }

    /// Removes the folder now; a second time does nothing.
    package func remove() {
        removeTree(path)
        present.withLock { _ = $0.remove(path) }
    }

    /// Waits until nobody has a folder any more; after three seconds, removes those that somebody has.
    ///
    /// A task or thread lets go of its folder only after it gave its result, when the process may be ending already.  Some have
    /// to end a program first that uses the folder, which takes them two seconds at most.
    package static func removeAll() async {
        for _ in 0..<1_500 where !present.withLock(\.isEmpty) { try? await Task.sleep(for: .milliseconds(2)) }
        for path in present.withLock({ $0 }) { removeTree(path) }
    }
}

/// The folders that there are.
private let present = Mutex<Set<String>>([])

/// Removes a file, or a folder with all it holds, without following links; what cannot be removed stays.
package func removeTree(_ path: String) {
    var facts = stat()
    guard lstat(path, &facts) == 0 else { return }
    guard facts.st_mode & S_IFMT == S_IFDIR else {
        unlink(path)
        return
    }
    if facts.st_mode & S_IRWXU != S_IRWXU { chmod(path, facts.st_mode | S_IRWXU) }
    for name in (try? namesInFolder(path)) ?? [] { removeTree("\(path)/\(name)") }
    rmdir(path)
}

/// The names in a folder, sorted by their bytes, without `.` and `..`.
package func namesInFolder(_ path: String) throws(FileError) -> [String] {
    guard let folder = opendir(path) else {
        throw errno == ENOTDIR ? .notFolder(path) : .reading(path, "open")
    }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) {
            String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
}

/// Makes a folder and those above it where they are missing; what fails shows when the folder is used.
package func makeFolders(_ path: String) {
    guard !path.isEmpty, access(path, F_OK) != 0 else { return }
    if let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) { makeFolders(String(path[..<slash])) }
    mkdir(path, 0o755)
}
