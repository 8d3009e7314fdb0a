// SPDX-License-Identifier: Apache-2.0
import PareAdvisories
import PareBytes

extension Setup {
    /// A file whose presence says that a scan met jars which only the Java index can name, and that there was none.
    private var javaIndexMark: String? { cacheFolder.map { "\($0)/\(DatabaseKind.java.folder).missed" } }

    /// Whether a scan has missed the Java index since it was last fetched.
    var missesJavaIndex: Bool { javaIndexMark.map(fileExists) ?? false }

    /// Where nothing can be written, nothing is.
    func markJavaIndexAsMissed() {
        guard let mark = javaIndexMark, let folder = cacheFolder, !fileExists(mark) else { return }
        makeFolders(folder)
        try? writeFile([], to: mark)
    }

    func removeJavaIndexMark() {
        if let mark = javaIndexMark { removeTree(mark) }
    }

    /// Whether pare's own cache has a Java index.
    var hasJavaIndex: Bool {
        cacheFolder.map { fileExists("\($0)/\(DatabaseKind.java.folder)/\(DatabaseKind.java.file)") } ?? false
    }
}
