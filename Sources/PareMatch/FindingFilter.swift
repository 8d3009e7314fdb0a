// SPDX-License-Identifier: Apache-2.0

package import PareModel

/// Which findings a report is about.
package struct FindingFilter: Sendable {
    /// `nil` for all.
    package let severities: Set<Severity>?
    /// Whether only findings with a fix count.
    package let ignoresUnfixed: Bool
    package let ignoredStatuses: Set<FixStatus>

    package init(
        severities: Set<Severity>? = nil, ignoresUnfixed: Bool = false, ignoredStatuses: Set<FixStatus> = []
    ) {
        self.severities = severities
        self.ignoresUnfixed = ignoresUnfixed
        self.ignoredStatuses = ignoredStatuses
    }

    package func selects(_ finding: Finding) -> Bool {
        severities?.contains(finding.severity) != false
            && (!ignoresUnfixed || finding.status == .fixed)
            && !ignoredStatuses.contains(finding.status)
    }
}

extension [Finding] {
    /// The findings that a filter selects, dismissed ones too, in their order.
    package func selected(by filter: FindingFilter) -> [Finding] { self.filter(filter.selects) }
}
