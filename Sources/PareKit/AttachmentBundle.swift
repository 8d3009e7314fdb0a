// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareModel
import PareNetwork

/// Files that are attached together, and what they are.
struct AttachmentBundle: Sendable {
    /// What progress calls it.
    let name: String
    let type: String
    let files: [Attaching.File]

    private static let documentLimit = 64 << 20
    private static let proofFileLimit = 256 << 20

    /// - Throws: ``AttachmentError/notDocument(file:wanted:)``, ``FileError``.
    init(sbom path: String) throws {
        try self.init(path, wanted: "a bill of materials: CycloneDX or SPDX, as JSON") { json in
            if json["bomFormat"]?.text == "CycloneDX" { return ArtifactType.cycloneDX }
            let isSPDX =
                json["spdxVersion"]?.text != nil || json["@context"]?.text?.contains("spdx.org") ?? false
            return isSPDX ? ArtifactType.spdx : json.attestationType
        }
    }

    /// - Throws: ``AttachmentError/notDocument(file:wanted:)``, ``FileError``.
    init(vex path: String) throws {
        try self.init(path, wanted: "a VEX document: OpenVEX, CSAF or CycloneDX, or an attestation with one")
        { json in
            if json["@context"]?.text?.contains("openvex.dev") ?? false { return ArtifactType.openVEX }
            if json["document"]?["csaf_version"]?.text != nil { return ArtifactType.csaf }
            if json["bomFormat"]?.text == "CycloneDX" { return ArtifactType.cycloneDX }
            return json.attestationType
        }
    }

    private init(_ path: String, wanted: String, type: (JSONValue) -> String?) throws {
        let bytes = try readFile(path, limit: Self.documentLimit)
        guard let json = try? JSONValue(bytes), let type = type(json) else {
            throw AttachmentError.notDocument(file: path, wanted: wanted)
        }
        let last = path.split(separator: "/").last.map(String.init) ?? "document.json"
        self.init(name: last, type: type, files: [.init(name: last, mediaType: type, content: bytes)])
    }

    private init(name: String, type: String, files: [Attaching.File]) {
        self.name = name
        self.type = type
        self.files = files
    }

    /// All files of a proof.
    ///
    /// - Throws: ``VerbError/damagedProof(file:reason:)`` where one of them is not as the proof says.
    init(proof: RecordedProof, in folder: String) throws {
        if let damage = proof.damaged.first {
            throw VerbError.damagedProof(file: "\(folder)/\(damage.subject)", reason: damage.what)
        }
        let names = [ProofFolder.Name.proof] + proof.proof.files.map(\.path)
        self.init(
            name: "the proof", type: ArtifactType.proof,
            files: try names.map { name in
                Attaching.File(
                    name: name, mediaType: Self.mediaType(ofProofFile: name),
                    content: try readFile("\(folder)/\(name)", limit: Self.proofFileLimit))
            })
    }

    /// What a proof says of the image after the fix, each by itself, and the proof.
    static func all(ofProofIn folder: String) throws -> [AttachmentBundle] {
        let proof = try RecordedProof(ProofFolder(path: folder))
        let whole = try AttachmentBundle(proof: proof, in: folder)
        return try [
            AttachmentBundle(sbom: "\(folder)/\(ProofFolder.Name.packagesAfter)"),
            AttachmentBundle(vex: "\(folder)/\(ProofFolder.Name.statements)"), whole,
        ]
    }

    private static func mediaType(ofProofFile name: String) -> String {
        if name.hasSuffix(".cdx.json") { return ArtifactType.cycloneDX }
        if name == ProofFolder.Name.statements { return ArtifactType.openVEX }
        return switch name.split(separator: ".").last {
        case "json": "application/json"
        case "html": "text/html"
        case "md": "text/markdown"
        default: "text/plain"
        }
    }
}

extension JSONValue {
    fileprivate var attestationType: String? {
        if self["payloadType"]?.text != nil, self["payload"]?.text != nil { return ArtifactType.envelope }
        return self["predicateType"]?.text != nil && self["predicate"] != nil ? ArtifactType.statement : nil
    }
}

/// Why documents could not be attached or fetched, where no stage has said it already.
enum AttachmentError: Explained, Equatable {
    case notDocument(file: String, wanted: String)
    case tooMuch(image: String, size: ByteCount, limit: ByteCount)

    var problem: String {
        switch self {
        case .notDocument(let file, let wanted): "'\(file)' is not \(wanted)"
        case .tooMuch(let image, let size, let limit):
            "what is attached to '\(image)' has \(size), and \(limit) are fetched at most"
        }
    }

    var hint: String? {
        switch self {
        case .notDocument: "'pare scan --format cyclonedx', 'spdx-json' and 'openvex' write such documents"
        case .tooMuch: "fetch what you need of it by its digest with 'skopeo copy'"
        }
    }
}
