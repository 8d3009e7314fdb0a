// SPDX-License-Identifier: Apache-2.0
import Glibc
import PareBytes
import PareModel

/// Where a fix writes: the better Dockerfile, the dependency patch, and the proof.  No file that pare did not write is
/// harmed unless told to.
struct FixOutput {
    private let application: Application
    private let replacesFiles: Bool
    private let proofFolder: ProofFolder

    /// Begins a line near the top of a Dockerfile or patch that pare wrote.
    static let mark = "# Written by pare"

    /// The patch that lies beside the Dockerfile.
    static let patchName = "dependencies.pare.patch"

    /// A rewritten Dockerfile with a line that says what it is; parser directives stay at the top.
    static func marked(_ dockerfile: String, _ comparison: Comparison, isPatched: Bool = false) -> String {
        let lines = lines(of: dockerfile)
        let directives = lines.prefix { $0.hasPrefix("#") && $0.contains("=") }
        let sizes = [comparison.after, comparison.before].map { $0.image.map { "\($0.size)" } ?? "" }
        let note =
            "\(mark): \(sizes[0]) in place of \(sizes[1]), \(comparison.after.open.count) known vulnerabilities in"
            + " place of \(comparison.before.open.count)" + (isPatched ? ", with \(patchName)." : ".")
        let ending = dockerfile.contains("\r\n") ? "\r\n" : "\n"
        return (directives + [note[...]] + lines.dropFirst(directives.count)).joined(separator: ending)
    }

    static func isMarked(_ text: String) -> Bool {
        lines(of: text).prefix(4).contains { $0.hasPrefix(mark) }
    }

    /// - Throws: ``VerbError/notOurs(file:)`` where something of the user's is in the way;
    ///   ``VerbError/unwritable(file:reason:)`` where nothing can be written.
    init(_ application: Application, replacesFiles: Bool) throws {
        self.application = application
        self.replacesFiles = replacesFiles
        proofFolder = ProofFolder(path: application.folder + "/pare-proof")
        for folder in [application.folder, parentFolder(of: application.dockerfile)]
        where access(folder, W_OK) != 0 {
            throw VerbError.unwritable(file: folder, reason: String(cString: strerror(errno)))
        }
        if replacesFiles {
            if fileExists(backup(application.dockerfile)) {
                throw VerbError.notOurs(file: backup(application.dockerfile))
            }
        } else {
            for file in [beside, patchFile] where fileExists(file) {
                guard Self.isMarked(try readText(file)) else { throw VerbError.notOurs(file: file) }
            }
        }
        guard try proofFolder.isOurs else { throw VerbError.notOurs(file: proofFolder.path) }
    }

    private var beside: String { application.dockerfile + ".pare" }
    private var patchFile: String { "\(application.folder)/\(Self.patchName)" }
    private func backup(_ file: String) -> String { file + ".orig" }

    /// Writes the proof, then the Dockerfile and what the patch changes.
    ///
    /// - Returns: The proof with the digests of the files beside it.
    func write(_ proof: FixProof, context: String, logs: String) throws -> FixProof {
        let whole = try proofFolder.write(proof, context: context, logs: logs)
        if replacesFiles {
            try replaceFiles(proof)
        } else {
            try replaceFile(beside, with: proof.dockerfile)
            if let patch = proof.patch {
                try replaceFile(patchFile, with: patch.unified)
            } else if fileExists(patchFile) {
                // It was for another Dockerfile than the one beside it now.
                unlink(patchFile)
            }
        }
        return whole
    }

    /// Keeps the log of a build that failed, and says where.
    func keep(log: String) throws -> String { try proofFolder.keep(log: log) }

    /// Puts all new files in the place of the old ones, which are kept; all of them, or none.
    private func replaceFiles(_ proof: FixProof) throws {
        var changes = [
            FileChange(path: application.dockerfile, before: proof.original, after: proof.dockerfile)
        ]
        for file in proof.patch?.files ?? [] {
            try file.checkPlace(in: application.folder)
            changes.append(
                FileChange(
                    path: "\(application.folder)/\(file.path)", before: file.before, after: file.after))
        }
        for change in changes {
            if change.before != nil, fileExists(backup(change.path)) {
                throw VerbError.notOurs(file: backup(change.path))
            }
            guard try change.isCurrent else { throw VerbError.changedMeanwhile(file: change.path) }
        }
        var done: [FileChange] = []
        do {
            for change in changes {
                if change.before != nil { try keepBackup(of: change.path) }
                done.append(change)
                try writeFile(Array(change.after.utf8), to: change.path, replacing: change.before != nil)
            }
        } catch {
            for change in done.reversed() { takeBack(change) }
            throw error
        }
    }

    /// Keeps a file as it is, whatever its bytes are, for those who could read it.
    private func keepBackup(of path: String) throws {
        let bytes = try readFile(path, limit: 64 << 20)
        var facts = stat()
        let mode = stat(path, &facts) == 0 ? facts.st_mode & 0o777 : 0o600
        try writeFile(bytes, to: backup(path), mode: mode)
    }

    private func takeBack(_ change: FileChange) {
        guard change.before != nil else {
            if (try? readText(change.path)) == change.after { unlink(change.path) }
            return
        }
        if (try? change.isCurrent) == true {
            unlink(backup(change.path))
        } else if let before = try? readFile(backup(change.path), limit: 64 << 20),
            (try? writeFile(before, to: change.path, replacing: true)) != nil
        {
            unlink(backup(change.path))
        }
    }
}

/// A user's file as it is and as it is to be.
private struct FileChange {
    let path: String
    /// `nil` for one that is not there.
    let before: String?
    let after: String

    /// Whether the file is still as it was.
    var isCurrent: Bool {
        get throws { fileExists(path) ? try readText(path) == before : before == nil }
    }
}
