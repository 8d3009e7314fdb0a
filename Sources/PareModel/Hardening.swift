// SPDX-License-Identifier: Apache-2.0

/// What an application does without and still answers the same: each was tried.
public struct Hardening: Hashable, Sendable, Codable {
    /// Whether its root file system may be read-only.
    public let readOnlyRoot: Bool
    /// Whether it then needs a `/tmp` that it can write to.
    public let needsTmp: Bool
    /// Whether it needs no capability at all.
    public let dropsAllCapabilities: Bool
    /// Whether the image names a user other than root.
    public let runsAsNonRoot: Bool
    /// As the image names it: `node`, `1000:1000`; empty for root.
    public let user: String
    /// The numbers of that user; `nil` for root, and where they were not seen.
    public let numbers: UserNumbers?
    /// The TCP port that was asked; `nil` for a command.
    public let port: Int?
    /// Why it does not do without, a sentence for each thing that it needs.
    public let reasons: [String]

    public init(
        readOnlyRoot: Bool, needsTmp: Bool, dropsAllCapabilities: Bool, runsAsNonRoot: Bool, user: String,
        numbers: UserNumbers? = nil, port: Int? = nil, reasons: [String] = []
    ) {
        self.readOnlyRoot = readOnlyRoot
        self.needsTmp = needsTmp
        self.dropsAllCapabilities = dropsAllCapabilities
        self.runsAsNonRoot = runsAsNonRoot
        self.user = user
        self.numbers = numbers
        self.port = port
        self.reasons = reasons
    }
}
