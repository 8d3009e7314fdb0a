// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import PareBytes
package import PareModel

/// A way of writing VEX, known by what stands in the document.
struct VEXFormat: Sendable {
    let name: String
    let isIn: @Sendable (JSONValue) -> Bool
    let read: @Sendable (VEXSource) throws(VEXError) -> VEXDocument

    static let all: [VEXFormat] = [.openVEX, .csaf, .cycloneDX, .statement, .envelope]
}

/// A document that is being read.
struct VEXSource: Sendable {
    /// What messages and reports call it.
    let name: String
    let json: JSONValue
    /// What statements without products are about.
    var subject: VEXStatement.Product?

    func broken(_ part: String, _ reason: String) -> VEXError {
        .broken(file: name, part: part, reason: reason)
    }

    /// The same document's inner value.
    func holding(_ json: JSONValue, about subject: VEXStatement.Product? = nil) -> VEXSource {
        VEXSource(name: name, json: json, subject: subject ?? self.subject)
    }

    func document() throws(VEXError) -> VEXDocument {
        guard let format = VEXFormat.all.first(where: { $0.isIn(json) }) else {
            throw .notVEX(file: name, is: "neither OpenVEX nor CSAF nor CycloneDX")
        }
        let document = try format.read(self)
        if let name = json.repeatedName {
            throw broken("the document", "'\(name)' stands twice in one object, so readers differ on it")
        }
        return document
    }
}

/// Reads a VEX document of whatever format: OpenVEX, CSAF 2.0, CycloneDX, and attestations that hold one, of which the
/// signatures are not verified.  `name` is what messages and reports call it, and `subject` what statements without products
/// are about.
package func vexDocument(
    _ bytes: [UInt8], name: String, about subject: VEXStatement.Product? = nil
) throws(VEXError) -> VEXDocument {
    let json: JSONValue
    do { json = try JSONValue(bytes.withoutMark) } catch {
        throw .notJSON(file: name, offset: error.offset)
    }
    return try VEXSource(name: name, json: json, subject: subject).document()
}

extension JSONValue {
    /// The name of a member that an object in it has more than once.
    fileprivate var repeatedName: String? {
        switch self {
        case .array(let elements): return elements.lazy.compactMap(\.repeatedName).first
        case .object(let members):
            var names: Set<String> = []
            return members.first { !names.insert($0.name).inserted }?.name
                ?? members.lazy.compactMap(\.value.repeatedName).first
        default: return nil
        }
    }
}

extension [UInt8] {
    /// Without the byte order mark that Windows' editors write.
    fileprivate var withoutMark: ArraySlice<UInt8> {
        starts(with: [0xEF, 0xBB, 0xBF]) ? self[3...] : self[...]
    }
}

extension VEXFormat {
    /// - SeeAlso: in-toto Attestation Framework, "Statement".
    static let statement = VEXFormat(
        name: "in-toto statement", isIn: { $0["predicateType"]?.text != nil && $0["predicate"] != nil }
    ) { source throws(VEXError) in
        let subjects = (source.json["subject"]?.elements ?? []).flatMap { subject in
            (subject["digest"]?.members ?? []).compactMap { member in
                member.value.text.map { "\(member.name):\($0)" }
            }
        }
        let about = subjects.isEmpty ? nil : VEXStatement.Product(identifiers: subjects)
        return try source.holding(source.json["predicate"] ?? .null, about: about).document()
    }

    /// - SeeAlso: in-toto, "DSSE: Dead Simple Signing Envelope".
    static let envelope = VEXFormat(
        name: "DSSE envelope", isIn: { $0["payloadType"]?.text != nil && $0["payload"] != nil }
    ) { source throws(VEXError) in
        guard let payload = source.json["payload"]?.text, let data = Data(base64Encoded: payload) else {
            throw source.broken("the payload", "it is not in base 64")
        }
        do {
            return try source.holding(try JSONValue(Array(data))).document()
        } catch let error as VEXError { throw error } catch {
            throw source.broken("the payload", "it is not JSON")
        }
    }
}
