// SPDX-License-Identifier: Apache-2.0

import PareBytes
import PareImage
import PareModel

extension Cataloger {
    /// Packages of npm: every `package.json` that has a name and a version, wherever it lies.
    ///
    /// Read by the rules of Go's `encoding/json`, as Trivy does: member names match without regard to case, of several
    /// the last counts, text after the value is allowed.
    ///
    /// - SeeAlso: Trivy's `pkg/dependency/parser/nodejs/packagejson` and `pkg/fanal/analyzer/language/nodejs/pkg`.
    static let npm = Cataloger(
        "npm", reads: [Interest("npm", .name("package.json"), take: .content(limit: 8 << 20))],
        deference: .sameLayer
    ) { file in
        let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let text = file.content.starts(with: byteOrderMark) ? file.content.dropFirst(3) : file.content[...]
        guard let manifest = try? JSONValue(text, allowsTrailing: true) else {
            return Reading(.note, "not JSON", at: file.path)
        }
        guard let name = member("name", of: manifest), let version = member("version", of: manifest),
            isPackageName(name)
        else { return Reading() }
        return Reading(packages: [Package(.npm, name, version, in: file.path)])
    }

    /// The text of a member; `nil` where there is none, it is empty, or any member of that name is something else.
    private static func member(_ name: String, of manifest: JSONValue) -> String? {
        var text: String?
        for member in manifest.members ?? []
        where member.name.utf8.elementsEqual(name.utf8, by: { $0.lowercased == $1 }) {
            switch member.value {
            case .string(let value): text = value
            case .null: break
            default: return nil
            }
        }
        return text?.isEmpty == false ? text : nil
    }

    /// `name` or `@scope/name`, of letters, digits, dashes, dots and underscores.
    static func isPackageName(_ name: String) -> Bool {
        let parts = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        func isPlain(_ part: some Sequence<UInt8>) -> Bool {
            part.allSatisfy { $0.isLetter || $0.isDigit || "-._".utf8.contains($0) }
        }
        switch parts.count {
        case 1: return !parts[0].isEmpty && isPlain(parts[0])
        case 2:
            return parts[0].first == UInt8(ascii: "@") && parts[0].count > 1 && isPlain(parts[0].dropFirst())
                && !parts[1].isEmpty && isPlain(parts[1])
        default: return false
        }
    }
}
