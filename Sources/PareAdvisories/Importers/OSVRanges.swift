// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareVersions

/// Which versions a record says are affected, of one package.
///
/// - SeeAlso: the OSV schema, "affected[].ranges field" and "Evaluation".
struct OSVRanges {
    /// One stretch of affected versions.
    struct Span: Hashable {
        /// Empty for all from the first.
        var introduced = ""
        var end = End.open

        enum End: Hashable {
            case open
            case fixed(String)
            case lastAffected(String)
        }
    }

    private(set) var spans: [Span] = []
    /// Versions that are listed one by one.
    let versions: [String]
    private let scheme: VersionScheme

    /// Ranges of commits are left out.
    init(_ affected: JSONValue, in scheme: VersionScheme) {
        self.scheme = scheme
        versions = affected["versions"]?.texts ?? []
        for range in affected["ranges"]?.elements ?? []
        where ["SEMVER", "ECOSYSTEM"].contains(range["type"]?.text) {
            spans += Self.spans(Self.sorted(range["events"]?.elements ?? [], in: scheme))
        }
    }

    private enum Event {
        case introduced(String)
        case end(Span.End, version: String)

        /// `nil` for limits, which bound a search among commits only, and for what is not known.
        init?(_ json: JSONValue) {
            if let text = json["introduced"]?.text {
                self = .introduced(["0", "0.0.0-0"].contains(text) ? "" : text)
            } else if let text = json["fixed"]?.text {
                self = .end(.fixed(text), version: text)
            } else if let text = json["last_affected"]?.text {
                self = .end(.lastAffected(text), version: text)
            } else {
                return nil
            }
        }

        var version: String {
            switch self {
            case .introduced(let text), .end(_, let text): text
            }
        }
    }

    /// Events come in any order; where a version has no meaning they stay as they are.
    private static func sorted(_ events: [JSONValue], in scheme: VersionScheme) -> [Event] {
        let events = events.compactMap { Event($0) }
        var keyed: [(version: Version?, event: Event)] = []
        for event in events {
            let version = Version(event.version, in: scheme)
            guard version != nil || event.version.isEmpty else { return events }
            keyed.append((version, event))
        }
        // A stable order by hand: where two are of one version, the record's own order holds.
        return keyed.enumerated().sorted { left, right in
            switch (left.element.version, right.element.version) {
            case (nil, nil): left.offset < right.offset
            case (nil, _): true
            case (_, nil): false
            case (let one?, let other?): one == other ? left.offset < right.offset : one < other
            }
        }.map(\.element.event)
    }

    private static func spans(_ events: [Event]) -> [Span] {
        var spans: [Span] = []
        var begun: Span?
        for event in events {
            switch event {
            case .introduced(let version): if begun == nil { begun = Span(introduced: version) }
            case .end(let end, _):
                guard var span = begun else { continue }
                span.end = end
                spans.append(span)
                begun = nil
            }
        }
        return spans + [begun].compactMap(\.self)
    }

    /// The ranges as a store has them, `>=1.2.0, <1.2.5`, and the single versions outside of these: `=1.0`.
    var texts: [String] {
        let ranges = spans.map(\.text)
        guard !versions.isEmpty else { return ranges }
        let read = ranges.compactMap { try? VersionRange($0, in: scheme) }
        let outside = versions.filter { text in
            guard let version = Version(text, in: scheme) else { return true }
            return !read.contains { $0.contains(version) }
        }
        return ranges + outside.map { "=" + $0 }
    }

    /// The versions that close it.
    var fixes: [String] {
        spans.compactMap { if case .fixed(let version) = $0.end { version } else { nil } }
    }

    /// The one version from which on a distribution's package is not affected, empty where there is none yet; `nil` where a
    /// store cannot say so: a stretch that ends with no fix, or nothing but a list of versions.
    ///
    /// That a flaw came in later than with the first version has no place in a store either.
    var distributionFix: String? {
        guard !spans.isEmpty else { return nil }
        if spans.contains(where: { if case .lastAffected = $0.end { true } else { false } }) { return nil }
        guard fixes.count == spans.count else { return "" }
        return fixes.dropFirst().reduce(fixes[0]) { latest, next in
            guard let one = Version(latest, in: scheme), let other = Version(next, in: scheme) else {
                return latest
            }
            return one < other ? next : latest
        }
    }
}

extension OSVRanges.Span {
    var text: String {
        let begin = introduced.isEmpty ? nil : ">=\(introduced)"
        let bound: String? =
            switch end {
            case .open: nil
            case .fixed(let version): "<\(version)"
            case .lastAffected(let version): "<=\(version)"
            }
        let parts = [begin, bound].compactMap(\.self)
        return parts.isEmpty ? ">=0" : parts.joined(separator: ", ")
    }
}
