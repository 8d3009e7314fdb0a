// SPDX-License-Identifier: Apache-2.0
import Glibc
import PareBytes
import PareModel
import PareReport

/// The folder that a proof is written to.  It is there as a whole or not at all.
struct ProofFolder: Sendable {
    let path: String

    /// The names of its files beside logs.
    enum Name {
        static let proof = "proof.json"
        /// All that was recorded, for ``Verify``.
        static let record = "record.json"
        static let page = "report.html"
        static let readme = "README.md"
        static let dockerfile = "Dockerfile"
        static let patch = "dependencies.patch"
        static let context = "context.sha256"
        static let packagesBefore = "before.cdx.json"
        static let packagesAfter = "after.cdx.json"
        static let statements = "openvex.json"
        /// Of a build that came to no proof; a proof that is there stays as it is.
        static let failed = "failed.build.log"
        static let all: Set = [
            proof, record, page, readme, dockerfile, patch, context, packagesBefore, packagesAfter,
            statements,
        ]
        static func isLog(_ name: String) -> Bool {
            name.hasSuffix(".build.log") || name.hasSuffix(".trial.log")
        }
    }

    private static let limit = 256 << 20

    /// Whether all that lies there is of a proof, or nothing is there.
    ///
    /// - Throws: ``FileError`` for what is no folder.
    var isOurs: Bool {
        get throws {
            guard fileExists(path) else { return true }
            return try namesInFolder(path).allSatisfy { Name.all.contains($0) || Name.isLog($0) }
        }
    }

    /// Writes a proof in place of the one that was there.
    ///
    /// - Parameters:
    ///   - proof: Without its files.
    ///   - context: The list of the build context's files.
    ///   - logs: Folder with the logs of builds and trials.
    /// - Returns: The proof with the digests of the files beside it.
    /// - Throws: ``FileError``, ``VerbError/unwritable(file:reason:)``; the proof that was there stays then.
    func write(_ proof: FixProof, context: String, logs: String) throws -> FixProof {
        var files: [(name: String, content: [UInt8])] = [
            (Name.record, Array(json(proof).utf8)), (Name.page, Array(proofHTML(proof).utf8)),
            (Name.readme, Array(proofReadme(proof).utf8)),
            (Name.dockerfile, Array(proof.dockerfile.utf8)), (Name.context, Array(context.utf8)),
            (Name.packagesBefore, Array(cycloneDX(proof.comparison.before).utf8)),
            (Name.packagesAfter, Array(cycloneDX(proof.comparison.after).utf8)),
            (Name.statements, Array(openVEX(proof.comparison.after).utf8)),
        ]
        if let patch = proof.patch { files.append((Name.patch, Array(patch.unified.utf8))) }
        for name in try namesInFolder(logs) where Name.isLog(name) {
            files.append((name, try readFile("\(logs)/\(name)", limit: Self.limit)))
        }
        files.sort { $0.name < $1.name }
        let whole = proof.with(
            files: files.map { FileDigest(path: $0.name, digest: SHA256.digest(of: $0.content)) })
        files.append((Name.proof, Array(proofJSON(whole).utf8)))
        try replace(by: files)
        return whole
    }

    /// Keeps a single log where no proof is to be had, and says where.
    func keep(log: String) throws -> String {
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else {
            throw VerbError.unwritable(file: path, reason: String(cString: strerror(errno)))
        }
        let kept = "\(path)/\(Name.failed)"
        try writeFile(try readFile(log, limit: Self.limit), to: kept, replacing: true)
        return kept
    }

    private func replace(by files: [(name: String, content: [UInt8])]) throws {
        let (fresh, old) = ("\(path).new-\(getpid())", "\(path).old-\(getpid())")
        guard mkdir(fresh, 0o755) == 0 else {
            throw VerbError.unwritable(file: path, reason: String(cString: strerror(errno)))
        }
        do {
            for file in files { try writeFile(file.content, to: "\(fresh)/\(file.name)") }
            let isThere = fileExists(path)
            if isThere, rename(path, old) != 0 { throw FileError.writing(path, "move") }
            guard rename(fresh, path) == 0 else {
                let error = FileError.writing(path)
                if isThere { rename(old, path) }
                throw error
            }
            removeTree(old)
        } catch {
            removeTree(fresh)
            throw error
        }
    }
}
