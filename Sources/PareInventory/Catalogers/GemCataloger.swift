// SPDX-License-Identifier: Apache-2.0

import PareImage
import PareModel

extension Cataloger {
    /// Installed Ruby gems: `specifications/**/*.gemspec`, read as text, never run.
    ///
    /// - SeeAlso: Trivy's `pkg/dependency/parser/ruby/gemspec`.
    static let gem = Cataloger(
        "gem", reads: [Interest("gem", .suffix(".gemspec"), take: .content(limit: 8 << 20))],
        deference: .sameLayer
    ) { file in
        guard file.path.contains("/specifications/") else { return Reading() }
        var (variable, name, version) = ("", "", "")
        for line in Lines(file.content) {
            if line.range(of: "Gem::Specification.new") != nil, let found = blockVariable(line) {
                variable = found
            }
            guard !variable.isEmpty else { continue }
            name = assigned("name", to: variable, by: line) ?? name
            version = assigned("version", to: variable, by: line) ?? version
            if !name.isEmpty, !version.isEmpty {
                return Reading(packages: [Package(.gem, name, version, in: file.path)])
            }
        }
        return Reading(.note, "no name and version", at: file.path)
    }

    /// The `s` of `do |s|`.
    private static func blockVariable(_ line: ArraySlice<UInt8>) -> String? {
        let bar = UInt8(ascii: "|")
        guard let first = line.firstIndex(of: bar), let last = line.lastIndex(of: bar), first < last else {
            return nil
        }
        return line[(first + 1)..<last].trimmed.text
    }

    /// The text in `s.name = "rack".freeze`.
    private static func assigned(_ property: String, to variable: String, by line: ArraySlice<UInt8>)
        -> String?
    {
        let target = (variable + "." + property).utf8
        let statement = line.trimmed
        guard statement.starts(with: target) else { return nil }
        let rest = statement.dropFirst(target.count).trimmed
        guard rest.first == UInt8(ascii: "=") else { return nil }
        let value = rest.dropFirst()
        guard let quote = value.first(where: { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") }),
            let start = value.firstIndex(of: quote),
            let end = value[(start + 1)...].firstIndex(of: quote)
        else { return nil }
        return value[(start + 1)..<end].text
    }
}
