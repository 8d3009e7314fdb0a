// SPDX-License-Identifier: Apache-2.0
import Glibc
import PareBytes
import PareModel

extension Context {
    /// Copies what a build sees into a folder that is made for it, with some files as a patch has them.
    ///
    /// Nothing of the application's folder is touched: where the file system can, copies share their blocks with the files.
    ///
    /// - Throws: ``FileError``; ``VerbError/badPatch(path:reason:)``.
    func stage(in target: String, with files: [DependencyPatch.File]) throws {
        let patched = Set(files.map(\.path))
        guard mkdir(target, 0o700) == 0 else { throw FileError.writing(target, "make the folder") }
        for entry in entries where !patched.contains(entry.path) {
            try Task.checkCancellation()
            let (source, copy) = ("\(folder)/\(entry.path)", "\(target)/\(entry.path)")
            makeFolders(parentFolder(of: copy))
            switch entry.kind {
            case .folder: makeFolders(copy)
            case .file: try copyFile(source, to: copy, mode: entry.mode)
            case .link(let destination):
                guard symlink(destination, copy) == 0 else { throw FileError.writing(copy, "make the link") }
            }
        }
        for file in files {
            try file.checkPlace(in: target)
            let path = "\(target)/\(file.path)"
            makeFolders(parentFolder(of: path))
            try writeFile(Array(file.after.utf8), to: path)
        }
        // Last, since a folder may forbid to write into it.
        for entry in entries.reversed() where entry.kind == .folder {
            chmod("\(target)/\(entry.path)", entry.mode)
        }
    }
}

extension DependencyPatch.File {
    /// Checks that the path stays in the folder it is meant for.
    ///
    /// - Throws: ``VerbError/badPatch(path:reason:)``.
    func checkPlace(in folder: String) throws(VerbError) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let isPlain = parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
        guard isPlain, path.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw .badPatch(path: path, reason: "it is not the path of a file in the application's folder")
        }
        for length in 1..<max(1, parts.count) {
            var facts = stat()
            let parent = folder + "/" + parts.prefix(length).joined(separator: "/")
            guard lstat(parent, &facts) == 0, facts.st_mode & S_IFMT != S_IFDIR else { continue }
            throw .badPatch(
                path: path, reason: "'\(parts.prefix(length).joined(separator: "/"))' is no folder")
        }
    }
}

/// The contexts that candidates are built from: the application's folder, and copies of it with a patch.
actor Staging {
    private let context: Context
    private let scratch: String
    private var folders: [DependencyPatch: String] = [:]

    init(_ context: Context, scratch: String) {
        self.context = context
        self.scratch = scratch
    }

    /// The folder to build from.
    func folder(with patch: DependencyPatch?) throws -> String {
        guard let patch else { return context.folder }
        if let folder = folders[patch] { return folder }
        let folder = "\(scratch)/context-\(folders.count + 1)"
        try context.stage(in: folder, with: patch.files)
        folders[patch] = folder
        return folder
    }
}
