// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareModel

extension AdvisoryStore {
    /// Writes a data base with what this one says, but for some ecosystems, of which it says what was imported.
    ///
    /// Packages beyond those ecosystems, and what is known of vulnerabilities, stay.  Both are walked in order, so that no
    /// more than a bucket's names are in memory.
    ///
    /// - Parameters:
    ///   - path: Of the new file.
    ///   - imports: Of each ecosystem.
    /// - Throws: ``AdvisoryError``, ``BoltError``, ``FileError``; `CancellationError` where the thread's work is interrupted.
    package func write(
        to path: String, replacing imports: [(ecosystem: FeedEcosystem, advisories: ImportedAdvisories)]
    ) throws {
        let writer = try BoltFileWriter(path)
        let merge = StoreMerge(imports)
        try explaining {
            let old = try bolt.root.entries().filter { !merge.replaces($0.key) }
            let new = merge.buckets
            var oldNames = old[...]
            for name in Set(old.map(\.key) + new.keys + ["data-source", "vulnerability"]).inByteOrder {
                let entry = oldNames.first?.key == name ? oldNames.popFirst() : nil
                switch name {
                case "data-source": try merge.writeSources(over: entry, to: writer)
                case "vulnerability":
                    try merge.writeDetails(over: entry, to: writer) {
                        try copy($0, in: ["vulnerability"], to: writer)
                    }
                default:
                    if let entry { try copy(entry, in: [], to: writer) }
                    if let advisories = new[name] { try advisories.write(name, to: writer) }
                }
            }
        }
        try writer.finish()
    }
}

extension AdvisoryStore {
    /// Takes an entry over as it is, so what is wrong with it is wrong with this store.
    fileprivate func copy(_ entry: BoltEntry, in place: [String], to writer: BoltFileWriter) throws {
        do {
            try writer.copy(entry, in: place)
        } catch let error as BoltError {
            throw AdvisoryError(error, in: bolt.path)
        }
    }
}

/// What of a store is replaced by imports, and by what.
private struct StoreMerge {
    private let imports: [(ecosystem: FeedEcosystem, advisories: ImportedAdvisories)]

    init(_ imports: [(ecosystem: FeedEcosystem, advisories: ImportedAdvisories)]) { self.imports = imports }

    func replaces(_ bucket: String) -> Bool { imports.contains { $0.ecosystem.covers(bucket: bucket) } }

    /// By the new buckets' names, what they are from.
    var buckets: [String: ImportedAdvisories] {
        var buckets: [String: ImportedAdvisories] = [:]
        for (_, advisories) in imports { for name in advisories.rows.keys { buckets[name] = advisories } }
        return buckets
    }

    func writeSources(over old: BoltEntry?, to writer: BoltFileWriter) throws {
        var values: [String: [UInt8]] = [:]
        for entry in try old?.bucket?.entries() ?? [] where !entry.isBucket && !replaces(entry.key) {
            values[entry.key] = entry.value
        }
        for (_, advisories) in imports {
            for (bucket, source) in advisories.sources {
                let json = JSONValue.record([
                    ("ID", .string(source.id)), ("Name", .string(source.name)), ("URL", .string(source.url)),
                ])
                values[bucket] = Array(json.indented.utf8)
            }
        }
        try writer.openBucket(["data-source"])
        for name in values.keys.inByteOrder {
            try writer.put(values[name] ?? [], for: name, in: ["data-source"])
        }
    }

    /// `copy` takes over an entry that stays as it is.
    func writeDetails(
        over old: BoltEntry?, to writer: BoltFileWriter, _ copy: (BoltEntry) throws -> Void
    ) throws {
        var details: [String: ImportedAdvisories.Detail] = [:]
        for (_, advisories) in imports { details.merge(advisories.details) { $0.joined(with: $1) } }
        var new = details.keys.inByteOrder[...]
        let place = ["vulnerability"]
        func put(_ id: String, over old: [UInt8]?) throws {
            try Interruption.check()
            guard let detail = details[id] else { return }
            let json = detail.json(over: old.flatMap { try? JSONValue($0) })
            try writer.put(Array(json.indented.utf8), for: id, in: place)
        }
        try writer.openBucket(place)
        for entry in try old?.bucket?.entries() ?? [] {
            while let id = new.first, id.utf8.lexicographicallyPrecedes(entry.key.utf8) {
                try put(id, over: nil)
                new.removeFirst()
            }
            if new.first == entry.key {
                try put(entry.key, over: entry.value)
                new.removeFirst()
            } else {
                try copy(entry)
            }
        }
        for id in new { try put(id, over: nil) }
    }
}

extension ImportedAdvisories {
    fileprivate func write(_ bucket: String, to writer: BoltFileWriter) throws {
        let packages = rows[bucket] ?? [:]
        for package in packages.keys.inByteOrder {
            try Interruption.check()
            let rows = packages[package] ?? [:]
            for id in rows.keys.inByteOrder {
                guard let json = rows[id]?.json(isDistribution: !bucket.contains("::")) else { continue }
                try writer.put(Array(json.indented.utf8), for: id, in: [bucket, package])
            }
        }
    }
}

extension BoltFileWriter {
    /// Copies a value, or a bucket with all it holds.
    fileprivate func copy(_ entry: BoltEntry, in place: [String]) throws {
        try Interruption.check()
        guard let bucket = try entry.bucket else { return try put(entry.value, for: entry.key, in: place) }
        try openBucket(place + [entry.key])
        for inner in try bucket.entries() { try copy(inner, in: place + [entry.key]) }
    }
}

extension Sequence<String> {
    fileprivate var inByteOrder: [String] { sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }
}
