// SPDX-License-Identifier: Apache-2.0
public import PareModel

/// Which advisory data to use, and which findings count.
public struct FindingSelection: Sendable {
    /// Folder of the store; `nil` looks in the usual places.
    public let database: String?
    /// `nil` for all.
    public let severities: Set<Severity>?
    public let ignoresUnfixed: Bool
    /// File of ids to set aside; `nil` for `.trivyignore` where it is there.
    public let ignoreFile: String?

    public init(
        database: String? = nil, severities: Set<Severity>? = nil, ignoresUnfixed: Bool = false,
        ignoreFile: String? = nil
    ) {
        self.database = database
        self.severities = severities
        self.ignoresUnfixed = ignoresUnfixed
        self.ignoreFile = ignoreFile
    }
}
