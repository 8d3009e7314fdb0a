// SPDX-License-Identifier: Apache-2.0

/// Two scan reports, and two behaviours where there are, side by side.
public struct Comparison: Sendable, Codable {
    public let before: ScanReport
    public let after: ScanReport
    public let behaviourBefore: Behaviour?
    public let behaviourAfter: Behaviour?
    /// Findings that only the older image has, each with what became of its package.
    public let fixed: [Removed]
    /// Findings that only the newer image has.
    public let introduced: [Finding]
    /// Findings that both have, as the newer image has them.
    public let remaining: [Finding]
    /// Findings that were open in the older image and that the newer one has dismissed, as the newer image has them: neither
    /// fixed nor remaining.
    public let dismissed: [Finding]
    /// What is answered differently; `nil` where there are not two behaviours.
    public let differences: [Difference]?

    /// A finding that went away.
    public struct Removed: Sendable, Codable, Hashable {
        public let finding: Finding
        public let cause: Cause
        public init(finding: Finding, cause: Cause) {
            self.finding = finding
            self.cause = cause
        }
    }

    /// Why a finding went away.
    public enum Cause: Sendable, Codable, Hashable {
        /// No package of that kind and name is left.
        case packageRemoved
        /// The package is there in other versions.
        case versionChanged(to: [String])
    }

    /// Something the two images answer differently.
    public struct Difference: Sendable, Codable, Hashable {
        /// `GET /health`, `exit code`.
        public let subject: String
        /// `status`, `content type`, `body`.
        public let aspect: String
        public let before: String
        public let after: String
        public init(subject: String, aspect: String, before: String, after: String) {
            self.subject = subject
            self.aspect = aspect
            self.before = before
            self.after = after
        }
    }

    public init(
        before: ScanReport, after: ScanReport, behaviourBefore: Behaviour?, behaviourAfter: Behaviour?,
        fixed: [Removed], introduced: [Finding], remaining: [Finding], dismissed: [Finding] = [],
        differences: [Difference]?
    ) {
        self.before = before
        self.after = after
        self.behaviourBefore = behaviourBefore
        self.behaviourAfter = behaviourAfter
        self.fixed = fixed
        self.introduced = introduced
        self.remaining = remaining
        self.dismissed = dismissed
        self.differences = differences
    }

    /// What may differ because two runs of the older image differed in it.
    public var tolerated: [Tolerance] { behaviourBefore?.tolerances ?? [] }

    /// Says so where the newer image needs much more memory: half as much again, and 32 MiB.
    public var memoryRemark: Diagnostic? {
        guard let old = behaviourBefore?.peakMemory, let new = behaviourAfter?.peakMemory,
            let share = new.fraction(of: old), share >= 1.5, new - old >= ByteCount(32 << 20)
        else { return nil }
        return Diagnostic(.warning, "it needs much more memory: \(new) in place of \(old)")
    }
}
