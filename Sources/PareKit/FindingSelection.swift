// SPDX-License-Identifier: Apache-2.0
import PareAdvisories
public import PareModel

/// Which advisory data to use, and which findings count.
public struct FindingSelection: Sendable {
    /// Folder of the store; `nil` looks in the usual places.
    public let database: String?
    /// The digest of the artifact that the data must be from; `nil` for any.
    public let pinnedData: Digest?
    /// `nil` for all.
    public let severities: Set<Severity>?
    public let ignoresUnfixed: Bool
    /// File of ids to set aside; `nil` for `.trivyignore` where it is there.
    public let ignoreFile: String?
    /// Where VEX documents are: files, folders, VEX repositories, or `oci` for those attached to the image.
    public let vex: [String]
    /// Whether all findings stay open, whoever says what.
    public let dismissesNothing: Bool

    public init(
        database: String? = nil, pinnedData: Digest? = nil, severities: Set<Severity>? = nil,
        ignoresUnfixed: Bool = false,
        ignoreFile: String? = nil, vex: [String] = [], dismissesNothing: Bool = false
    ) {
        self.database = database
        self.pinnedData = pinnedData
        self.severities = severities
        self.ignoresUnfixed = ignoresUnfixed
        self.ignoreFile = ignoreFile
        self.vex = vex
        self.dismissesNothing = dismissesNothing
    }
}

extension Setup {
    /// The advisory data to judge by.
    ///
    /// - Throws: ``AdvisoryError``.
    func store(for selection: FindingSelection) throws -> AdvisoryStore {
        try AdvisoryStore.locate(
            selection.database, environment: environment, pinned: selection.pinnedData)
    }
}
