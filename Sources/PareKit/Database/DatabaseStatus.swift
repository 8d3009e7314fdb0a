// SPDX-License-Identifier: Apache-2.0
import PareAdvisories
import PareDockerfile
public import PareModel

/// Says which data pare judges by, and how old they are.
public struct DatabaseStatus: Sendable {
    private let database: String?

    /// `database` is what `--db-path` says.
    public init(database: String?) {
        self.database = database
    }

    /// Which data are used.
    public struct Report: Sendable {
        public let store: StoreFacts
        /// What is known of where it is from and how old it is, a line each.
        public let origin: [String]
        /// How many advisories the store has of each distribution and language, by name.
        public let ecosystems: [(name: String, count: Int)]
        /// Where the Java index is, with its date and size; `nil` where there is none.
        public let javaIndex: String?
        /// Where the release lines are from: `on board`, or a file.
        public let releaseLines: String
        public let releaseDate: Day
        /// How many release lines are known of each product, by name.
        public let products: [(name: String, count: Int)]
        public let diagnostics: [Diagnostic]
    }

    public func run(in setup: Setup) throws -> Report {
        let store = try AdvisoryStore.locate(database, environment: setup.environment)
        let releases = setup.releases
        let products = Dictionary(grouping: releases.table.lines, by: \.product)
        let place = try AdvisoryStore.place(database, environment: setup.environment)
        return Report(
            store: try store.facts(), origin: try place.map { try origin(of: store, in: $0, setup) } ?? [],
            ecosystems: try store.ecosystems(), javaIndex: try javaIndex(in: setup),
            releaseLines: releases.file ?? "on board", releaseDate: releases.table.date,
            products: products.map { ($0.key, $0.value.count) }.sorted { $0.name < $1.name },
            diagnostics: releases.diagnostics)
    }

    /// One that cannot be used is told of, too.
    private func javaIndex(in setup: Setup) throws -> String? {
        guard let folder = try JavaIndex.place(database, environment: setup.environment) else { return nil }
        do {
            let index = try JavaIndex(in: folder)
            let (files, artifacts) = try index.sizes()
            let day = (index.metadata?.updatedAt ?? "").prefix { $0 != "T" }
            return "\(folder), " + (day.isEmpty ? "age unknown" : "of \(day)")
                + "\n  \(files): files of \(artifacts) artifacts"
        } catch let error as any Explained {
            return error.problem
        }
    }

    private func origin(of store: AdvisoryStore, in folder: String, _ setup: Setup) throws -> [String] {
        let metadata = try StoreMetadata(in: folder)
        var lines: [String] = []
        if let source = try store.source(in: folder) {
            let artifact = source.manifest.map { "\(source.repository)@\($0)" } ?? source.repository
            lines.append(
                "from \(artifact)" + (source.downloaded.isEmpty ? "" : ", fetched \(source.downloaded)"))
            lines += source.additions.map { "OSV's \($0.ecosystem), fetched \($0.downloaded): \($0.digest)" }
        } else {
            lines.append("from another program, or put there by hand")
        }
        let age = metadata.age(at: setup.now).map { $0 <= 0 ? "made today" : "made \($0) days ago" }
        let next = metadata.nextUpdate.isEmpty ? nil : "newer ones are due \(metadata.nextUpdate)"
        let words = [age, next].compactMap(\.self).joined(separator: "; ")
        return words.isEmpty ? lines : lines + [words]
    }
}

extension DatabaseStatus.Report {
    /// For a person.
    public var text: String {
        func list(_ counts: [(name: String, count: Int)]) -> String {
            counts.map { "\($0.name) \($0.count)" }.joined(separator: ", ")
        }
        let updated = store.updated.isEmpty ? "age unknown" : "of \(store.updated.prefix { $0 != "T" })"
        let origin = origin.map { "  \($0)\n" }.joined()
        return """
            advisories: \(store.name), \(updated)
            \(origin)  \(store.advisoryCount): \(list(ecosystems))
            Java index: \(javaIndex ?? "none; 'pare db update --java' fetches it")
            release lines: \(releaseLines), of \(releaseDate)
              \(products.reduce(0) { $0 + $1.count }): \(list(products))

            """
    }
}
