// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareModel

/// What earlier pushes have found out, kept in a small file: in which repositories a blob was, and what a layer was packed
/// to.  All of it is a hint: a registry is asked before anything rests on it.
package struct PushMemory: Sendable {
    private let file: String?
    /// Newest last.
    private var lines: [String]
    private var isChanged = false

    /// More than pushes of hundreds of images leave.
    private static let lineLimit = 5000
    private static let sizeLimit = 4 << 20

    /// - Parameter file: Where it is kept; without one nothing is.
    package init(file: String?) {
        self.file = file
        let bytes = file.flatMap { try? readFile($0, limit: Self.sizeLimit) } ?? []
        lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// Repositories of a registry that had a blob, newest first.
    func repositories(with digest: Digest, in registry: String) -> [String] {
        lines.reversed().compactMap { line in
            let words = line.split(separator: " ")
            guard words.count == 4, words[0] == "at", words[1] == digest.description, words[2] == registry
            else {
                return nil
            }
            // It becomes part of an address.
            return (try? ImageReference("\(registry)/\(words[3])"))?.repository
        }
    }

    /// What the layer with a digest of its tar was packed to.
    func packed(_ diffID: Digest) -> (digest: Digest, size: Int64)? {
        for line in lines.reversed() {
            let words = line.split(separator: " ")
            guard words.count == 4, words[0] == "gzip", words[1] == diffID.description,
                let digest = Digest(words[2]), let size = Int64(words[3]), size > 0
            else { continue }
            return (digest, size)
        }
        return nil
    }

    mutating func note(_ digest: Digest, at reference: ImageReference) {
        note("at \(digest) \(reference.registry) \(reference.repository)")
    }

    mutating func note(_ diffID: Digest, packedTo digest: Digest, size: Int64) {
        note("gzip \(diffID) \(digest) \(size)")
    }

    private mutating func note(_ line: String) {
        guard lines.last != line else { return }
        lines.removeAll { $0 == line }
        lines.append(line)
        isChanged = true
    }

    /// Keeps it for the next time; what cannot be kept is found out anew.
    package func save() {
        guard isChanged, let file, let slash = file.lastIndex(of: "/") else { return }
        makeFolders(String(file[..<slash]))
        let text = lines.suffix(Self.lineLimit).joined(separator: "\n") + "\n"
        try? writeFile(Array(text.utf8), to: file, replacing: true)
    }
}
