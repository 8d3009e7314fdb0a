// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import PareAdvisories
import PareBytes
import PareMatch
import PareModel
import PareReport

/// A proof as it lies in its folder.
struct RecordedProof: Sendable {
    let proof: FixProof
    /// Files that are not as the proof says.
    let damaged: [Verification.Change]
    /// The list of the build context's files; `nil` where it is not there.
    private let context: String?

    private static let limit = 256 << 20

    /// - Throws: ``VerbError/noProof(folder:)``, ``VerbError/damagedProof(file:reason:)``,
    ///   ``VerbError/otherProof(file:schema:)``.
    init(_ folder: ProofFolder) throws {
        let file = "\(folder.path)/\(ProofFolder.Name.proof)"
        guard fileExists(file) else { throw VerbError.noProof(folder: folder.path) }
        guard let text = try? readFile(file, limit: Self.limit), let value = try? JSONValue(text),
            value["kind"]?.text == "proof", let schema = value["schemaVersion"]?.integer
        else { throw VerbError.damagedProof(file: file, reason: "it is not the JSON of a proof") }
        guard schema == FixProof.currentSchema else {
            throw VerbError.otherProof(file: file, schema: schema)
        }
        let files = try Self.files(value, in: file)
        let record = "\(folder.path)/\(ProofFolder.Name.record)"
        guard let bytes = try? readFile(record, limit: Self.limit) else {
            throw VerbError.damagedProof(file: record, reason: "it is not there, or cannot be read")
        }
        guard let recorded = try? JSONDecoder().decode(FixProof.self, from: Data(bytes)) else {
            throw VerbError.damagedProof(file: record, reason: "it is not what was recorded of a fix")
        }
        proof = recorded.with(files: files)
        var damaged = files.compactMap { Self.change(of: $0, in: folder.path) }
        // It has no digest, but follows from the record; another version may word it otherwise.
        if recorded.inputs?.pare == pareVersion,
            !damaged.contains(where: { $0.subject == ProofFolder.Name.record }),
            text != Array(proofJSON(proof).utf8)
        {
            damaged.insert(.init(ProofFolder.Name.proof, "changed"), at: 0)
        }
        self.damaged = damaged
        context = try? readText("\(folder.path)/\(ProofFolder.Name.context)")
    }

    private static func files(_ value: JSONValue, in file: String) throws -> [FileDigest] {
        let files = (value["files"]?.elements ?? []).compactMap { element -> FileDigest? in
            guard let path = element["path"]?.text, let digest = element["digest"]?.text.flatMap(Digest.init),
                ProofFolder.Name.all.contains(path) || ProofFolder.Name.isLog(path), !path.contains("/")
            else { return nil }
            return FileDigest(path: path, digest: digest)
        }
        guard !files.isEmpty, files.count == value["files"]?.elements?.count else {
            throw VerbError.damagedProof(file: file, reason: "its list of files is not whole")
        }
        return files
    }

    private static func change(of file: FileDigest, in folder: String) -> Verification.Change? {
        let path = "\(folder)/\(file.path)"
        guard fileExists(path) else { return .init(file.path, "missing") }
        guard let digest = try? SHA256.digest(of: MappedFile(path, followsLinks: false)) else {
            return .init(file.path, "not readable")
        }
        return digest == file.digest ? nil : .init(file.path, "changed")
    }
}

extension RecordedProof {
    /// What the proof rests on and is not in the application's folder as it was.
    func changes(in folder: String) -> [Verification.Change] {
        var changes: [Verification.Change] = []
        if let inputs = proof.inputs {
            changes += dockerfileChange(inputs, in: folder)
            for document in inputs.documents {
                if !fileExists(document.path) {
                    changes.append(.init(document.path, "missing"))
                } else if (try? inputDigest(of: document.path)) != document.digest {
                    changes.append(.init(document.path, "changed"))
                }
            }
            if inputs.pare != pareVersion {
                changes.append(.init("pare", "\(pareVersion) in place of \(inputs.pare)"))
            }
        }
        return changes + contextChanges(in: folder).filter { !changes.contains($0) }
    }

    /// The Dockerfile may be the old one or, where it was put in its place, the new one.
    private func dockerfileChange(_ inputs: FixInputs, in folder: String) -> [Verification.Change] {
        let name = inputs.dockerfile.path
        guard let text = try? readText("\(folder)/\(name)") else { return [.init(name, "missing")] }
        return text == proof.original || text == proof.dockerfile ? [] : [.init(name, "changed")]
    }

    private func contextChanges(in folder: String) -> [Verification.Change] {
        guard let context else { return [] }
        let name = proof.inputs?.dockerfile.path ?? "Dockerfile"
        let ignored = (try? Application.ignored(in: folder, dockerfile: name)) ?? []
        guard let now = try? Context(folder, ignoring: ignored).listing() else {
            return [.init(folder, "not readable")]
        }
        var patched = Set(
            (proof.patch?.files ?? []).filter { file in
                (try? readText("\(folder)/\(file.path)")) == file.after
            }.map(\.path))
        if let name = proof.inputs?.dockerfile.path,
            (try? readText("\(folder)/\(name)")) == proof.dockerfile
        {
            patched.insert(name)
        }
        let (before, after) = (Self.entries(context), Self.entries(now))
        let names = Set(before.keys).union(after.keys).subtracting(patched)
        return names.sorted().compactMap { name in
            guard let old = before[name] else { return .init(name, "new") }
            guard let new = after[name] else { return .init(name, "missing") }
            return old == new ? nil : .init(name, "changed")
        }
    }

    /// What a list of files says of each.
    private static func entries(_ listing: String) -> [String: [Substring]] {
        var entries: [String: [Substring]] = [:]
        for line in listing.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
            guard words.count == 3 else { continue }
            // "# link NAME -> TARGET", "# executable NAME", "DIGEST  NAME".
            let name = words[1] == "link" ? words[2].split(separator: " -> ").first ?? words[2] : words[2]
            entries[String(name), default: []].append(line)
        }
        return entries
    }

    /// The recorded packages with today's data.  What was set aside then is still, until the day it expires.
    func judged(by selection: FindingSelection, in setup: Setup) throws -> ScanReport {
        let report = proof.comparison.after
        let store = try setup.store(for: selection)
        let matched = try findings(
            of: store.candidates(for: report.packages, distro: report.distro), distro: report.distro,
            detail: store.details().detail)
        var found = matched.findings.selected(
            by: FindingFilter(severities: selection.severities, ignoresUnfixed: selection.ignoresUnfixed))
        if !selection.dismissesNothing {
            let vendor = try VendorStatements.document(for: report.distro)
            found =
                Statements(
                    [], vendor: vendor, target: report.target, image: report.image, distro: report.distro
                ).applied(to: found).findings
            found = dismissed(found, on: setup.today)
        }
        return ScanReport(
            target: report.target, kind: report.kind, created: setup.timestamp, image: report.image,
            distro: report.distro, packages: report.packages, findings: found.inReportOrder,
            store: try store.facts(), diagnostics: report.diagnostics + matched.diagnostics)
    }

    private func dismissed(_ findings: [Finding], on today: Day) -> [Finding] {
        func key(_ finding: Finding) -> [String] {
            let package = finding.package
            return [finding.id, package.kind.rawValue, package.name, package.version]
        }
        let recorded = proof.comparison.after.dismissed.map { (key($0), $0.dismissal) }
        let dismissals = Dictionary(recorded, uniquingKeysWith: { first, _ in first })
        return findings.map { finding in
            guard let dismissal = dismissals[key(finding)] ?? nil,
                dismissal.expires.map({ today < $0 }) != false
            else { return finding }
            return finding.dismissed(dismissal)
        }
    }
}
