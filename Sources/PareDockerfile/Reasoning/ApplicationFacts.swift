// SPDX-License-Identifier: Apache-2.0

internal import PareBytes

/// What the build context says about a Node.js application.
package struct ApplicationFacts: Sendable, Equatable {
    /// Which tool's lock file lies beside `package.json`.
    package enum LockFile: String, Sendable { case npm, yarn, pnpm }

    /// What `tsconfig.json` says; a file that is not readable says nothing.
    package struct TypeScript: Sendable, Equatable {
        package var outDir: String?
        package var rootDir: String?
        /// Whether it takes settings from another file, so that ``outDir`` and ``rootDir`` may be set there.
        package var inherits = false
        package var emitsNothing = false
        /// Whether imports use names that only the compiler maps to files.
        package var mapsPaths = false
    }

    package var hasManifest = false
    package var dependencies: Set<String> = []
    package var developmentDependencies: Set<String> = []
    package var scripts: [String: String] = [:]
    package var main: String?
    package var lockFile: LockFile?
    package var typeScript: TypeScript?
    /// Paths in the build context, without `./`.
    package var files: Set<String> = []
    /// Names of Python packages that `requirements.txt` asks for, in lower case.
    package var pythonPackages: Set<String> = []
    /// Names of packages that the application's own sources load.
    package var imported: Set<String> = []

    /// Facts from texts of the build context; what is missing or malformed says nothing.
    ///
    /// - Parameters:
    ///   - packageJSON: text of `package.json`.
    ///   - tsconfig: text of `tsconfig.json`, which may have comments.
    ///   - files: paths of the build context, `node_modules` left out.
    ///   - sources: texts of the application's own JavaScript and TypeScript files.  A package that one of
    ///     them loads is never taken away.
    ///   - requirements: text of `requirements.txt`.
    package init(
        packageJSON: String?, tsconfig: String?, files: [String], sources: [String] = [],
        requirements: String? = nil
    ) {
        pythonPackages = Set(
            (requirements ?? "").split(whereSeparator: \.isNewline).compactMap(requiredPackage))
        self.files = Set(files.map { $0.hasPrefix("./") ? String($0.dropFirst(2)) : $0 })
        imported = sources.reduce(into: []) { $0.formUnion(importedPackages(in: $1)) }
        if let packageJSON, let manifest = try? JSONValue(packageJSON.utf8), manifest.members != nil {
            hasManifest = true
            dependencies = Self.names(manifest["dependencies"])
            developmentDependencies = Self.names(manifest["devDependencies"])
            main = manifest["main"]?.text
            for member in manifest["scripts"]?.members ?? [] { scripts[member.name] = member.value.text }
        }
        if let tsconfig, let value = try? JSONValue(strictJSON(tsconfig)) { typeScript = TypeScript(value) }
        lockFile =
            ["package-lock.json", "npm-shrinkwrap.json"].contains(where: self.files.contains)
            ? .npm
            : self.files.contains("pnpm-lock.yaml") ? .pnpm : self.files.contains("yarn.lock") ? .yarn : nil
    }

    private static func names(_ value: JSONValue?) -> Set<String> {
        Set(value?.members?.map(\.name) ?? [])
    }
}

extension ApplicationFacts.TypeScript {
    fileprivate init(_ value: JSONValue) {
        let options = value["compilerOptions"]
        outDir = options?["outDir"]?.text.map(Self.normalised)
        rootDir = options?["rootDir"]?.text.map(Self.normalised)
        inherits = value["extends"] != nil
        emitsNothing = options?["noEmit"]?.isTrue == true || options?["emitDeclarationOnly"]?.isTrue == true
        mapsPaths = options?["paths"]?.members?.isEmpty == false
    }

    /// Without `./` before and `/` behind.
    private static func normalised(_ path: String) -> String {
        var parts = path.split(separator: "/").filter { $0 != "." }
        if parts.isEmpty { parts = ["."] }
        return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
    }
}

/// The package that a line of `requirements.txt` names; `nil` for an option or a comment.
///
/// - SeeAlso: PEP 508, "Names".
private func requiredPackage(_ line: Substring) -> String? {
    let name = String(line).trimmed.utf8.prefix { $0.isLetterOrDigit || "._-".utf8.contains($0) }
    guard name.first?.isLetterOrDigit == true else { return nil }
    return String(decoding: name, as: UTF8.self).lowercased()
}

/// JSON with comments and commas before closing brackets, as `tsconfig.json` may be, made JSON of the same
/// length.
func strictJSON(_ text: String) -> [UInt8] {
    var bytes = Array(text.utf8)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.replaceSubrange(0..<3, with: [0x20, 0x20, 0x20]) }
    var comma: Int?
    var index = 0
    while index < bytes.count {
        let next = index + 1 < bytes.count ? bytes[index + 1] : 0
        switch (bytes[index], next) {
        case (UInt8(ascii: "\""), _):
            comma = nil
            index += 1
            while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
                index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
            }
        case (UInt8(ascii: "/"), UInt8(ascii: "/")):
            while index < bytes.count, bytes[index] != 0x0A {
                bytes[index] = 0x20
                index += 1
            }
        case (UInt8(ascii: "/"), UInt8(ascii: "*")):
            let start = index
            index += 2
            while index < bytes.count,
                !(bytes[index - 1] == UInt8(ascii: "*") && bytes[index] == 0x2F && index > start + 2)
            {
                index += 1
            }
            for position in start..<min(index + 1, bytes.count) { bytes[position] = 0x20 }
        case (UInt8(ascii: ","), _): comma = index
        case (UInt8(ascii: "}"), _), (UInt8(ascii: "]"), _):
            if let comma { bytes[comma] = 0x20 }
            comma = nil
        case (0x20, _), (0x09, _), (0x0A, _), (0x0D, _): break
        default: comma = nil
        }
        index += 1
    }
    return bytes
}

/// The packages that a source text names after `from`, `import` or `require(`; a few too many rather than one
/// too few.
func importedPackages(in source: String) -> Set<String> {
    var names: Set<String> = []
    let bytes = Array(source.utf8)
    var index = 0
    while index < bytes.count {
        let quote = bytes[index]
        index += 1
        guard quote == 0x22 || quote == 0x27, isImport(bytes[..<(index - 1)]) else { continue }
        let rest = bytes[index...].prefix(214)
        guard let end = rest.firstIndex(of: quote) else { continue }
        let path = String(decoding: rest[..<end], as: UTF8.self)
        let isName = path.utf8.allSatisfy { $0.isNameByte || "@/.-".utf8.contains($0) }
        let parts = isName ? path.split(separator: "/", omittingEmptySubsequences: false) : []
        guard let first = parts.first, !first.isEmpty, first != ".", first != ".." else { continue }
        names.insert(first.hasPrefix("@") && parts.count > 1 ? "\(first)/\(parts[1])" : String(first))
    }
    return names
}

/// Whether what stands before a quote makes the quoted text a module's name.
private func isImport(_ before: ArraySlice<UInt8>) -> Bool {
    var tail = before.suffix(40)
    while let last = tail.last, last.isBlank || last == 0x0A || last == UInt8(ascii: "(") {
        tail.removeLast()
    }
    let word = tail.reversed().prefix { $0.isNameByte }.reversed()
    return ["from", "import", "require", "resolve"].contains(String(decoding: word, as: UTF8.self))
}
