// SPDX-License-Identifier: Apache-2.0
import PareImage
import PareModel

/// Whether the closure that an image was built with comes to what its own files ask for.
///
/// Looks at all ELF files outside the application's folder: each that a program needs must be there, and each that is there
/// must be needed.
func closureDiagnostics(of tree: FileTree, config: ImageConfig) throws -> [Diagnostic] {
    guard let program = (config.entrypoint + config.command).first else { return [] }
    let application = String(config.workingDirectory.drop { $0 == "/" })
    let elves = tree.executables()
    let isOwn = { (path: String) in !application.isEmpty && path.hasPrefix(application + "/") }
    let closure = try Closure(of: [program] + elves.filter(isOwn), in: tree)

    let missing = closure.missing.map {
        Diagnostic(.warning, "'\($0.name)' is needed by '\($0.neededBy)' and is not in the image")
    }
    // Name services are opened by name at run time, so nothing names them as needed.
    let surplus = Set(elves).subtracting(closure.files).filter { !isOwn($0) && !$0.contains("/libnss_") }
    return missing
        + surplus.sorted().map { Diagnostic(.note, "nothing in the image names this library as needed", at: $0) }
}
