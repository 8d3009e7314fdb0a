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
///                packages, open {critical … unknown}, startSeconds, peakMemoryBytes, differences}]
/// edits          [{line (of original, from 1), reason}]
/// diagnostics    [{severity, message, location}]
/// hardening      {readOnlyRoot, needsTmp, dropsAllCapabilities, runsAsNonRoot, user, uid, gid, reasons}: what the winner was
///                tried without and answers the same; absent where that was not tried
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
        ("hardening", proof.hardening?.json),
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
            ("peakMemoryBytes", measured?.peakMemory.map { .integer($0.bytes) }),
            ("differences", differences.isEmpty ? nil : .array(differences.map(\.json))),
        ])
    }
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
