// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareImage
import PareModel

/// Whether the closure that an image was built with comes to what its own files ask for.
///
/// Looks at all ELF files outside the application's folder: each that a program needs must be there, and each that is there
/// must be needed.
func closureDiagnostics(of tree: FileTree, config: ImageConfig) throws -> [Diagnostic] {
    guard let program = (config.entrypoint + config.command).first else { return [] }
    let application = String(config.workingDirectory.drop { $0 == "/" })
    let elves = try elfFiles(in: tree)
    let isOwn = { (path: String) in !application.isEmpty && path.hasPrefix(application + "/") }
    let opened = elves.filter { path in openedAtRunTime.contains { path.contains($0) } }
    let closure = try Closure(of: [program] + elves.filter(isOwn) + opened, in: tree)

    let missing = closure.missing.map {
        Diagnostic(.warning, "'\($0.name)' is needed by '\($0.neededBy)' and is not in the image")
    }
    let surplus = Set(elves).subtracting(closure.files).filter { !isOwn($0) }
    return missing
        + surplus.sorted().map {
            Diagnostic(.note, "nothing in the image names this library as needed", at: $0)
        }
}

/// Parts of paths of what programs open by name at run time, so that no file names it as needed: name services, and
/// modules of Python and nginx.
private let openedAtRunTime = [
    "/libnss_", "/libresolv.", "/lib-dynload/", "/site-packages/", "/dist-packages/", "/nginx/modules/",
]

/// Paths of all ELF files, each once however many names it has.
private func elfFiles(in tree: FileTree) throws -> [String] {
    var paths: [String] = []
    tree.forEach { item in
        if item.isFile, !item.isHardLink, item.size > 64,
            item.mode & 0o111 != 0 || item.path.contains(".so") || item.path.hasSuffix(".node")
        {
            paths.append(item.path)
        }
    }
    var elves: [String] = []
    try tree.forEachContent(of: paths, limit: 512 << 20) { path, bytes in
        if ELFFile.isELF(bytes) { elves.append(path) }
    }
    return elves
}
