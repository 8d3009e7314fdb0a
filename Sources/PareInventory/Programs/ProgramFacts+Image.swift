// SPDX-License-Identifier: Apache-2.0

import PareBytes
package import PareImage
package import PareModel

/// Files longer than this are not looked at.  In bytes.
private let lengthLimit: Int64 = 512 << 20

extension ProgramFacts {
    /// Looks at every ELF file of an image, whatever its name and mode, native add-ons of applications included.
    ///
    /// A file of which nothing can be said is listed in ``unseen``, so that no flaw that asks for symbols is dismissed.
    /// So are the gaps in the reading that the tree is of.
    ///
    /// - Throws: What reading the image throws.
    package init(
        of tree: FileTree, config: ImageConfig, gaps: [String], asking question: ProgramQuestion
    ) throws {
        var walk = ProgramWalk(question)
        tree.forEach { walk.note($0) }
        let reader = ProgramReader(question)
        var programs: [Program] = []
        do {
            try tree.forEachContent(of: walk.candidates, limit: Int(lengthLimit)) { path, bytes in
                guard ELFFile.isELF(bytes) else { return }
                switch reader.reading(of: path, bytes) {
                case .program(let program, let calls):
                    programs.append(program)
                    walk.foreignCalls += calls
                case .unclear(let reason): walk.unseen.append("'\(path)' \(reason)")
                case .noProgram: break
                }
            }
            walk.unseen += try preloadsFromOutside(of: tree, config)
        } catch ImageError.unsupported(_, let what) {
            walk.unseen.append("it has \(what)")
        } catch let error as FileError {
            walk.unseen.append(error.problem)
        }
        self.init(
            programs: programs.sorted { $0.path < $1.path }, unseen: walk.unseen.sorted(),
            gaps: gaps + (tree.isFull ? ["it has more files than were looked at"] : []),
            foreignCalls: walk.foreignCalls.sorted(), files: walk.files.mapValues { $0.sorted() },
            moreRights: walk.moreRights.sorted()
                + (tree.isOfFolder ? ["a folder may have lost the marks of files when it was unpacked"] : []))
    }
}

/// What paths alone tell.
private struct ProgramWalk {
    private(set) var candidates: [String] = []
    private(set) var files: [String: [String]] = [:]
    private(set) var moreRights: [String] = []
    var unseen: [String] = []
    var foreignCalls: [String] = []
    private let patterns: [Wildcard]
    private var known: Set<Place> = []

    /// Where content stands, for files that have several names.
    private struct Place: Hashable {
        let layer: Int?
        let offset: Int64
    }

    init(_ question: ProgramQuestion) { patterns = question.files.map { Wildcard($0) } }

    mutating func note(_ item: FileTree.Item) {
        if item.kind == .folder { return }
        let path = "/" + item.path
        for pattern in patterns where pattern.matches(path) {
            files[pattern.text, default: []].append(item.path)
        }
        if item.givesRights { moreRights.append("'\(item.path)' gives rights to whoever runs it") }
        if let module = ForeignCalls.module(at: item.path) { foreignCalls.append(module) }
        // The shortest ELF header has 52 bytes.
        guard item.isFile, item.size >= 52 else { return }
        if item.size > lengthLimit {
            unseen.append("'\(item.path)' is too long to be looked at")
        } else if item.path.utf8.contains(0xEF), item.path.unicodeScalars.contains("\u{FFFD}") {
            // The tree finds a file by its text only.
            unseen.append("'\(item.path)' has a name that is not in UTF-8")
        } else if item.offset < 0 || known.insert(Place(layer: item.layer, offset: item.offset)).inserted {
            candidates.append(item.path)
        }
    }
}

/// Libraries that are to be loaded into every program and that are not in the image, so were not seen.
///
/// - SeeAlso: `ld.so(8)`, "ENVIRONMENT" and "FILES".
private func preloadsFromOutside(of tree: FileTree, _ config: ImageConfig) throws -> [String] {
    var lists: [(origin: String, names: [Substring])] = []
    for variable in config.environment {
        let parts = variable.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, parts[0] == "LD_PRELOAD" || parts[0] == "LD_AUDIT" else { continue }
        lists.append((String(parts[0]), parts[1].split { $0 == ":" || $0 == " " }))
    }
    if let file = tree.resolve("etc/ld.so.preload"), file.isFile {
        let content = try tree.content(of: file.path, limit: 1 << 20)
        let text = String(decoding: content, as: UTF8.self)
        lists.append(("etc/ld.so.preload", text.split { $0 == ":" || $0.isWhitespace }))
    }
    return lists.flatMap { origin, names in
        names.filter { !$0.hasPrefix("/") || tree.resolve(String($0))?.isFile != true }
            .map { "\(origin) names '\($0)', which is not in the image" }
    }
}
