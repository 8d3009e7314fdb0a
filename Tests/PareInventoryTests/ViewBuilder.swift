// SPDX-License-Identifier: Apache-2.0

import Foundation
import PareImage
import PareInventory
import PareModel

/// A file of a layer that a test makes up.
struct TestFile {
    let path: String
    let content: [UInt8]
    let mode: UInt16

    init(_ path: String, _ text: String, mode: UInt16 = 0o644) {
        self.init(path, Array(text.utf8), mode: mode)
    }

    init(_ path: String, _ content: [UInt8], mode: UInt16 = 0o644) {
        self.path = path
        self.content = content
        self.mode = mode
    }
}

extension SquashedView {
    /// What the catalogers would get of these layers, oldest first.  A file `.wh.NAME` removes NAME of older layers.
    init(layers: [[TestFile]], minimumSize: Int? = nil) {
        var files: [KeptFile] = []
        var isVisible: [Bool] = []
        for (layer, contents) in layers.enumerated() {
            for file in contents {
                for interest in Inventory.interests where interest.takes(file, minimumSize: minimumSize) {
                    guard let content = interest.kept(file.content) else { continue }
                    files.append(
                        KeptFile(
                            interest: interest.name, path: file.path, layer: layer, mode: file.mode,
                            size: Int64(file.content.count), content: content))
                    isVisible.append(!layers.dropFirst(layer + 1).joined().contains { $0.hides(file.path) })
                }
            }
        }
        self.init(files: files, isVisible: isVisible)
    }

    init(_ files: TestFile...) { self.init(layers: [files]) }
}

extension TestFile {
    func hides(_ other: String) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard let last = parts.last, last.hasPrefix(".wh.") else { return path == other }
        let removed = (parts.dropLast() + [last.dropFirst(4)]).joined(separator: "/")
        return other == removed || other.hasPrefix(removed + "/")
    }
}

extension Interest {
    func takes(_ file: TestFile, minimumSize: Int?) -> Bool {
        let path = file.path
        switch pattern {
        case .path(let exact): return path == exact
        case .name(let name): return path.split(separator: "/").last.map(String.init) == name
        case .suffix(let suffix): return path.hasSuffix(suffix)
        case .folder(let folder, let suffix):
            guard path.hasPrefix(folder + "/"), path.hasSuffix(suffix) else { return false }
            return !path.dropFirst(folder.count + 1).contains("/")
        case .executable(let size): return file.mode & 0o111 != 0 && file.content.count >= minimumSize ?? size
        @unknown default: return false
        }
    }

    func kept(_ content: [UInt8]) -> [UInt8]? {
        switch take {
        case .content(let limit): return content.count <= limit ? content : nil
        case .windows(let marker, let length):
            guard content.starts(with: [0x7F, 0x45, 0x4C, 0x46]) else { return nil }
            let places = Data(content).places(of: Data(marker)).prefix(16)
            guard !places.isEmpty else { return nil }
            return places.flatMap { place -> [UInt8] in
                let window = content[place...].prefix(length)
                return window + Array(repeating: 0, count: length - window.count)
            }
        case .extract(_, let extract):
            guard content.starts(with: [0x7F, 0x45, 0x4C, 0x46]) else { return nil }
            return content.withUnsafeBytes { extract($0) }
        @unknown default: return nil
        }
    }
}

extension Data {
    func places(of marker: Data) -> [Int] {
        var places: [Int] = []
        var start = startIndex
        while let found = range(of: marker, in: start..<endIndex) {
            places.append(found.lowerBound)
            start = found.lowerBound + 1
        }
        return places
    }
}

extension Inventory {
    /// As text, for comparison with a stored one.
    var listing: String {
        var lines = ["distro \(distro.map { "\($0.family) \($0.version)" } ?? "unknown")"]
        if let repositoryRelease { lines.append("repositories of \(repositoryRelease)") }
        lines += packages.map(\.line)
        lines += inquiries.map(\.line)
        lines += diagnostics.map { "\($0.severity): \($0.message) [\($0.location ?? "")]" }
        return lines.map { $0 + "\n" }.joined()
    }
}

extension JarInquiry {
    var line: String {
        let digest = sha1.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let said = manifest.map { ", manifest \($0.name) \($0.version)" } ?? ""
        let named = fileName.map { ", file \($0.artifact) \($0.version)" } ?? ""
        let place = "[layer \(evidence.layer), \(evidence.path)]"
        return "which jar\(isBlank ? "" : " besides"): \(digest.prefix(8))\(said)\(named) \(place)"
    }
}

extension Package {
    var line: String {
        let origin = source.map { " from \($0.name) \($0.version)" } ?? ""
        let architecture = architecture.map { " \($0)" } ?? ""
        let shown = version.isEmpty ? "(no version)" : version
        return "\(kind) \(name) \(shown)\(architecture)\(origin) [layer \(evidence.layer), \(evidence.path)]"
    }
}
