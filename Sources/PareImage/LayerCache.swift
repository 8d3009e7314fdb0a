// SPDX-License-Identifier: Apache-2.0
import Glibc
import PareBytes
import PareModel

/// A folder with what was read of compressed layers, so that a layer is unpacked once however often it is scanned.
///
/// An entry is found by the digest of a layer that was verified, and by what was wanted of it.  One that is damaged, or
/// of another version, is as good as none.  Nothing here throws: without a cache the work is done again.
package struct LayerCache: Sendable {
    private let folder: String
    private let version: String
    private let limit: Int

    /// - Parameters:
    ///   - folder: Made when something is kept.
    ///   - version: Of the program; entries of others are not believed.
    ///   - limit: Bytes on disk, beyond which the oldest entries go.
    package init(folder: String, version: String, limit: Int = 512 << 20) {
        self.folder = folder
        self.version = version
        self.limit = limit
    }

    struct Key {
        let text: String

        fileprivate init(_ name: String) { text = name }

        init(_ digest: Digest, _ matcher: InterestMatcher) { text = "\(digest) \(matcher.description)" }
    }

    func holds(_ key: Key) -> Bool { access(path(key), R_OK) == 0 }

    func reading(_ key: Key, layer: Int) -> LayerReading? {
        guard let bytes = try? readFile(path(key), limit: limit) else { return nil }
        return bytes.withUnsafeBytes { LayerReading(cached: $0, layer: layer) }
    }

    func keep(_ reading: LayerReading, as key: Key) {
        let bytes = reading.cached()
        guard bytes.count <= limit / 4 else { return }
        makeFolders(folder)
        guard (try? writeFile(bytes, to: path(key), replacing: true)) != nil else { return }
        prune()
    }

    /// A short text that was kept under a name.
    func record(_ name: String) -> [UInt8]? {
        guard let bytes = try? readFile(path(Key(name)), limit: 16 << 20), bytes.count > 64 else {
            return nil
        }
        let content = Array(bytes[64...])
        return bytes.starts(with: SHA256.digest(of: content).hex.utf8) ? content : nil
    }

    func keep(record content: [UInt8], as name: String) {
        makeFolders(folder)
        // Without it the work is done again.
        try? writeFile(
            Array(SHA256.digest(of: content).hex.utf8) + content, to: path(Key(name)), replacing: true)
    }

    private func path(_ key: Key) -> String {
        let digest = SHA256.digest(of: Array("\(version)\n\(LayerReading.cacheFormat)\n\(key.text)".utf8))
        return "\(folder)/\(digest.hex).layer"
    }

    /// Seconds in which an entry that is being written is written.
    private static let writingTime = 3600

    /// Removes the entries that were written first, until the rest is within the limit, and what writers that were killed have
    /// left.
    private func prune() {
        var entries: [(path: String, size: Int, time: Int)] = []
        for name in (try? namesInFolder(folder)) ?? [] {
            var facts = stat()
            let path = "\(folder)/\(name)"
            guard lstat(path, &facts) == 0 else { continue }
            if name.hasSuffix(".layer") {
                entries.append((path, Int(facts.st_size), Int(facts.st_mtim.tv_sec)))
            } else if name.hasPrefix(temporaryPrefix),
                Int(facts.st_mtim.tv_sec) < time(nil) - Self.writingTime
            {
                unlink(path)
            }
        }
        var total = entries.reduce(0) { $0 + $1.size }
        for entry in entries.sorted(by: { $0.time < $1.time }) where total > limit {
            unlink(entry.path)
            total -= entry.size
        }
    }
}
