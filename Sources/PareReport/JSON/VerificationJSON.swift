// SPDX-License-Identifier: Apache-2.0
import PareBytes
package import PareModel

/// What checking a proof again has shown, as JSON, for machines; as stable as ``comparisonJSON(_:)``, whose members stand
/// under `comparison`.
///
/// `docs/proof.md` describes each member.  What is not known is absent.
package func verificationJSON(_ verification: Verification) -> String {
    JSONValue.record([
        ("schemaVersion", .integer(1)),
        ("kind", .string("verification")),
        ("holds", .bool(verification.holds)),
        ("application", .string(verification.application)),
        ("made", .string(verification.made)),
        ("files", .integer(verification.files)),
        ("damaged", .array(verification.damaged.map(\.json))),
        ("inputs", .array(verification.inputs.map(\.json))),
        ("failure", verification.failure.map(JSONValue.string)),
        ("differences", verification.differences.map { .array($0.map(\.json)) }),
        ("questions", .integer(verification.questions)),
        ("comparison", .record(verification.comparison.members)),
    ]).document
}

extension Verification.Change {
    fileprivate var json: JSONValue {
        .record([("subject", .string(subject)), ("what", .string(what))])
    }
}
