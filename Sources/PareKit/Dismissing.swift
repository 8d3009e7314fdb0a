// SPDX-License-Identifier: Apache-2.0
import PareAdvisories
import PareImage
import PareInventory
import PareMatch
import PareModel

/// Findings as they are set aside one step after the other; what an earlier step dismissed, a later one leaves as it is.
struct Dismissing {
    var findings: [Finding]
    /// Open ones that a VEX statement calls affected or not yet known: no later step may set them aside.
    private(set) var held: Set<Finding> = []
    private(set) var uses: [StatementUse] = []
    private(set) var diagnostics: [Diagnostic] = []

    init(_ findings: [Finding]) { self.findings = findings }

    /// Sets aside what an ignore file lists.
    mutating func apply(_ file: IgnoreFile, on today: Day) {
        findings = findings.dismissed(by: file, on: today)
        diagnostics += file.diagnostics
    }

    /// Sets aside what VEX documents say does not count: the user's, then the distribution's.
    ///
    /// - Throws: ``VEXError``, and what reading the image's attachments throws.
    mutating func apply(
        vex places: [String], to image: Image, named target: String, facts: ImageFacts?,
        _ inventory: Inventory
    ) async throws {
        var documents: [VEXDocument] = []
        for place in places {
            if place == "oci" {
                let attached = try await attachedDocuments(image)
                documents += attached.documents
                diagnostics += attached.diagnostics + [.attached(attached.documents.map(\.name))]
            } else {
                let found = try VEXPlace(place).documents(for: inventory.packages, distro: inventory.distro)
                documents += found.documents
                diagnostics += found.diagnostics
            }
        }
        let statements = Statements(
            documents, vendor: try VendorStatements.document(for: inventory.distro), target: target,
            image: facts, distro: inventory.distro)
        (findings, held, uses) = statements.applied(to: findings)
        for document in documents where document.statements.isEmpty {
            diagnostics.append(Diagnostic(.note, "the VEX document says nothing", at: document.name))
        }
    }

    /// The VEX documents that are attached to an image; attachments of other kinds are left alone.
    private func attachedDocuments(_ image: Image) async throws
        -> (documents: [VEXDocument], diagnostics: [Diagnostic])
    {
        let subject = VEXStatement.Product(
            identifiers: [image.manifestDigest, image.id].compactMap { $0?.description })
        let attached = try await image.attachments()
        let documents = try attached.documents.compactMap { attachment in
            do {
                return try vexDocument(
                    attachment.content, name: "oci:\(attachment.digest.short)", about: subject)
            } catch VEXError.notVEX, VEXError.notJSON {
                return nil
            }
        }
        return (documents, attached.diagnostics)
    }
}

extension Diagnostic {
    fileprivate static func attached(_ names: [String]) -> Diagnostic {
        guard !names.isEmpty else {
            return Diagnostic(.warning, "no VEX document is attached to the image")
        }
        return Diagnostic(
            .note,
            "VEX attached to the image was used, its signature not verified: \(names.joined(separator: ", "))"
        )
    }
}
