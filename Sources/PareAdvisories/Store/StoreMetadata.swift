// SPDX-License-Identifier: Apache-2.0
package import PareBytes

/// What `metadata.json` says of the data base beside it.
///
/// - SeeAlso: trivy-db, `pkg/metadata/metadata.go`.
package struct StoreMetadata: Hashable, Sendable {
    /// Of the schema: 2 for advisories, 1 for the Java index.
    package var version: Int
    /// RFC 3339 texts, empty where not said.
    package var updatedAt = ""
    /// When there will be newer data.
    package var nextUpdate = ""
    package var downloadedAt = ""

    package init(version: Int) { self.version = version }

    /// - Throws: ``AdvisoryError/corrupt(file:reason:)``; `file` is for its words only.
    package init(_ bytes: [UInt8], file: String) throws(AdvisoryError) {
        guard let json = try? JSONValue(bytes), let version = json["Version"]?.integer else {
            throw .corrupt(file: file, reason: "it does not say the schema's version")
        }
        self.version = version
        func time(_ name: String) -> String {
            json[name]?.text.flatMap { $0 == Self.never ? nil : $0 } ?? ""
        }
        updatedAt = time("UpdatedAt")
        nextUpdate = time("NextUpdate")
        downloadedAt = time("DownloadedAt")
    }

    /// Reads the file in a folder.
    ///
    /// - Throws: ``AdvisoryError``.
    package init(in folder: String) throws(AdvisoryError) {
        let file = folder + "/metadata.json"
        let bytes: [UInt8]
        do {
            bytes = try readFile(file, limit: 1 << 20)
        } catch {
            guard case .missing = error else {
                throw AdvisoryError.unreadable(file: file, reason: error.problem)
            }
            throw AdvisoryError.noMetadata(file: file)
        }
        try self.init(bytes, file: file)
    }

    /// As the file has it.
    package var json: JSONValue {
        .record([
            ("Version", .number("\(version)")), ("NextUpdate", .string(Self.time(nextUpdate))),
            ("UpdatedAt", .string(Self.time(updatedAt))), ("DownloadedAt", .string(Self.time(downloadedAt))),
        ])
    }

    /// Go reads no empty text as a time; its own for «never» is this.
    private static let never = "0001-01-01T00:00:00Z"
    private static func time(_ text: String) -> String { text.isEmpty ? never : text }

    /// Whole days since the data were made; `nil` where that is not said.
    package func age(at now: Int) -> Int? {
        updatedAt.isEmpty ? nil : (now - milliseconds(ofTime: updatedAt) / 1000) / 86400
    }

    /// Whether it is not yet time to look for newer data: before the next update, or within an hour of the last download.
    ///
    /// A download in the future is none, so that a wrong clock does not stop updates for long.
    ///
    /// `now` is in seconds since 1970.
    ///
    /// - SeeAlso: Trivy, `isNewDB` in `pkg/db/db.go`.
    package func isFresh(at now: Int) -> Bool {
        let moment = now.multipliedReportingOverflow(by: 1000).partialValue
        let downloaded = milliseconds(ofTime: downloadedAt)
        return !isDue(at: now) || (downloaded <= moment && moment - downloaded < 3_600_000)
    }

    /// Whether there should be newer data by now.
    package func isDue(at now: Int) -> Bool {
        now.multipliedReportingOverflow(by: 1000).partialValue >= milliseconds(ofTime: nextUpdate)
    }
}
