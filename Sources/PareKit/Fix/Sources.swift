// SPDX-License-Identifier: Apache-2.0
import Glibc
import PareBytes

/// The JavaScript and TypeScript files of an application, without what others wrote (`node_modules`) or tools made.
///
/// - Returns: Texts of at most 5,000 files of at most 1 MiB; links are not followed.
func sourceTexts(in folder: String) throws -> [String] {
    let endings = [".js", ".cjs", ".mjs", ".jsx", ".ts", ".cts", ".mts", ".tsx"]
    let skipped: Set<String> = ["node_modules", "dist", "build", "coverage", "pare-proof"]
    var texts: [String] = []
    var pending = [(path: folder, depth: 0)]
    while let (path, depth) = pending.popLast(), texts.count < 5_000 {
        for name in (try? namesInFolder(path)) ?? [] where !name.hasPrefix(".") && !skipped.contains(name) {
            var facts = stat()
            let file = path + "/" + name
            guard lstat(file, &facts) == 0 else { continue }
            if facts.st_mode & S_IFMT == S_IFDIR, depth < 16 {
                pending.append((file, depth + 1))
            } else if facts.st_mode & S_IFMT == S_IFREG, facts.st_size <= 1 << 20,
                endings.contains(where: name.hasSuffix)
            {
                texts.append(try readText(file))
            }
        }
    }
    return texts
}
