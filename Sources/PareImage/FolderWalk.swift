// SPDX-License-Identifier: Apache-2.0
import Glibc
import PareBytes

/// Goes through a root file system in a folder, without following links, as ``LayerWalk`` goes through a tar.
struct FolderWalk {
    private let root: String
    private let matcher: InterestMatcher
    private(set) var reading = LayerReading()
    /// Files with several names, by device and number.
    private var linked: Set<[UInt64]> = []
    private var matched: [Int] = []

    init(_ root: String, matcher: InterestMatcher) {
        self.root = root
        self.matcher = matcher
    }

    /// - Throws: ``FileError`` where the root itself cannot be read; folders below it are left out with a note.
    mutating func run() throws {
        var pending = [""]
        while let folder = pending.popLast() {
            let names: [String]
            do {
                names = try namesInFolder(folder.isEmpty ? root : "\(root)/\(folder)")
            } catch {
                guard !folder.isEmpty else { throw error }
                reading.notes.add(.unreadable, folder)
                continue
            }
            for name in names {
                let path = folder.isEmpty ? name : "\(folder)/\(name)"
                if take(path) { pending.append(path) }
            }
        }
        reading.size = reading.index.entries.reduce(0) { $0 + ($1.isHardLink ? 0 : $1.size) }
    }

    /// Takes one path; `true` for a folder to go into.
    private mutating func take(_ path: String) -> Bool {
        var facts = stat()
        guard lstat("\(root)/\(path)", &facts) == 0 else {
            reading.notes.add(.unreadable, path)
            return false
        }
        let kind: LayerIndex.Kind =
            switch facts.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .folder
            case S_IFLNK: .symbolicLink
            default: .other
            }
        let bytes = Array(path.utf8)
        var cleaned: [UInt8] = []
        guard clean(bytes, into: &cleaned) == .inside else {
            reading.notes.add(.unreadable, path)
            return false
        }
        let link = kind == .symbolicLink ? target(of: path) : []
        let size = kind == .file ? Int64(facts.st_size) : 0
        let mode = UInt16(facts.st_mode & 0o7777)
        let hash = PathHash.of(path)
        guard reading.index.add(path: bytes, link: link, hash: hash, kind: kind, mode: mode, size: size)
        else {
            reading.notes.add(.full, path)
            return false
        }
        if kind == .file, facts.st_nlink > 1,
            !linked.insert([UInt64(facts.st_dev), UInt64(facts.st_ino)]).inserted
        {
            reading.index.entries[reading.index.entries.count - 1].isHardLink = true
        }
        if kind == .file { keep(path, bytes, hash: hash, mode: mode, size: size) }
        return kind == .folder && !isOfSystem(path, device: facts.st_dev)
    }

    private mutating func keep(_ path: String, _ bytes: [UInt8], hash: UInt64, mode: UInt16, size: Int64) {
        bytes.withUnsafeBytes { matcher.match($0, hash: hash, mode: mode, size: size, into: &matched) }
        guard !matched.isEmpty else { return }
        guard let file = try? MappedFile("\(root)/\(path)", followsLinks: false) else {
            reading.notes.add(.unreadable, path)
            return
        }
        for index in matched {
            let interest = matcher.interests[index]
            let content = file.withBytes { bytes in interest.take.kept(of: bytes, releasing: file.release) }
            reading.keep(
                content, interest: interest, path: path, layer: 0, mode: mode, size: Int64(file.count),
                entry: reading.index.entries.count - 1)
        }
    }

    private func target(of path: String) -> [UInt8] {
        let bytes = [UInt8](unsafeUninitializedCapacity: pathLimit) { buffer, count in
            let length = buffer.withMemoryRebound(to: CChar.self) {
                $0.baseAddress.map { readlink("\(root)/\(path)", $0, pathLimit) }
            }
            count = max(0, length ?? 0)
        }
        return bytes
    }

    /// Whether a folder is the kernel's and not the file system's: `/proc` and `/sys` of a machine that is scanned whole.
    private mutating func isOfSystem(_ path: String, device: dev_t) -> Bool {
        guard path == "proc" || path == "sys" else { return false }
        var facts = stat()
        guard stat(root, &facts) == 0, facts.st_dev != device else { return false }
        reading.notes.add(.foreign, path)
        return true
    }
}
