// SPDX-License-Identifier: Apache-2.0
package import PareBytes

/// A form of feeds that advisories are taken from.
package protocol Importer: Sendable {
    /// `osv`.
    var name: String { get }

    /// What a feed's file says of an ecosystem, `Debian:12` or `npm`.
    ///
    /// - Throws: ``ImportError``; `CancellationError` where the thread's work is interrupted.
    func advisories(in file: MappedFile, of ecosystem: FeedEcosystem) throws -> ImportedAdvisories
}

/// All forms of feeds.
package enum Importers {
    package static let all: [any Importer] = [OSVImporter()]
}
