// SPDX-License-Identifier: Apache-2.0
import PareArchive
package import PareBytes
import PareModel

/// Takes advisories from an archive of OSV's, a zip with a JSON record a file.
///
/// One record is in memory at a time, and what is taken of those before it.
///
/// - SeeAlso: the OSV schema, 1.7; osv.dev, "Data dumps".
package struct OSVImporter: Importer {
    package let name = "osv"

    package init() {}

    /// No record that was ever published is as long; in bytes.
    private static let recordLimit = 8 << 20

    package func advisories(in file: MappedFile, of ecosystem: FeedEcosystem) throws -> ImportedAdvisories {
        var imported = ImportedAdvisories()
        let failure: (any Error)? = file.withBytes { bytes in
            do {
                let archive = try ZipArchive(bytes)
                for (index, entry) in archive.entries.enumerated() where entry.path.hasSuffix(".json") {
                    try Interruption.check()
                    take(entry, of: archive, bytes, ecosystem, &imported)
                    guard !imported.isTooMuch else {
                        throw ImportError.tooMuch(ecosystem: ecosystem.name)
                    }
                    if index % 4096 == 4095 { file.release(0..<file.count) }
                }
                return nil
            } catch {
                return error
            }
        }
        if let failure = failure as? ArchiveError {
            throw ImportError.unreadable(reason: failure.problem)
        }
        if let failure { throw failure }
        let counts = imported.counts
        guard counts.malformed * 2 <= counts.all else {
            throw ImportError.mostlyMalformed(count: counts.malformed, of: counts.all)
        }
        guard counts.taken > 0 else { throw ImportError.nothing(ecosystem: ecosystem.name) }
        return imported
    }

    private func take(
        _ entry: ZipArchive.Entry, of archive: ZipArchive, _ bytes: UnsafeRawBufferPointer,
        _ ecosystem: FeedEcosystem,
        _ imported: inout ImportedAdvisories
    ) {
        // Its name is enough, and of npm's records nine in ten are such.
        if entry.path.hasPrefix("MAL-") {
            imported.counts.malware += 1
            return
        }
        guard let content = try? archive.content(of: entry, in: bytes, limit: Self.recordLimit),
            let json = try? JSONValue(content), let record = OSVRecord(json)
        else {
            imported.counts.malformed += 1
            return
        }
        if record.id.hasPrefix("MAL-") {
            imported.counts.malware += 1
        } else if record.isWithdrawn {
            imported.counts.withdrawn += 1
        } else if record.add(to: &imported, of: ecosystem) {
            imported.counts.taken += 1
        } else {
            imported.counts.elsewhere += 1
        }
    }
}
