// SPDX-License-Identifier: Apache-2.0
package import PareBytes

/// The distributions that an application's requirements come to.
package struct PythonPackages: Sendable {
    package private(set) var all: [Distribution] = []

    package struct Distribution: Sendable {
        package let name: String
        package let version: String
        package let needs: [PythonRequirement]
        /// Whether the application asks for it by itself.
        package let isDirect: Bool
        /// SHA-256 of the archive, in hexadecimal digits; empty where it was not told.
        package let hash: String

        /// Normalised names of what it needs.
        package var requires: Set<String> { Set(needs.map(\.name)) }
    }

    /// Reads what `pip install --report` wrote.
    ///
    /// - SeeAlso: pip's documentation, "Installation Report".
    package init(report: JSONValue, installed: JSONValue? = nil) {
        for item in (report["install"]?.elements ?? []) + (installed?["installed"]?.elements ?? []) {
            guard let name = item["metadata"]?["name"]?.text,
                let version = item["metadata"]?["version"]?.text, named(name) == nil
            else { continue }
            let requires = item["metadata"]?["requires_dist"]?.texts ?? []
            let archive = item["download_info"]?["archive_info"]
            let old = archive?["hash"]?.text.flatMap {
                $0.hasPrefix("sha256=") ? String($0.dropFirst(7)) : nil
            }
            all.append(
                Distribution(
                    name: name, version: version,
                    needs: requires.filter { !$0.contains("extra ==") }.map { PythonRequirement($0) },
                    isDirect: item["requested"]?.isTrue == true,
                    hash: archive?["hashes"]?["sha256"]?.text ?? old ?? ""))
        }
    }

    /// Reads the packages of `poetry.lock` or `uv.lock`, by what both have in common: tables `[[package]]` with a name and
    /// a version, a line each.
    package init(lock: String, direct: Set<String>) {
        var name: String?
        var version: String?
        var requires: Set<String> = []
        var isList = false
        var hasRequired = false
        func finish(_ all: inout [Distribution]) {
            guard let name, let version else { return }
            let isDirect = direct.contains(name.pythonName)
            all.append(
                Distribution(
                    name: name, version: version, needs: requires.sorted().map { PythonRequirement($0) },
                    isDirect: isDirect, hash: ""))
        }
        for line in lock.split(whereSeparator: \.isNewline) {
            let line = line.drop { $0 == " " || $0 == "\t" }
            if line.hasPrefix("[[package]]") {
                finish(&all)
                (name, version, requires, isList, hasRequired) = (nil, nil, [], false, false)
            } else if name == nil, let value = line.tomlText("name") {
                name = value
            } else if version == nil, let value = line.tomlText("version") {
                version = value
            } else if line.hasPrefix("dependencies = [") {
                isList = !line.hasSuffix("]")
                requires.formUnion(line.inlineNames)
            } else if line.hasPrefix("[package.dependencies]") {
                hasRequired = true
            } else if line.hasPrefix("[") {
                hasRequired = false
            } else if isList {
                requires.formUnion(line.inlineNames)
                isList = !line.hasPrefix("]")
            } else if hasRequired, let equals = line.firstIndex(of: "=") {
                requires.insert(line[..<equals].filter { !$0.isWhitespace && $0 != "\"" }.pythonName)
            }
        }
        finish(&all)
    }

    package func named(_ name: String) -> Distribution? {
        all.first { $0.name.pythonName == name.pythonName }
    }

    /// The names from the application down to a distribution, by the shortest way.
    package func path(to name: String) -> [String] {
        var pending = [[name]]
        var seen: Set<String> = [name.pythonName]
        var position = 0
        while position < pending.count {
            let way = pending[position]
            position += 1
            let first = way[0].pythonName
            if named(first)?.isDirect == true { return way }
            for package in all
            where package.requires.contains(first) && seen.insert(package.name.pythonName).inserted {
                pending.append([package.name] + way)
            }
        }
        return [name]
    }
}

extension StringProtocol {
    /// PEP 503: lower case, with a dash for each run of dashes, dots and underscores.
    package var pythonName: String {
        lowercased().split { $0 == "-" || $0 == "_" || $0 == "." }.joined(separator: "-")
    }

    /// The normalised name that a requirement begins with: `zope-interface` of `Zope.Interface[x] (>=1)`.
    var requirementName: String {
        String(prefix { $0.isASCII && ($0.isLetter || $0.isNumber) || "-_.".contains($0) }).pythonName
    }

    /// `x` of `name = "x"`.
    fileprivate func tomlText(_ key: String) -> String? {
        guard hasPrefix(key + " = \""), let end = dropFirst(key.count + 4).firstIndex(of: "\"") else {
            return nil
        }
        return String(self[index(startIndex, offsetBy: key.count + 4)..<end])
    }

    /// The names of `{ name = "x", … }, { name = "y" }`.
    fileprivate var inlineNames: [String] {
        String(self).split(separator: "name = \"", omittingEmptySubsequences: false).dropFirst().map { rest in
            rest.prefix { $0 != "\"" }.pythonName
        }
    }
}
