// SPDX-License-Identifier: Apache-2.0
import PareVersions

/// A `requirements.txt`, changed where it must be, and kept as its author wrote it everywhere else.
///
/// - SeeAlso: pip's documentation, "Requirements File Format"; PEP 508.
package struct Requirements: Sendable {
    private var lines: [String]
    private let ending: String

    package init(_ text: String) {
        ending = text.contains("\r\n") ? "\r\n" : "\n"
        lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }.map(String.init)
    }

    package var text: String { lines.joined(separator: ending) }

    /// A requirement, on one line or on several that end with a backslash.
    private struct Entry {
        let name: String
        let lines: Range<Int>
        /// Of the first line: `==1.0` with the space around it; empty where every version will do.
        let specifier: Range<String.Index>
        let isHashed: Bool
    }

    private var entries: [Entry] {
        var entries: [Entry] = []
        var index = 0
        while index < lines.count {
            let start = index
            while index < lines.count - 1, lines[index].hasSuffix("\\") { index += 1 }
            index += 1
            let line = lines[start]
            let name = line.drop { $0 == " " || $0 == "\t" }.prefix { character in
                character.isASCII && (character.isLetter || character.isNumber) || "-_.".contains(character)
            }
            var rest = line[name.endIndex...]
            if rest.drop(while: { $0 == " " }).first == "[", let close = rest.firstIndex(of: "]") {
                rest = rest[rest.index(after: close)...]
            }
            let end = rest.firstIndex { $0 == ";" || $0 == "#" || $0 == "\\" } ?? rest.endIndex
            var specifier = rest[..<end]
            if let hash = specifier.firstRange(of: "--hash") { specifier = specifier[..<hash.lowerBound] }
            // Addresses, folders and options are no requirements by version.
            let isPlain =
                specifier.allSatisfy { $0.isASCII && !"@/:".contains($0) } && !name.isEmpty
                && name.first != "-"
            guard isPlain, name.first != "." else { continue }
            let isHashed = lines[start..<index].contains { $0.contains("--hash") }
            entries.append(
                Entry(
                    name: name.pythonName, lines: start..<index,
                    specifier: specifier.startIndex..<specifier.endIndex,
                    isHashed: isHashed))
        }
        return entries
    }

    package var names: Set<String> { Set(entries.map(\.name)) }
    /// Normalised names of what is held to exactly one version.
    package var pins: Set<String> {
        Set(entries.filter { lines[$0.lines.lowerBound][$0.specifier].isExact }.map(\.name))
    }

    /// Lets what is held to one version be newer: `>=1.0` in the place of `==1.0`.
    package mutating func loosen(_ names: Set<String>) {
        for entry in entries where names.contains(entry.name) {
            let line = lines[entry.lines.lowerBound]
            let old = line[entry.specifier]
            guard old.isExact else { continue }
            let version = old.filter { $0 != "=" && $0 != " " }
            let space = old.reversed().prefix { $0 == " " }
            lines[entry.lines.lowerBound].replaceSubrange(
                entry.specifier, with: ">=\(version)\(String(space))")
        }
    }

    package var hasHashes: Bool { entries.contains(where: \.isHashed) }

    /// Files that others are read from: `-r other.txt`, `-c constraints.txt`.
    package var included: [String] {
        lines.compactMap { line in
            let words = line.split { $0 == " " || $0 == "\t" || $0 == "=" }
            guard let first = words.first, words.count > 1 else { return nil }
            return ["-r", "-c", "--requirement", "--constraint"].contains(first) ? String(words[1]) : nil
        }
    }

    /// The same without the hashes, by which pip would refuse versions that are only being thought of.
    package var withoutHashes: Requirements {
        var result = self
        for entry in entries.reversed() where entry.isHashed {
            let joined = lines[entry.lines].joined(separator: " ").filter { $0 != "\\" }
            let kept = joined.firstRange(of: "--hash").map { String(joined[..<$0.lowerBound]) } ?? joined
            result.lines.replaceSubrange(entry.lines, with: [kept])
        }
        return result
    }

    /// Asks for a version of a package that is named here; `false` where it is not named.
    package mutating func set(_ name: String, to version: String, hash: String) -> Bool {
        let found = entries.filter { $0.name == name.pythonName }
        for entry in found.reversed() {
            let line = lines[entry.lines.lowerBound]
            let old = line[entry.specifier]
            let space = String(old.reversed().prefix { $0 == " " })
            let lead = String(old.prefix { $0 == " " })
            var first = line
            first.replaceSubrange(entry.specifier, with: lead + String(old).asking(python: version) + space)
            guard entry.isHashed, !hash.isEmpty else {
                lines[entry.lines.lowerBound] = first
                continue
            }
            let mark = first.firstRange(of: "--hash")?.lowerBound
            let start = (mark.map { String(first[..<$0]) } ?? first).filter { $0 != "\\" }
            let trimmed = String(start.reversed().drop { $0 == " " }.reversed())
            let isOnOneLine = entry.lines.count == 1
            let hashed = "--hash=sha256:" + hash
            lines.replaceSubrange(
                entry.lines,
                with: isOnOneLine ? [trimmed + " " + hashed] : [trimmed + " \\", "    " + hashed])
        }
        return !found.isEmpty
    }

    /// Asks for a package that another one brings.
    package mutating func add(_ name: String, _ version: String, hash: String) {
        let requirement =
            hash.isEmpty || !hasHashes ? "\(name)>=\(version)" : "\(name)==\(version) --hash=sha256:\(hash)"
        let hasEnd = lines.last?.isEmpty == true
        lines.insert(requirement, at: hasEnd ? lines.count - 1 : lines.count)
        if !hasEnd { lines.append("") }
    }
}

extension Substring {
    /// Whether a specifier takes one version only: `== 1.0`, and not `==1.*`.
    fileprivate var isExact: Bool {
        let specifier = filter { $0 != " " }
        return specifier.hasPrefix("==") && !specifier.contains("*") && !specifier.contains(",")
    }
}

extension String {
    /// A specifier of Python with another version in it, in the style it had: `~=2.3.1` of `~=2.0`, `>=2.3.1` of `>=2`.
    fileprivate func asking(python version: String) -> String {
        let specifier = filter { $0 != " " }
        if specifier.hasPrefix("==") || specifier.hasPrefix("===") { return "==" + version }
        if specifier.hasPrefix("~="), !specifier.contains(",") { return "~=" + version }
        let upper = specifier.split(separator: ",").filter { $0.hasPrefix("<") || $0.hasPrefix("!=") }
        let kept = upper.map(String.init).filter { clause in
            guard let version = Version(version, in: .python) else { return false }
            return (try? VersionRange(clause, in: .python))?.contains(version) ?? false
        }
        return ([">=" + version] + kept).joined(separator: ",")
    }
}
