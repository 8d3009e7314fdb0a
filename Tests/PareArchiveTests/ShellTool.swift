// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareArchive
import PareBytes

/// Runs a tool of the machine in a folder, and gives what it writes to standard output.
@discardableResult
func run(_ command: String, in folder: String) throws -> [UInt8] {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-ec", command]
    process.currentDirectoryURL = URL(filePath: folder)
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
        throw FileError.failed(action: "run", path: command, reason: "status \(process.terminationStatus)")
    }
    return Array(output)
}

/// One entry with all that is read of it, for comparisons.
struct ReadEntry: Hashable, Sendable {
    var path: String
    var kind: TarEntry.Kind
    var size: Int64
    var mode: UInt16
    var link: String
    var content: [UInt8]
}

extension TarCursor {
    mutating func readAll() throws -> [ReadEntry] {
        var entries: [ReadEntry] = []
        while let entry = try next() {
            let (path, link) = (String(decoding: path, as: UTF8.self), String(decoding: link, as: UTF8.self))
            let content = entry.kind == .file ? try content(of: entry, limit: 1 << 24) ?? [] : []
            entries.append(
                ReadEntry(
                    path: path, kind: entry.kind, size: entry.size, mode: entry.mode, link: link,
                    content: content))
        }
        return entries
    }
}

/// What a tar holds, read in both ways, which must agree.
func entries(of tar: [UInt8], piece: Int = 1000) throws -> [ReadEntry] {
    let mapped = Result {
        try tar.withUnsafeBytes { bytes in
            var reader = TarReader(bytes)
            return try reader.readAll()
        }
    }
    let streamed = Result {
        var stream = TarStream(ArraySource(tar, piece: piece))
        return try stream.readAll()
    }
    switch (mapped, streamed) {
    case (.success(let mapped), .success(let streamed)):
        guard mapped == streamed else { throw Disagreement() }
        return mapped
    case (.failure(let error), .failure): throw error
    default: throw Disagreement()
    }
}

/// The two ways to read a tar gave different results.
struct Disagreement: Error {}

extension ByteSource {
    /// All that is left, read in pieces of an odd size.
    func readAll(piece: Int = 777) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: piece)
        while true {
            let count = try buffer.withUnsafeMutableBytes { try read(into: $0) }
            if count == 0 { return bytes }
            bytes += buffer.prefix(count)
        }
    }
}
