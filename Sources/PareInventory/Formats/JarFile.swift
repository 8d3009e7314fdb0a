// SPDX-License-Identifier: Apache-2.0

import PareArchive
import PareModel

/// The Maven artifacts in a jar and in the jars within it.
struct JarFile {
    private(set) var artifacts: [Artifact] = []
    private(set) var diagnostics: [Diagnostic] = []

    struct Artifact: Hashable {
        /// `group:artifact`.
        let name: String
        let version: String
        /// `outer.war/WEB-INF/lib/inner.jar`.
        let path: String
    }

    /// What may still be unpacked for one outermost jar, so that a small hostile one cannot take all time.  In bytes.
    private var budget = 512 << 20

    private static let depthLimit = 6
    private static let propertiesLimit = 1 << 20
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
                let isLeaf = !archive.entries.contains { Self.isArchive($0.path) }
                if artifacts.count == known, isLeaf { note("no pom.properties: not identified", path) }
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
        let limit = min(isProperties ? Self.propertiesLimit : Self.innerLimit, budget)
        do throws(ArchiveError) {
            let content = try archive.content(of: entry, in: buffer, limit: limit)
            budget -= content.count
            if isProperties {
                if let artifact = Self.artifact(content, path) { artifacts.append(artifact) }
            } else if depth < Self.depthLimit {
                read(content, at: path + "/" + Self.clean(entry.path), depth: depth + 1)
            } else {
                note("too many archives within archives: not read further", path)
            }
        } catch {
            note(error.problem, path + "/" + Self.clean(entry.path))
        }
    }

    private static func isArchive(_ path: String) -> Bool {
        [".jar", ".war", ".ear", ".par"].contains { path.hasSuffix($0) }
    }

    private mutating func note(_ message: String, _ path: String) {
        // A jar may hold thousands of odd entries; the first say enough.
        if diagnostics.count < 100 { diagnostics.append(Diagnostic(.note, message, at: path)) }
    }

    /// Lines `groupId=`, `artifactId=`, `version=`; `nil` where one is missing.
    private static func artifact(_ properties: [UInt8], _ path: String) -> Artifact? {
        var values: [String: String] = [:]
        for line in Lines(properties) {
            let statement = line.trimmed
            guard let equals = statement.firstIndex(of: UInt8(ascii: "=")) else { continue }
            values[statement[..<equals].text] = statement[(equals + 1)...].text
        }
        guard let group = values["groupId"], let artifact = values["artifactId"],
            let version = values["version"],
            !group.isEmpty, !artifact.isEmpty, !version.isEmpty
        else { return nil }
        return Artifact(name: group + ":" + artifact, version: version, path: path)
    }

    /// Without empty and dotted parts, so that no name leads out of the jar.
    private static func clean(_ path: String) -> String {
        path.split(separator: "/").filter { $0 != "." && $0 != ".." }.joined(separator: "/")
    }
}
