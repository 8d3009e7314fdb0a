// SPDX-License-Identifier: Apache-2.0
import PareBytes
package import PareModel

/// A proof as JSON, for machines; as stable as ``comparisonJSON(_:)``, whose members stand under `comparison`.
///
/// `docs/proof.md` describes each member.  What is not known is absent.
package func proofJSON(_ proof: FixProof) -> String {
    JSONValue.record([
        ("schemaVersion", .integer(proof.schemaVersion)),
        ("kind", .string("proof")),
        ("application", .string(proof.application)),
        ("started", .string(proof.started)),
        ("seconds", .seconds(proof.seconds)),
        ("engine", .string(proof.engine)),
        ("winner", .string(proof.winner)),
        ("candidates", .array(proof.candidates.map(\.json))),
        ("edits", .array(proof.edits.map(\.json))),
        ("patch", proof.patch.map { .array($0.steps.map(\.json)) }),
        ("diagnostics", .array(proof.diagnostics.map(\.json))),
        ("hardening", proof.hardening?.json),
        ("original", .string(proof.original)),
        ("dockerfile", .string(proof.dockerfile)),
        ("comparison", .record(proof.comparison.members)),
        ("inputs", proof.inputs.map(\.json)),
        ("files", .array(proof.files.map(\.json))),
    ]).document
}

extension CandidateOutcome {
    fileprivate var json: JSONValue {
        let open = counts.map { counts in
            JSONValue.record(SeverityCounts.order.map { ($0.name.lowercased(), .integer(counts[$0])) })
        }
        return .record([
            ("name", .string(name)), ("verdict", .string(verdict.word)),
            ("reason", verdict.reason.map(JSONValue.string)), ("seconds", .seconds(seconds)),
            ("sizeBytes", measured.map { .integer($0.size.bytes) }),
            ("compressedBytes", measured?.compressedSize.map { .integer($0.bytes) }),
            ("packages", measured.map { .integer($0.packages) }), ("open", open),
            ("dismissed", measured?.dismissedFindings.map { .integer($0) }),
            ("startSeconds", measured.map { .seconds($0.startSeconds) }),
            ("peakMemoryBytes", measured?.peakMemory.map { .integer($0.bytes) }),
            ("differences", differences.isEmpty ? nil : .array(differences.map(\.json))),
            ("patch", patched.map { .array($0.map(\.json)) }),
        ])
    }
}

extension DependencyPatch.Step {
    fileprivate var json: JSONValue {
        .record([
            ("package", .string(package)), ("from", .string(from)), ("to", .string(to)),
            ("means", .string(means.rawValue)), ("requiredBy", .texts(requiredBy)),
            ("closes", .texts(closes)), ("crossesMajor", .bool(crossesMajor)), ("reason", .string(reason)),
            ("companions", companions.isEmpty ? nil : .array(companions.map(\.json))),
        ])
    }
}

extension DependencyPatch.Companion {
    fileprivate var json: JSONValue {
        .record([
            ("package", .string(package)), ("from", .string(from)), ("to", .string(to)),
            ("crossesMajor", .bool(crossesMajor)), ("reason", .string(reason)),
        ])
    }
}

extension FileDigest {
    fileprivate var json: JSONValue {
        .record([("path", .string(path)), ("digest", .string(digest.description))])
    }
}

extension FixInputs {
    fileprivate var json: JSONValue {
        let bases = JSONValue.array(bases.map(\.json))
        let files = JSONValue.array(documents.map(\.json))
        let asked = JSONValue.array(questions.map { value($0) })
        let members: [(String, JSONValue?)] = [
            ("pare", .string(pare)), ("dockerfile", dockerfile.json),
            ("context", .string(context.description)), ("bases", bases), ("data", data.json),
            ("dataDigest", dataDigest.map { .string($0.description) }),
            ("ignoreFile", ignoreFile.map(JSONValue.string)), ("vex", .texts(vex)), ("documents", files),
            ("severities", severities.map { .texts($0.map(\.name)) }),
            ("ignoresUnfixed", .bool(ignoresUnfixed)), ("dismissesNothing", .bool(dismissesNothing)),
            ("questions", asked), ("port", port.map { .integer($0) }), ("startLimit", .integer(startLimit)),
        ]
        return .record(members)
    }
}

extension FixInputs.Base {
    fileprivate var json: JSONValue { .record([("name", .string(name)), ("id", .string(id))]) }
}

extension Hardening {
    fileprivate var json: JSONValue {
        .record([
            ("readOnlyRoot", .bool(readOnlyRoot)), ("needsTmp", .bool(needsTmp)),
            ("dropsAllCapabilities", .bool(dropsAllCapabilities)), ("runsAsNonRoot", .bool(runsAsNonRoot)),
            ("user", .nonEmpty(user)), ("uid", numbers.map { .integer($0.user) }),
            ("gid", numbers.map { .integer($0.group) }), ("reasons", .texts(reasons)),
        ])
    }
}

extension FixProof.Edit {
    fileprivate var json: JSONValue { .record([("line", .integer(line)), ("reason", .string(reason))]) }
}

extension Diagnostic {
    fileprivate var json: JSONValue {
        .record([
            ("severity", .string(severity.rawValue)), ("message", .string(message)),
            ("location", location.map(JSONValue.string)),
        ])
    }
}

/// A value of the vocabulary as it encodes itself.
private func value(_ value: some Encodable) -> JSONValue { (try? JSONValue(json(value).utf8)) ?? .null }
