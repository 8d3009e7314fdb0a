// SPDX-License-Identifier: Apache-2.0
import PareAdvisories
import PareArchive
import PareBytes
import PareModel

/// What one file holds that `pare db export` writes: a tar, packed by zstd, that begins with a list of the files in it.
///
/// The list has the size and digest of each, so that a damaged file is known before it takes anyone's place.
struct ExportedData: Sendable {
    let files: [File]

    struct File: Sendable, Hashable {
        /// From a cache folder: `db/trivy.db`.
        let path: String
        let size: Int
        let digest: Digest
    }

    static let listName = "pare-data.json"
    static let listLimit = 1 << 20
    static let releaseLines = "release-lines.json"

    /// All files that there may be.
    static let known: [String] =
        DatabaseKind.allCases.flatMap { kind in
            ["metadata.json", StoreSource.fileName, kind.file].map { "\(kind.folder)/\($0)" }
        } + [releaseLines]

    init(files: [File]) { self.files = files }

    /// - Throws: ``UpdateError/badExport(file:reason:)``; `name` is the whole file's.
    init(_ bytes: [UInt8], in name: String) throws(UpdateError) {
        func bad(_ reason: String) -> UpdateError { .badExport(file: name, reason: reason) }
        guard let json = try? JSONValue(bytes), let rows = json["files"]?.elements else {
            throw bad("its list of files is broken")
        }
        guard json["schema"]?.integer == 1 else { throw bad("it was written by another version of pare") }
        files = rows.compactMap { row in
            guard let path = row["path"]?.text, let size = row["size"]?.integer, size >= 0,
                let digest = row["digest"]?.text.flatMap({ Digest($0) }), digest.algorithm == .sha256
            else { return nil }
            return File(path: path, size: size, digest: digest)
        }
        guard files.count == rows.count, Set(files.map(\.path)).count == files.count,
            files.allSatisfy({ Self.known.contains($0.path) })
        else { throw bad("its list of files has what does not belong there") }
    }

    var json: JSONValue {
        .record([
            ("schema", .number("1")), ("pare", .string(pareVersion)),
            (
                "files",
                .array(
                    files.map { file in
                        .record([
                            ("path", .string(file.path)), ("size", .number("\(file.size)")),
                            ("digest", .string("\(file.digest)")),
                        ])
                    })
            ),
        ])
    }
}
