// SPDX-License-Identifier: Apache-2.0
import Glibc
import PareBytes
import PareModel
import PareReport

/// Where a fix writes: the better Dockerfile, and the proof.  No file that pare did not write is harmed unless told to.
struct FixOutput {
    private let application: Application
    private let replacesDockerfile: Bool

    /// Begins a line near the top of a Dockerfile that pare wrote.
    static let mark = "# Written by pare"

    /// A rewritten Dockerfile with a line that says what it is; parser directives stay at the top.
    static func marked(_ dockerfile: String, _ comparison: Comparison) -> String {
        let lines = lines(of: dockerfile)
        let directives = lines.prefix { $0.hasPrefix("#") && $0.contains("=") }
        let sizes = [comparison.after, comparison.before].map { $0.image.map { "\($0.size)" } ?? "" }
        let note =
            "\(mark): \(sizes[0]) in place of \(sizes[1]), \(comparison.after.open.count) known vulnerabilities in"
            + " place of \(comparison.before.open.count)."
        let ending = dockerfile.contains("\r\n") ? "\r\n" : "\n"
        return (directives + [note[...]] + lines.dropFirst(directives.count)).joined(separator: ending)
    }

    private static func isMarked(_ dockerfile: String) -> Bool {
        lines(of: dockerfile).prefix(4).contains { $0.hasPrefix(mark) }
    }

    /// - Throws: ``VerbError/notOurs(file:)`` where something of the user's is in the way.
    init(_ application: Application, replacesDockerfile: Bool) throws {
        self.application = application
        self.replacesDockerfile = replacesDockerfile
        if replacesDockerfile {
            if fileExists(backup) { throw VerbError.notOurs(file: backup) }
        } else if fileExists(beside), !Self.isMarked(try readText(beside)) {
            throw VerbError.notOurs(file: beside)
        }
        if fileExists(folder),
            !(try namesInFolder(folder).allSatisfy {
                ["proof.json", "report.html", "Dockerfile", "README.md"].contains($0)
                    || $0.hasSuffix(".build.log")
            })
        {
            throw VerbError.notOurs(file: folder)
        }
    }

    private var beside: String { application.dockerfile + ".pare" }
    private var backup: String { application.dockerfile + ".orig" }
    private var folder: String { application.folder + "/pare-proof" }

    /// Writes the proof, then the Dockerfile.
    func write(_ proof: FixProof, logs: String) throws {
        try prepareFolder()
        try write(proof.json, to: folder + "/proof.json")
        try write(proofHTML(proof), to: folder + "/report.html")
        try write(proof.dockerfile, to: folder + "/Dockerfile")
        try write(proofReadme(proof), to: folder + "/README.md")
        for name in try namesInFolder(logs) where name.hasSuffix(".build.log") {
            try writeFile(
                try readFile("\(logs)/\(name)", limit: 64 << 20), to: "\(folder)/\(name)", replacing: true)
        }
        if replacesDockerfile {
            try writeFile(Array(proof.original.utf8), to: backup)
            try write(proof.dockerfile, to: application.dockerfile)
        } else {
            try write(proof.dockerfile, to: beside)
        }
    }

    /// Keeps the log of a build that failed, and says where.
    func keep(log: String) throws -> String {
        try prepareFolder()
        let kept = folder + "/" + (log.split(separator: "/").last.map(String.init) ?? "build.log")
        try writeFile(try readFile(log, limit: 64 << 20), to: kept, replacing: true)
        return kept
    }

    private func prepareFolder() throws {
        guard mkdir(folder, 0o755) != 0, errno != EEXIST else { return }
        throw VerbError.unwritable(file: folder, reason: String(cString: strerror(errno)))
    }

    private func write(_ text: String, to path: String) throws {
        try writeFile(Array(text.utf8), to: path, replacing: true)
    }
}
