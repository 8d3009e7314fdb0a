// SPDX-License-Identifier: Apache-2.0
import PareAdvisories
import PareBytes
import PareEngine
import PareModel

/// What a fix rests on, noted before it begins.
struct NotedInputs: Sendable {
    let context: Context
    /// The context's files with their digests.
    let listing: String
    private let measuring: Measuring
    private let data: StoreFacts
    private let documents: [FileDigest]

    init(_ measuring: Measuring) throws {
        self.measuring = measuring
        let application = measuring.application
        context = try Context(application.folder, ignoring: application.ignored)
        listing = try context.listing()
        let selection = measuring.selection
        data = try AdvisoryStore.locate(
            selection.database, environment: measuring.setup.environment
        ).facts()
        documents = try selection.documents.map { path in
            FileDigest(path: path, digest: try SHA256.digest(of: MappedFile(path)))
        }
    }

    /// What two runs have to have in common for the later to go on from the earlier.
    var key: [String] {
        let (limits, selection) = (measuring.limits, measuring.selection)
        let severities = selection.severities.map { $0.map(\.name).sorted().joined(separator: ",") } ?? "all"
        return [
            pareVersion, measuring.engine.description, measuring.application.name,
            measuring.application.text, listing, "\(measuring.setup.today)",
            "\(data.name) \(data.updated) \(data.advisoryCount)",
            "\(severities) \(selection.ignoresUnfixed) \(selection.dismissesNothing) \(selection.vex)",
            "\(limits.port ?? 0) \(limits.startSeconds)", "\(measuring.setup.buildOptions)",
        ] + documents.map { "\($0.digest)" } + measuring.questions.map { "\($0)" }
    }

    func inputs(bases: [FixInputs.Base]) async throws -> FixInputs {
        let (limits, selection) = (measuring.limits, measuring.selection)
        let application = measuring.application
        return FixInputs(
            pare: pareVersion,
            dockerfile: FileDigest(
                path: application.dockerfile.split(separator: "/").last.map(String.init) ?? "Dockerfile",
                digest: SHA256.digest(of: Array(application.text.utf8))),
            context: SHA256.digest(of: Array(listing.utf8)), bases: bases, data: data,
            dataDigest: try await storeDigest(), ignoreFile: selection.usedIgnoreFile, vex: selection.vex,
            documents: documents,
            severities: selection.severities.map { $0.sorted(by: >) },
            ignoresUnfixed: selection.ignoresUnfixed, dismissesNothing: selection.dismissesNothing,
            questions: measuring.questions, port: limits.port,
            startLimit: limits.startSeconds)
    }

    /// Of the data base's file; a gigabyte takes about a second.
    private func storeDigest() async throws -> Digest? {
        let (database, environment) = (measuring.selection.database, measuring.setup.environment)
        return try? await inBackground { _ in
            try AdvisoryStore.locate(database, environment: environment).digest()
        }
    }
}

extension FindingSelection {
    /// The file that was named, or `.trivyignore` where there is one.
    var usedIgnoreFile: String? {
        let usual = ".trivyignore"
        return ignoreFile ?? (fileExists(usual) ? usual : nil)
    }

    /// The files that say which findings count; not the folders, and not what is attached to an image.
    fileprivate var documents: [String] {
        (usedIgnoreFile.map { [$0] } ?? []) + vex.filter { (try? MappedFile($0)) != nil }
    }
}
