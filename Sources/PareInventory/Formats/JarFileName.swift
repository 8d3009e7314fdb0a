// SPDX-License-Identifier: Apache-2.0
package import PareModel

extension JarInquiry.FileName {
    /// Splits a jar's name at the last dash that a digit follows: `spring-core-5.3.4-SNAPSHOT.jar`.  `nil` for names that
    /// are not made so, for longer ones than file systems have, and for everything that is not a `.jar`.
    ///
    /// - SeeAlso: Trivy's `jarFileRegEx` in `pkg/dependency/parser/java/jar/parse.go`, which takes the same names.
    package init?(path: String) {
        let name = path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...]
        guard name.hasSuffix(".jar"), name.utf8.count <= 255 else { return nil }
        let stem = Array(name.unicodeScalars.dropLast(4))
        // Characters that come before the last one of an id.
        let plain = stem.prefix(while: Self.isPlain).count
        guard let dash = stem.indices.last(where: { Self.splits(stem, at: $0) && $0 - 1 <= plain }),
            !stem[dash...].contains(where: \.isJarSpace)
        else { return nil }
        self.init(artifact: Self.text(stem[..<dash]), version: Self.text(stem[(dash + 1)...]))
    }

    private static func splits(_ stem: [Unicode.Scalar], at dash: Int) -> Bool {
        guard dash > 0, stem[dash] == "-", dash + 1 < stem.count, ("0"..."9").contains(stem[dash + 1]) else {
            return false
        }
        return stem[dash - 1] != "-" && stem[dash - 1] != "*"
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", ".", "_", "-": true
        default: false
        }
    }

    private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        return String(text)
    }
}

extension Unicode.Scalar {
    fileprivate var isJarSpace: Bool { ["\t", "\n", "\u{C}", "\r", " "].contains(self) }
}
