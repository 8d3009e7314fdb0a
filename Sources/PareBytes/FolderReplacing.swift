// SPDX-License-Identifier: Apache-2.0
import CGNU
import Glibc

/// Puts a finished folder in the place of another, which goes away; whoever reads its files goes on reading them.
///
/// Both change places at once, so that at every moment there is either the old folder or the new.  A file system that cannot
/// do this gets the files one by one into the old folder, each at once.
///
/// - Parameters:
///   - path: Where a folder is, or nothing; a link to a folder stays, and its target is replaced.
///   - finished: A folder on the same file system; it is gone afterwards.
/// - Throws: ``FileError``; the old folder is then as it was, but for single files on such a file system.
package func replaceFolder(_ path: String, with finished: String) throws(FileError) {
    let place = resolvedLink(path)
    if takesFreeName(place, finished) { return }
    if pare_exchange(finished, place) != 0 { try moveFiles(from: finished, to: place) }
    removeTree(finished)
}

/// Gives a finished folder a name, at which there is nothing or, with `isThere`, a folder that goes away.
///
/// - Throws: ``FileError``; what was there is then there still.
package func replaceTree(_ place: String, with finished: String, isThere: Bool) throws(FileError) {
    guard isThere else {
        guard takesFreeName(place, finished) else { throw .writing(place) }
        return
    }
    if pare_exchange(finished, place) == 0 { return removeTree(finished) }
    let old = finished + ".old"
    guard rename(place, old) == 0 else { throw .writing(place, "replace") }
    guard rename(finished, place) == 0 else {
        let error = FileError.writing(place, "replace")
        rename(old, place)
        throw error
    }
    removeTree(old)
}

/// Gives a finished folder a name at which nothing is; whether it got it.
private func takesFreeName(_ place: String, _ finished: String) -> Bool {
    if pare_rename_without_replacing(finished, place) == 0 { return true }
    // A file system that cannot do this in one step.
    return errno == EINVAL && access(place, F_OK) != 0 && rename(finished, place) == 0
}

/// Moves files into a folder over those that are there, and removes what is there besides.
func moveFiles(from finished: String, to place: String) throws(FileError) {
    let names = try namesInFolder(finished)
    // What describes the others, `metadata.json`, comes last by this order, so that none is thought newer than it is.
    for name in names.reversed() {
        guard rename("\(finished)/\(name)", "\(place)/\(name)") == 0 else {
            throw .writing("\(place)/\(name)")
        }
    }
    for name in try namesInFolder(place) where !names.contains(name) { removeTree("\(place)/\(name)") }
}

/// Opens several files of a folder so that they belong together, though the folder may be replaced meanwhile.
///
/// - Throws: What opening throws, when the folder is as it was before.
package func openingTogether<Value>(in folder: String, _ open: () throws -> Value) throws -> Value {
    for _ in 0..<20 {
        let before = FolderState(folder)
        let opened = Result { try open() }
        if before == FolderState(folder) { return try opened.get() }
    }
    return try open()
}

/// What changes about a folder when its files are replaced, or it is.
private struct FolderState: Equatable {
    private let numbers: [Int]

    init(_ folder: String) {
        var facts = stat()
        guard stat(folder, &facts) == 0 else {
            numbers = []
            return
        }
        numbers = [
            Int(bitPattern: UInt(facts.st_dev)), Int(bitPattern: UInt(facts.st_ino)), facts.st_mtim.tv_sec,
            facts.st_mtim.tv_nsec,
        ]
    }
}
