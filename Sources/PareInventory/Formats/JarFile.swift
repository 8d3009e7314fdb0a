// SPDX-License-Identifier: Apache-2.0

import PareArchive
import PareBytes
import PareModel

/// The Maven artifacts in a jar and in the jars within it, and what to ask an index about those that do not say theirs.
struct JarFile {
    private(set) var artifacts: [Found] = []
    private(set) var inquiries: [JarInquiry] = []
    private(set) var diagnostics: [Diagnostic] = []

    struct Found: Hashable {
        let artifact: MavenArtifact
        /// `outer.war/WEB-INF/lib/inner.jar`.
        let path: String
    }

    /// What may still be unpacked for one outermost jar, so that a small hostile one cannot take all time.  In bytes.
    private var budget = 512 << 20

    private static let depthLimit = 6
    private static let propertiesLimit = 1 << 20
    /// Signed jars have a section for every file.
    private static let manifestLimit = 10 << 20
    private static let innerLimit = 64 << 20

    /// Reads a jar and what is in it.
    mutating func read(_ bytes: [UInt8], at path: String, depth: Int = 0) {
        bytes.withUnsafeBytes { buffer in
            do throws(ArchiveError) {
                let archive = try ZipArchive(buffer)
                let known = artifacts.count
                for entry in archive.entries where !entry.isFolder {
                    read(entry, of: archive, buffer, path, depth)
                }
                ask(about: archive, buffer, path, beside: artifacts[known...])
            } catch {
                note(error.problem, path)
            }
        }
    }

    private mutating func read(
        _ entry: ZipArchive.Entry, of archive: ZipArchive, _ buffer: UnsafeRawBufferPointer, _ path: String,
        _ depth: Int
    ) {
        let isProperties = entry.path == "pom.properties" || entry.path.hasSuffix("/pom.properties")
        guard isProperties || Self.isArchive(entry.path) else { return }
        let limit = isProperties ? Self.propertiesLimit : Self.innerLimit
        guard let content = content(of: entry, in: archive, buffer, path, limit: limit) else { return }
        if isProperties {
            if let artifact = Self.artifact(content) {
                artifacts.append(Found(artifact: artifact, path: path))
            }
        } else if depth < Self.depthLimit {
            read(content, at: path + "/" + Self.clean(entry.path), depth: depth + 1)
        } else {
            note("too many archives within archives: not read further", path)
        }
    }

    private mutating func content(
        of entry: ZipArchive.Entry, in archive: ZipArchive, _ buffer: UnsafeRawBufferPointer, _ path: String,
        limit: Int
    ) -> [UInt8]? {
        do throws(ArchiveError) {
            let content = try archive.content(of: entry, in: buffer, limit: min(limit, budget))
            budget -= content.count
            return content
        } catch {
            note(error.problem, path + "/" + Self.clean(entry.path))
            return nil
        }
    }

    /// Puts down what an index is to be asked, unless the jar says that it is what its name says.
    ///
    /// A jar may hold properties of whatever was packed into it; those of its own are known by its name.
    ///
    /// - SeeAlso: Trivy, `foundPomProps` in `pkg/dependency/parser/java/jar/parse.go`.
    private mutating func ask(
        about archive: ZipArchive, _ buffer: UnsafeRawBufferPointer, _ path: String,
        beside found: ArraySlice<Found>
    ) {
        let name = JarInquiry.FileName(path: path)
        let isItself = found.contains { found in
            found.path == path && found.artifact.artifact == name?.artifact
                && found.artifact.version == name?.version
        }
        // A hostile jar may hold more jars than an index can be asked about.
        guard !isItself, inquiries.count < 10_000 else { return }
        let manifest = archive.entries.first { $0.path.lowercased() == "meta-inf/manifest.mf" }.flatMap {
            content(of: $0, in: archive, buffer, path, limit: Self.manifestLimit)
        }
        let isLeaf = !archive.entries.contains { Self.isArchive($0.path) }
        inquiries.append(
            JarInquiry(
                evidence: Package.Evidence(path: path, layer: 0), sha1: sha1(of: buffer),
                manifest: manifest.flatMap { JarManifest($0).artifact }, fileName: name,
                isBlank: found.isEmpty && isLeaf))
    }

    private static func isArchive(_ path: String) -> Bool {
        [".jar", ".war", ".ear", ".par"].contains { path.hasSuffix($0) }
    }

    private mutating func note(_ message: String, _ path: String) {
        // A jar may hold thousands of odd entries; the first say enough.
        if diagnostics.count < 100 { diagnostics.append(Diagnostic(.note, message, at: path)) }
    }

    /// Lines `groupId=`, `artifactId=`, `version=`; `nil` where one is missing.
    private static func artifact(_ properties: [UInt8]) -> MavenArtifact? {
        var values: [String: String] = [:]
        for line in Lines(properties) {
            let statement = line.trimmed
            guard let equals = statement.firstIndex(of: UInt8(ascii: "=")) else { continue }
            values[statement[..<equals].text] = statement[(equals + 1)...].text
        }
        return MavenArtifact(
            group: values["groupId"] ?? "", artifact: values["artifactId"] ?? "",
            version: values["version"] ?? "")
    }

    /// Without empty and dotted parts, so that no name leads out of the jar.
    private static func clean(_ path: String) -> String {
        path.split(separator: "/").filter { $0 != "." && $0 != ".." }.joined(separator: "/")
    }
}
