// SPDX-License-Identifier: Apache-2.0
import PareBytes
package import PareModel

/// A comparison as JSON, for machines.
///
/// The schema is ours and stable: a member that a reader may rely on neither goes nor changes its meaning without
/// `schemaVersion` going up; new ones may come.
///
/// ```
/// schemaVersion  1
/// kind           "comparison"
/// verdict        the sum of it in a sentence
/// before, after  what each image is: see below
/// saved          sizeBytes, compressedBytes, packages, openFindings: before less after; negative where there is more now
/// answers        asked, equal; absent where nothing was asked
/// differences    [{subject, aspect, before, after}]; absent where the images were not both started
/// tolerated      [{subject, place, kind}]: what two runs of the older image answered differently, so that it may differ; absent
///                where there is nothing
/// fixed          findings that went away, each with cause {kind: "packageRemoved" | "versionChanged", versions}
/// remaining      findings that are still there, each with its reason
/// introduced     findings that only the newer image has, each with its reason
/// dismissed      findings that were open and that the newer image has set aside: neither fixed nor remaining
/// ```
///
/// An image: `target`, `id`, `distro {family, version}`, `sizeBytes`, `compressedBytes`, `user`, `startSeconds`,
/// `peakMemoryBytes`, `packages`,
/// `open {total, withFix, critical, high, medium, low, unknown}`, `dismissed` (their number), `dismissedFindings`,
/// `layers [{diffID, sizeBytes, compressedBytes, instruction, base}]`, `store {name, updated, advisories}`,
/// `statements [{document, vulnerability, product, status, matched, dismissed}]` where VEX was given.
///
/// A finding: `id`, `severity` (`CRITICAL` …), `package`, `kind` (`dpkg`, `npm` …), `version`, `purl`, `status`,
/// `fixedVersion`, `layer` (an index of `layers`), `path`, `title`, `url`; of a dismissed one
/// `dismissal {by, reason, justification, evidence, expires}`.  What is not known is absent.
package func comparisonJSON(_ comparison: Comparison) -> String {
    JSONValue.record(
        [("schemaVersion", .number("1")), ("kind", .string("comparison"))] + comparison.members
    ).document
}

extension Comparison {
    /// What a comparison says, on its own or within a proof.
    var members: [(String, JSONValue?)] {
        let answers = AnswerCount(self).map {
            JSONValue.record([("asked", .integer($0.asked)), ("equal", .integer($0.equal))])
        }
        return [
            ("verdict", .string(verdict)),
            ("before", before.summary(behaviourBefore)),
            ("after", after.summary(behaviourAfter)),
            ("saved", saved),
            ("answers", answers),
            ("differences", differences.map { .array($0.map(\.json)) }),
            ("tolerated", tolerated.isEmpty ? nil : .array(tolerated.map(\.json))),
            ("fixed", .array(fixed.map { $0.finding.json(in: before, [("cause", $0.cause.json)]) })),
            ("remaining", .array(remaining.map(stillOpen))),
            ("introduced", .array(introduced.map(stillOpen))),
            ("dismissed", .array(dismissed.map { $0.json(in: after, []) })),
        ]
    }

    private func stillOpen(_ finding: Finding) -> JSONValue {
        finding.json(in: after, [("reason", .string(finding.reason(in: after.distro)))])
    }

    private var saved: JSONValue {
        func less(_ size: (ImageFacts) -> ByteCount?) -> JSONValue? {
            guard let old = before.image.flatMap(size), let new = after.image.flatMap(size) else {
                return nil
            }
            return .integer((old - new).bytes)
        }
        return .record([
            ("sizeBytes", less(\.size)), ("compressedBytes", less(\.compressedSize)),
            ("packages", .integer(before.packages.count - after.packages.count)),
            ("openFindings", .integer(before.open.count - after.open.count)),
        ])
    }
}

extension ScanReport {
    fileprivate func summary(_ behaviour: Behaviour?) -> JSONValue {
        let system = distro.map {
            JSONValue.record([("family", .string($0.family)), ("version", .nonEmpty($0.version))])
        }
        let measured: [(String, JSONValue?)] = [
            ("sizeBytes", image.map { .integer($0.size.bytes) }),
            ("compressedBytes", image?.compressedSize.map { .integer($0.bytes) }),
            ("user", image.map { .string($0.config.runsAs) }),
            ("startSeconds", behaviour.map { .seconds($0.startSeconds) }),
            ("peakMemoryBytes", behaviour?.peakMemory.map { .integer($0.bytes) }),
        ]
        let named: [(String, JSONValue?)] = [
            ("target", .string(target)), ("id", image?.id.map { .string($0.description) }),
            ("distro", system),
        ]
        return .record(
            named + measured + [
                ("packages", .integer(packages.count)), ("open", openCounts),
                ("dismissed", .integer(dismissed.count)),
                ("dismissedFindings", .array(dismissed.map { $0.json(in: self, []) })),
                ("layers", image.map { .array($0.layers.map(\.json)) }), ("store", store.json),
                ("statements", statements.isEmpty ? nil : .array(statements.map(\.json))),
            ])
    }

    private var openCounts: JSONValue {
        let counts = SeverityCounts(open)
        let bySeverity = SeverityCounts.order.map {
            ($0.name.lowercased(), Optional(JSONValue.integer(counts[$0])))
        }
        return .record(
            [("total", .integer(open.count)), ("withFix", .integer(open.count(where: \.hasFix)))] + bySeverity
        )
    }
}

extension LayerFacts {
    fileprivate var json: JSONValue {
        .record([
            ("diffID", diffID.map { .string($0.description) }), ("sizeBytes", .integer(size.bytes)),
            ("compressedBytes", compressedSize.map { .integer($0.bytes) }),
            ("instruction", .nonEmpty(instruction(ofHistory: createdBy))), ("base", .bool(isBase)),
        ])
    }
}

extension StoreFacts {
    var json: JSONValue {
        .record([
            ("name", .string(name)), ("updated", .nonEmpty(updated)), ("advisories", .integer(advisoryCount)),
        ])
    }
}

extension Finding {
    fileprivate func json(in report: ScanReport, _ more: [(String, JSONValue?)]) -> JSONValue {
        .record(
            [
                ("id", .string(id)), ("severity", .string(severity.name)), ("package", .string(package.name)),
                ("kind", .string(package.kind.rawValue)), ("version", .string(package.version)),
                ("purl", .string(package.purl(distro: report.distro))), ("status", .string(status.rawValue)),
                ("fixedVersion", .nonEmpty(fixedVersion)), ("layer", .integer(package.evidence.layer)),
                ("path", .nonEmpty(package.evidence.path)),
                ("title", .nonEmpty(advisory.detail?.title ?? "")),
                ("url", primaryURL.map(JSONValue.string)), ("dismissal", dismissal?.json),
            ] + more)
    }
}

extension Dismissal {
    fileprivate var json: JSONValue {
        .record([
            ("by", .string(by)), ("reason", .string(reason)),
            ("justification", justification.map { .string($0.rawValue) }), ("evidence", .texts(evidence)),
            ("expires", expires.map { .string($0.description) }),
        ])
    }
}

extension StatementUse {
    fileprivate var json: JSONValue {
        .record([
            ("document", .string(document)), ("vulnerability", .string(vulnerability)),
            ("product", .string(product)), ("status", .string(status.rawValue)),
            ("matched", .integer(matched)), ("dismissed", .integer(dismissed)),
        ])
    }
}

extension Comparison.Cause {
    fileprivate var json: JSONValue {
        switch self {
        case .packageRemoved: .record([("kind", .string("packageRemoved"))])
        case .versionChanged(let versions):
            .record([("kind", .string("versionChanged")), ("versions", .texts(versions))])
        }
    }
}

extension Comparison.Difference {
    var json: JSONValue {
        .record([
            ("subject", .string(subject)), ("aspect", .string(aspect)), ("before", .string(before)),
            ("after", .string(after)),
        ])
    }
}

extension Tolerance {
    fileprivate var json: JSONValue {
        .record([("subject", .string(subject)), ("place", .string(place)), ("kind", .string(kind.rawValue))])
    }
}

extension JSONValue {
    static func integer(_ number: some BinaryInteger) -> JSONValue { .number("\(number)") }

    /// A time with milliseconds; `null` for what is not a number.
    static func seconds(_ seconds: Double) -> JSONValue {
        seconds.isFinite && seconds.magnitude < 1e12 ? .number(seconds.formatted(decimals: 3)) : .null
    }
}
