// SPDX-License-Identifier: Apache-2.0
import PareBytes
package import PareModel

/// A proof as JSON, for machines; as stable as ``comparisonJSON(_:)``, whose members stand under `comparison`.
///
/// ```
/// schemaVersion  1
/// kind           "proof"
/// application    its name
/// started        RFC 3339
/// seconds        of the whole run
/// engine         what built and ran the images
/// winner         name of the candidate that won
/// candidates     [{name, verdict: "won" | "lost" | "failed" | "unavailable", reason, seconds, sizeBytes, compressedBytes,
///                packages, open {critical … unknown}, startSeconds, differences}]
/// edits          [{line (of original, from 1), reason}]
/// diagnostics    [{severity, message, location}]
/// original       the Dockerfile as it was
/// dockerfile     the winner's
/// comparison     verdict, before, after, saved, answers, differences, fixed, remaining, introduced, dismissed
/// ```
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
        ("diagnostics", .array(proof.diagnostics.map(\.json))),
        ("original", .string(proof.original)),
        ("dockerfile", .string(proof.dockerfile)),
        ("comparison", .record(proof.comparison.members)),
    ]).indented + "\n"
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
            ("startSeconds", measured.map { .seconds($0.startSeconds) }),
            ("differences", differences.isEmpty ? nil : .array(differences.map(\.json))),
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
