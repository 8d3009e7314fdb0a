// SPDX-License-Identifier: Apache-2.0

package import PareModel

/// A list of vulnerabilities that a project sets aside, in the format of `.trivyignore`.
///
/// A line is an id, then what one likes; `exp:2025-12-31` in it ends the rule on that day.  Lines that
/// start with `#` are comments; those right above an id are kept as its reason.
package struct IgnoreFile: Sendable {
    /// What a report calls the file.
    package let name: String
    /// Lines that were left out.
    package let diagnostics: [Diagnostic]
    private let rules: [String: [Rule]]

    private struct Rule {
        let reason: String
        /// The first day on which it no longer holds; `nil` for never.
        let end: Day?
    }

    package init(_ text: String, name: String) {
        var rules: [String: [Rule]] = [:]
        var diagnostics: [Diagnostic] = []
        var comments: [Substring] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .enumerated()
        {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard let id = words.first, !id.hasPrefix("#") else {
                if words.isEmpty {
                    comments = []
                } else {
                    comments.append(line.drop { $0 == "#" || $0.isWhitespace })
                }
                continue
            }
            let expiry = words.dropFirst().first { $0.hasPrefix("exp:") }.map { $0.dropFirst(4) }
            let end = expiry.flatMap { Day(String($0)) }
            if let expiry, end == nil {
                diagnostics.append(
                    Diagnostic(
                        .warning, "'\(expiry)' is not a day (2025-12-31), so \(id) is not ignored",
                        at: "\(name):\(index + 1)"))
            } else {
                let reason =
                    comments.isEmpty ? "listed in line \(index + 1)" : comments.joined(separator: " ")
                rules[String(id), default: []].append(Rule(reason: reason, end: end))
            }
            comments = []
        }
        self.name = name
        self.rules = rules
        self.diagnostics = diagnostics
    }

    /// Why an id is set aside on a day; `nil` where it is not.
    fileprivate func dismissal(of id: String, on today: Day) -> Dismissal? {
        let rule = rules[id]?.first { rule in rule.end.map { today < $0 } ?? true }
        return rule.map { Dismissal(by: name, reason: $0.reason, expires: $0.end) }
    }
}

extension [Finding] {
    /// The same findings, those that a file lists dismissed.
    package func dismissed(by file: IgnoreFile, on today: Day) -> [Finding] {
        map { finding in file.dismissal(of: finding.id, on: today).map(finding.dismissed) ?? finding }
    }
}
