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

    /// - Throws: ``FileError``, ``VEXError``: a document that cannot be used is better known before anything is built.
    init(_ measuring: Measuring) throws {
        self.measuring = measuring
        let application = measuring.application
        context = try Context(application.folder, ignoring: application.ignored)
        listing = try context.listing()
        let selection = measuring.selection
        data = try measuring.setup.store(for: selection).facts()
        documents = try selection.documents.map {
            FileDigest(path: $0, digest: try inputDigest(of: $0))
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
                path: application.dockerfileName,
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
        let (selection, setup) = (measuring.selection, measuring.setup)
        return try? await inBackground { _ in try setup.store(for: selection).digest() }
    }
}

extension FindingSelection {
    /// The file that was named, or `.trivyignore` where there is one.
    var usedIgnoreFile: String? {
        let usual = ".trivyignore"
        return ignoreFile ?? (fileExists(usual) ? usual : nil)
    }

    /// The files and folders that say which findings count; not what is attached to an image.
    ///
    /// - Throws: ``VEXError`` for what is no VEX document.
    var documents: [String] {
        get throws {
            let places = vex.filter { $0 != "oci" }
            if !dismissesNothing {
                for place in places { _ = try VEXPlace(place).documents(for: [], distro: nil) }
            }
            return (usedIgnoreFile.map { [$0] } ?? []) + places
        }
    }
}

/// The digest of an ignore file or a VEX document; of a folder, that of the list of its documents as `sha256sum` writes it.
///
/// - Throws: ``FileError``, ``VEXError``.
func inputDigest(of path: String) throws -> Digest {
    let files = try VEXPlace(path).files()
    guard files != [path] else { return try SHA256.digest(of: MappedFile(path)) }
    let lines = try files.map { "\(try SHA256.digest(of: MappedFile($0)).hex)  \($0)\n" }
    return SHA256.digest(of: Array(lines.joined().utf8))
}
