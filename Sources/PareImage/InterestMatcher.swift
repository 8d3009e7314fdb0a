// SPDX-License-Identifier: Apache-2.0
import PareModel

/// Finds the interests that a path is in, fast enough to be asked for every file of an image.
struct InterestMatcher: Sendable {
    let interests: [Interest]
    private var paths: [UInt64: [Int]] = [:]
    private var names: [UInt64: [Int]] = [:]
    /// By the last byte of the suffix; the last list is of empty suffixes.
    private var suffixes = [[Int]](repeating: [], count: 257)
    private var executables: [(minimumSize: Int, interest: Int)] = []
    private let texts: [(folder: [UInt8], text: [UInt8])]
    /// What tells the interests apart from others.
    let description: String

    init(_ interests: [Interest]) {
        self.interests = interests
        description = interests.map(\.description).joined(separator: "\n")
        texts = interests.map { interest in
            switch interest.pattern {
            case .path(let text), .name(let text), .suffix(let text): ([], Array(text.utf8))
            case .folder(let folder, let suffix): (Array(folder.utf8) + [0x2F], Array(suffix.utf8))
            case .executable: ([], [])
            }
        }
        for (index, interest) in interests.enumerated() {
            switch interest.pattern {
            case .path(let path): paths[PathHash.of(path), default: []].append(index)
            case .name(let name): names[PathHash.of(name), default: []].append(index)
            case .suffix, .folder: suffixes[texts[index].text.last.map(Int.init) ?? 256].append(index)
            case .executable(let size): executables.append((size, index))
            }
        }
    }

    /// The interests that a regular file is in.
    ///
    /// - Parameters:
    ///   - path: Clean and not empty.
    ///   - hash: Of the path.
    ///   - mode: Permission bits.
    ///   - size: In bytes.
    ///   - found: What is found, in place of what was there.
    func match(
        _ path: UnsafeRawBufferPointer, hash: UInt64, mode: UInt16, size: Int64, into found: inout [Int]
    ) {
        found.removeAll(keepingCapacity: true)
        for (minimum, index) in executables where mode & 0o111 != 0 && size >= minimum { found.append(index) }
        if let indices = paths[hash] {
            for index in indices where path.elementsEqual(texts[index].text) { found.append(index) }
        }
        if !names.isEmpty {
            var start = path.count
            while start > 0, path[start - 1] != 0x2F { start -= 1 }
            let name = UnsafeRawBufferPointer(rebasing: path[start...])
            if let indices = names[start == 0 ? hash : PathHash.of(name)] {
                for index in indices where name.elementsEqual(texts[index].text) { found.append(index) }
            }
        }
        if let last = path.last {
            for index in suffixes[Int(last)] where isBelow(path, index) { found.append(index) }
        }
        for index in suffixes[256] where isBelow(path, index) { found.append(index) }
    }

    private func isBelow(_ path: UnsafeRawBufferPointer, _ index: Int) -> Bool {
        let (folder, suffix) = texts[index]
        guard path.count >= folder.count + suffix.count, path.suffix(suffix.count).elementsEqual(suffix)
        else {
            return false
        }
        guard !folder.isEmpty else { return true }
        return path.count > folder.count && path.starts(with: folder) && !path[folder.count...].contains(0x2F)
    }
}

extension Interest {
    fileprivate var description: String { "\(name) \(pattern.description) \(take.description)" }
}

extension PathPattern {
    /// What tells patterns apart.  Asking a value for its own description takes milliseconds.
    fileprivate var description: String {
        switch self {
        case .path(let path): "path \(path)"
        case .name(let name): "name \(name)"
        case .suffix(let suffix): "suffix \(suffix)"
        case .folder(let folder, let suffix): "folder \(folder) \(suffix)"
        case .executable(let size): "executable \(size)"
        }
    }
}

extension Interest.Take {
    /// What tells takes apart; a function is known by the name of its interest.
    fileprivate var description: String {
        switch self {
        case .content(let limit): "content \(limit)"
        case .windows(let marker, let length):
            "windows \(marker.map { String($0, radix: 16) }.joined(separator: " ")) \(length)"
        case .extract(let limit, _): "extract \(limit)"
        }
    }
}
