// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareImage
import PareModel

/// The ELF files that a program needs to be loaded: itself, its interpreter, and all libraries, by what the files themselves say.
///
/// This is pare's own working of what the Dockerfile's block does with `ldd`; the two are compared.
///
/// - SeeAlso: `ld.so(8)`, "DESCRIPTION", for the order in which folders are searched.
struct Closure {
    /// Paths as they are in the image after links are followed, without a leading slash.
    private(set) var files: Set<String> = []
    /// What is needed and not there: the name, and the file that needs it.
    private(set) var missing: [(name: String, neededBy: String)] = []

    private let tree: FileTree
    private let folders: [String]

    /// Files longer than this are not programs.
    private static let sizeLimit = 512 << 20

    /// Works out what the given programs and libraries need.
    init(of roots: [String], in tree: FileTree) throws {
        self.tree = tree
        folders = Self.systemFolders(in: tree)
        var pending = roots.map { ($0, "the image") }
        while let (path, origin) = pending.popLast() {
            guard let file = tree.resolve(path)?.path else {
                missing.append((path, origin))
                continue
            }
            guard files.insert(file).inserted else { continue }
            pending += try needs(of: file).map { ($0, file) }
        }
    }

    /// Paths that a file asks for; a library that is nowhere stands with its bare name.
    private func needs(of file: String) throws -> [String] {
        let content = try tree.content(of: file, limit: Self.sizeLimit)
        guard let elf = try? content.withUnsafeBytes({ try ELFFile($0) }) else { return [] }
        let origin = parentFolder(of: file)
        let own = (elf.runpath.isEmpty ? elf.rpath : elf.runpath).map {
            $0.hasPrefix("$ORIGIN")
                ? "/" + origin + $0.dropFirst(7)
                : $0.hasPrefix("${ORIGIN}") ? "/" + origin + $0.dropFirst(9) : $0
        }
        let libraries = elf.needed.map { name in
            if name.contains("/") { return name }
            let candidates = (own + folders).map { $0 + "/" + name }
            return candidates.first { tree.resolve($0) != nil } ?? name
        }
        return libraries + (elf.interpreter.map { [$0] } ?? [])
    }

    /// Where the loader looks when a file does not say: the folders of ld.so.conf, and the usual ones.
    private static func systemFolders(in tree: FileTree) -> [String] {
        let triplets = ["usr/lib", "lib"].flatMap { base in
            tree.children(of: base).filter { $0.contains("-linux-") }.map { "/\(base)/\($0)" }
        }
        return triplets + ["/lib64", "/usr/lib64", "/lib", "/usr/lib", "/usr/local/lib"]
    }
}
