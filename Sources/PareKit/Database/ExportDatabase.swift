// SPDX-License-Identifier: Apache-2.0
import PareAdvisories
import PareArchive
import PareBytes
import PareModel

/// Writes the data that pare judges by into one file, for machines without a network.
public struct ExportDatabase: Sendable {
    private let database: String?
    private let file: String
    private let replaces: Bool

    /// `database` is what `--db-path` says; `replaces` lets a file that is there be written over.
    public init(database: String?, file: String, replaces: Bool) {
        self.database = database
        self.file = file
        self.replaces = replaces
    }

    /// What was written, for a person.
    ///
    /// - Throws: ``UpdateError``, ``AdvisoryError``, ``FileError``; nothing is left behind then.
    public func run(in setup: Setup) async throws -> String {
        guard replaces || !fileExists(file) else { throw FileError.exists(file) }
        guard let place = try AdvisoryStore.place(database, environment: setup.environment) else {
            throw UpdateError.onBoardOnly
        }
        let (files, updated) = try openFiles(of: place, in: setup)
        let (file, replaces) = (file, replaces)
        let size = try await setup.step("write \(file)") {
            try await inBackground { isCancelled in
                let output = try GrowingFile(file, replacing: replaces)
                try Self.write(files, to: output, isCancelled)
                try output.settle()
                return ByteCount(output.count)
            }
        }.value
        return
            "advisories of \(updated.prefix { $0 != "T" }) and \(files.count - 1) other files in '\(file)', \(size)"
    }

    /// The data base with what stands beside it, and the release lines where there are some.
    private func openFiles(
        of place: String, in setup: Setup
    ) throws -> (files: [(path: String, file: MappedFile)], updated: String) {
        var files: [(path: String, file: MappedFile)] = []
        let updated = try openingTogether(in: place) {
            files = []
            try Self.add(.advisories, in: place, to: &files)
            return try StoreMetadata(in: place).updatedAt
        }
        if let index = try JavaIndex.place(database, environment: setup.environment) {
            let before = files
            try openingTogether(in: index) {
                files = before
                try Self.add(.java, in: index, to: &files)
            }
        }
        if let lines = setup.releases.file {
            files.append((ExportedData.releaseLines, try MappedFile(lines)))
        }
        return (files, updated)
    }

    private static func add(
        _ kind: DatabaseKind, in folder: String, to files: inout [(path: String, file: MappedFile)]
    ) throws {
        for name in ["metadata.json", StoreSource.fileName, kind.file] {
            let path = "\(folder)/\(name)"
            // Data that another program fetched have no record of where they are from.
            guard name != StoreSource.fileName || fileExists(path) else { continue }
            files.append(("\(kind.folder)/\(name)", try MappedFile(path)))
        }
    }

    private static func write(
        _ files: [(path: String, file: MappedFile)], to output: GrowingFile, _ isCancelled: () -> Bool
    ) throws {
        let list = ExportedData(
            files: try files.map { path, file in
                ExportedData.File(path: path, size: file.count, digest: try SHA256.digest(of: file))
            })
        let packer = ZstdPacker()
        func add(_ bytes: [UInt8]) throws {
            try bytes.withUnsafeBytes { try packer.add($0) { try output.write($0) } }
        }
        let text = Array(list.json.document.utf8)
        try add(TarWriter.header(ofFile: ExportedData.listName, size: text.count) + text)
        try add(TarWriter.padding(after: text.count))
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
        defer { buffer.deallocate() }
        for (path, file) in files {
            try add(TarWriter.header(ofFile: path, size: file.count))
            var offset = 0
            while offset < file.count {
                if isCancelled() { throw CancellationError() }
                let count = try file.read(at: offset, into: buffer)
                try packer.add(UnsafeRawBufferPointer(rebasing: buffer.prefix(count))) {
                    try output.write($0)
                }
                offset += count
            }
            try add(TarWriter.padding(after: file.count))
        }
        try add(TarWriter.end)
        try packer.finish { try output.write($0) }
    }
}
