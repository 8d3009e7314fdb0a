// SPDX-License-Identifier: Apache-2.0
import CPareData
import PareBytes
package import PareModel

extension Flaw {
    /// The flaws whose way in is known, from the table on board.
    ///
    /// The table is facts with their sources: which exported functions of a library lead to the flaw, or in which files alone it
    /// lies.  A row that cannot be understood is a flaw of which nothing is known.
    package static let onBoard: [Flaw] = {
        let bytes = UnsafeRawBufferPointer(start: pare_flaws(), count: pare_flaws_size())
        return flaws(inTable: Array(bytes))
    }()

    /// The rows of a table; none where it is no table.
    static func flaws(inTable bytes: [UInt8]) -> [Flaw] {
        guard let table = try? JSONValue(bytes), table["version"]?.integer == 1 else { return [] }
        return (table["flaws"]?.elements ?? []).compactMap { Flaw($0) }
    }

    private init?(_ row: JSONValue) {
        guard let id = row["id"]?.text, let packages = row["packages"]?.texts else { return nil }
        self.init(
            id: id, packages: packages,
            distributions: row["distributions"].map { $0.texts ?? [] } ?? ["debian"],
            libraries: row["libraries"]?.texts ?? [],
            condition: row["condition"].flatMap(Condition.init) ?? .unknown,
            source: row["source"]?.text ?? "",
            note: row["note"]?.text ?? "")
    }
}

extension Flaw.Condition {
    /// `nil` for a kind that is not known, or one of which something is missing.
    fileprivate init?(_ json: JSONValue) {
        let names = json["symbols"]?.texts ?? []
        switch json["kind"]?.text {
        case "entry-functions" where !names.isEmpty: self = .entryFunctions(names)
        case "format-string":
            guard let conversions = json["conversions"]?.texts, !names.isEmpty, !conversions.isEmpty else {
                return nil
            }
            self = .formatString(names, conversions: conversions)
        case "through-export":
            guard let importers = json["importers"]?.texts, let entries = json["entries"]?.texts,
                !names.isEmpty,
                !entries.isEmpty
            else { return nil }
            self = .throughExport(names, importers: importers, entries: entries)
        case "only-in-files":
            guard let files = json["files"]?.texts, !files.isEmpty else { return nil }
            self = .onlyInFiles(files)
        case "only-in-build":
            guard let absent = json["absentSymbols"].map(\.texts) ?? [] else { return nil }
            self = .onlyInBuild(absentSymbols: absent)
        case "only-with-more-rights": self = .onlyWithMoreRights
        case "only-on-architectures":
            guard let names = json["architectures"]?.texts, !names.isEmpty else { return nil }
            self = .onlyOnArchitectures(names)
        default: return nil
        }
    }
}

extension JSONValue {
    /// A list of texts; `nil` for anything else, also for a list with something else in it.
    fileprivate var texts: [String]? {
        guard let elements else { return nil }
        let texts = elements.compactMap(\.text)
        return texts.count == elements.count ? texts : nil
    }
}
