// SPDX-License-Identifier: Apache-2.0
import Glibc
import PareBytes
package import PareModel

/// Where VEX documents lie: a file, a folder of them, or a VEX repository as Trivy has it, a folder whose `index.json`
/// says which document is about which package.
///
/// - SeeAlso: aquasecurity/vex-repo-spec, "VEX Repository Specification".
package struct VEXPlace: Sendable {
    private let path: String

    package init(_ path: String) { self.path = path }

    private static let documentLimit = 64 << 20
    private static let fileLimit = 200_000
    private static let totalLimit = 1 << 30
    private static let depthLimit = 16

    /// The documents that are there; of a repository those about the packages.
    ///
    /// In a folder, JSON files of other kinds are left out with a note; a named file must be VEX.
    ///
    /// - Throws: ``VEXError``.
    package func documents(
        for packages: [Package], distro: Distro?
    ) throws -> (documents: [VEXDocument], diagnostics: [Diagnostic]) {
        guard try isFolder(path) else { return ([try document(path)], []) }
        // A repository keeps its index beside the documents or in a folder of the specification's version.
        for folder in [path, path + "/0.1"] where access(folder + "/index.json", F_OK) == 0 {
            if let documents = try indexed(in: folder, packages, distro) { return (documents, []) }
        }
        var documents: [VEXDocument] = []
        var diagnostics: [Diagnostic] = []
        for file in try files() {
            do {
                documents.append(try document(file))
            } catch VEXError.notVEX {
                diagnostics.append(Diagnostic(.note, "it is no VEX document, and was left out", at: file))
            }
        }
        if documents.isEmpty {
            diagnostics.append(Diagnostic(.warning, "there is no VEX document in it", at: path))
        }
        return (documents, diagnostics)
    }

    private func document(_ file: String) throws -> VEXDocument {
        let bytes: [UInt8]
        do throws(FileError) { bytes = try readFile(file, limit: Self.documentLimit) } catch {
            throw VEXError.unreadable(file: file, reason: error.problem)
        }
        return try vexDocument(bytes, name: file)
    }

    /// The documents that an index names for the packages; `nil` where it is no such index.
    private func indexed(
        in folder: String, _ packages: [Package], _ distro: Distro?
    ) throws -> [VEXDocument]? {
        let file = folder + "/index.json"
        guard let index = try? JSONValue(try readFile(file, limit: Self.documentLimit)),
            let entries = index["packages"]?.elements
        else { return nil }
        var seen: Set<String> = []
        return try entries.compactMap { entry in
            guard let id = entry["id"]?.text.flatMap({ PackageURL($0) }),
                let location = entry["location"]?.text,
                id.type == "oci" || packages.contains(where: { id.names($0, distro: distro) }),
                seen.insert(location).inserted
            else { return nil }
            let isInside = !location.hasPrefix("/") && !location.split(separator: "/").contains("..")
            guard isInside, access(folder + "/" + location, R_OK) == 0 else {
                throw VEXError.badLocation(index: file, location: location)
            }
            return try document(folder + "/" + location)
        }
    }

    /// The file, or the JSON files of the folder and those in it, in the order of their names; links are not followed.
    ///
    /// - Throws: ``VEXError``.
    package func files() throws -> [String] {
        guard try isFolder(path) else { return [path] }
        var found: [String] = []
        var total = 0
        var pending = [(path: path, depth: 0)]
        while let (folder, depth) = pending.popLast() {
            for name in (try? namesInFolder(folder))?.sorted() ?? [] where !name.hasPrefix(".") {
                var facts = stat()
                let file = folder + "/" + name
                guard lstat(file, &facts) == 0 else { continue }
                if facts.st_mode & S_IFMT == S_IFDIR, depth < Self.depthLimit {
                    pending.append((file, depth + 1))
                } else if facts.st_mode & S_IFMT == S_IFREG, name.hasSuffix(".json") || name.hasSuffix(".vex")
                {
                    found.append(file)
                    total += Int(facts.st_size)
                }
                guard found.count <= Self.fileLimit, total <= Self.totalLimit else {
                    throw VEXError.tooMuch(folder: path, what: "\(found.count) files of \(ByteCount(total))")
                }
            }
        }
        return found.sorted()
    }

    private func isFolder(_ path: String) throws -> Bool {
        var facts = stat()
        guard stat(path, &facts) == 0 else {
            throw VEXError.unreadable(file: path, reason: String(cString: strerror(errno)))
        }
        return facts.st_mode & S_IFMT == S_IFDIR
    }
}
