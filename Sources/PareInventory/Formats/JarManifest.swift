// SPDX-License-Identifier: Apache-2.0
package import PareModel

/// What the main section of a jar's manifest says.
///
/// Sections after the first empty line speak of single files, and are not read; nor are values and sections that are longer
/// than those of any artifact, as others keep and look up what is read here.
///
/// - SeeAlso: The JAR file specification, "JAR Manifest"; `java.util.jar.Attributes` of the JDK.
package struct JarManifest {
    /// By their names in lower case.
    private var values: [String: String] = [:]

    /// In bytes.
    private static let lengthLimit = 64 << 10
    private static let valueLimit = 255

    package init(_ bytes: [UInt8]) {
        var attribute: [UInt8] = []
        var isWhole = bytes.count <= Self.lengthLimit
        for line in Self.lines(bytes.prefix(Self.lengthLimit)) {
            if line.isEmpty {
                isWhole = true
                break
            }
            if line.first == UInt8(ascii: " ") {
                attribute += line.dropFirst()
            } else {
                note(attribute)
                attribute = Array(line)
            }
        }
        // What the limit cuts may go on.
        if isWhole { note(attribute) }
    }

    /// Lines end with CR, LF or both.
    private static func lines(_ bytes: ArraySlice<UInt8>) -> some Sequence<ArraySlice<UInt8>> {
        var rest = bytes
        return AnySequence {
            AnyIterator {
                guard !rest.isEmpty else { return nil }
                let line = rest.prefix { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") }
                rest = rest.dropFirst(line.count)
                if rest.starts(with: [UInt8(ascii: "\r"), UInt8(ascii: "\n")]) { rest = rest.dropFirst() }
                rest = rest.dropFirst()
                return line
            }
        }
    }

    /// A value that begins with `%` stands for a text in another file.
    private mutating func note(_ attribute: [UInt8]) {
        guard let colon = attribute.firstIndex(of: UInt8(ascii: ":")),
            attribute[(colon + 1)...].first == UInt8(ascii: " ")
        else { return }
        let value = attribute[(colon + 1)...].trimmed
        guard let first = value.first, first != UInt8(ascii: "%"), value.count <= Self.valueLimit else {
            return
        }
        values[attribute[..<colon].text.lowercased()] = value.text
    }

    /// The artifact that the jar may be; `nil` where the group, the id or the version cannot be guessed.
    ///
    /// - SeeAlso: Trivy, `determineGroupID` and its neighbours in `pkg/dependency/parser/java/jar/parse.go`.
    package var artifact: MavenArtifact? {
        let group =
            values["implementation-vendor-id"] ?? symbolicGroup ?? values["implementation-vendor"]
            ?? values["specification-vendor"]
        let artifact =
            values["implementation-title"] ?? values["specification-title"] ?? values["bundle-name"]
        let version =
            values["implementation-version"] ?? values["specification-version"] ?? values["bundle-version"]
        return MavenArtifact(group: group ?? "", artifact: artifact ?? "", version: version ?? "")
    }

    /// `org.example` of the bundle `org.example.lib`.
    private var symbolicGroup: String? {
        values["bundle-symbolicname"].map { name in
            name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
        }
    }
}
