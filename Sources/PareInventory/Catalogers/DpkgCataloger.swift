// SPDX-License-Identifier: Apache-2.0

import PareImage
import PareModel

extension Cataloger {
    /// Packages of Debian and its kin: `var/lib/dpkg/status`, and `status.d` of images made without dpkg.
    ///
    /// - SeeAlso: dpkg(1), deb-control(5); Trivy's `pkg/fanal/analyzer/pkg/dpkg`.
    static let dpkg = Cataloger(
        "dpkg",
        reads: [
            Interest("dpkg", .path("var/lib/dpkg/status"), take: .content(limit: 64 << 20)),
            Interest("dpkg", .folder("var/lib/dpkg/status.d", suffix: ""), take: .content(limit: 8 << 20)),
            Interest("dpkg", .folder("var/lib/dpkg/info", suffix: ".list"), take: .content(limit: 8 << 20)),
        ],
        listing: { file, call in
            guard file.path.hasSuffix(".list") else { return }
            for line in Lines(file.content) where line.first == UInt8(ascii: "/") { call(line.dropFirst()) }
        },
        read: { file in
            guard !file.path.hasSuffix(".list"), !file.path.hasSuffix(".md5sums") else { return Reading() }
            var reading = Reading()
            for stanza in Stanzas(file.content, wanting: dpkgFields) {
                reading.add(dpkgStanza: stanza, in: file.path)
            }
            return reading
        })

    fileprivate static let dpkgFields = ["Package", "Status", "Version", "Source", "Architecture"]
}

extension Reading {
    fileprivate mutating func add(dpkgStanza stanza: Stanzas.Stanza, in path: String) {
        let (name, status, version, architecture) = (stanza[0], stanza[1], stanza[2], stanza[4])
        if let line = stanza.oddLine {
            diagnostics.append(Diagnostic(.note, "not a field: '\(line.prefix(80))'", at: path))
        }
        guard !name.isEmpty, isInstalled(status) else { return }
        guard DebianVersion.isValid(version) else {
            return skip("package '\(name)' has no valid version: '\(version)'", path)
        }
        let source = Self.source(stanza[3], of: name, version)
        guard DebianVersion.isValid(source.version) else {
            return skip("package '\(name)' has no valid source version: '\(source.version)'", path)
        }
        let isItself = source.name == name && source.version == version
        packages.append(
            Package(
                .dpkg, name, version, architecture: architecture.isEmpty ? nil : architecture,
                source: isItself ? nil : source, in: path))
    }

    private mutating func skip(_ message: String, _ path: String) {
        diagnostics.append(Diagnostic(.warning, message, at: path))
    }

    /// Whether the files of a package are there: the third word of `install ok installed` says it.  A record without
    /// status, as in `status.d`, is of an installed package.
    private func isInstalled(_ status: String) -> Bool {
        if status == "install ok installed" { return true }
        let words = status.split(separator: " ")
        guard words.count == 3 else { return !words.contains("deinstall") && !words.contains("purge") }
        return words[2] != "not-installed" && words[2] != "config-files"
    }

    /// `name (version)`, either of which defaults to the binary package's.
    private static func source(_ field: String, of name: String, _ version: String) -> Package.Source {
        guard !field.isEmpty else { return Package.Source(name: name, version: version) }
        let sourceName = field.prefix { $0 != " " && $0 != "\t" }
        var sourceVersion: Substring = ""
        if let opening = field.cut("("), let closing = opening.after.lastIndex(of: ")") {
            sourceVersion = opening.after[..<closing].trimmed
        }
        return Package.Source(
            name: sourceName.isEmpty ? name : String(sourceName),
            version: sourceVersion.isEmpty ? version : String(sourceVersion))
    }
}

/// What counts as a version of a Debian package.
enum DebianVersion {
    /// `[epoch:]upstream[-revision]`: a number; a digit, then letters, digits and `.-+~:_`; letters, digits and `.+~_`.
    static func isValid(_ version: String) -> Bool {
        var rest = version.utf8[...]
        if let colon = rest.firstIndex(of: UInt8(ascii: ":")) {
            guard Int(version[..<colon]) != nil else { return false }
            rest = rest[rest.index(after: colon)...]
        }
        var upstream = rest
        if let dash = rest.lastIndex(of: UInt8(ascii: "-")) {
            upstream = rest[..<dash]
            guard rest[rest.index(after: dash)...].allSatisfy(isCommon) else { return false }
        }
        guard upstream.first?.isDigit == true else { return false }
        return upstream.allSatisfy { isCommon($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ":") }
    }

    private static func isCommon(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "~"), UInt8(ascii: "_"): true
        default: byte.isDigit || byte.isLetter
        }
    }
}
