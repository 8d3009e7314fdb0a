// SPDX-License-Identifier: Apache-2.0

import PareImage
import PareModel

extension Cataloger {
    /// Packages of Alpine, Wolfi and Chainguard: the database of apk at its old and its new place.
    ///
    /// - SeeAlso: apk-package(5), "installed database"; Trivy's `pkg/fanal/analyzer/pkg/apk`.
    static let apk = Cataloger(
        "apk",
        reads: ["lib/apk/db/installed", "usr/lib/apk/db/installed"].map {
            Interest("apk", .path($0), take: .content(limit: 64 << 20))
        },
        listing: { file, call in
            var path: [UInt8] = []
            var folderLength = 0
            for line in Lines(file.content) where line.count > 2 {
                if line.hasPrefix("F:") {
                    path.removeAll(keepingCapacity: true)
                    path.append(contentsOf: line.dropFirst(2))
                    path.append(UInt8(ascii: "/"))
                    folderLength = path.count
                } else if line.hasPrefix("R:") {
                    path.removeSubrange(min(folderLength, path.count)...)
                    path.append(contentsOf: line.dropFirst(2))
                    call(path[...])
                }
            }
        },
        read: { file in
            var reading = Reading()
            var record = ApkRecord()
            for line in Lines(file.content) {
                if line.count < 2 {
                    reading.add(record, in: file.path)
                    record = ApkRecord()
                } else if line[line.startIndex + 1] == UInt8(ascii: ":") {
                    record.take(line)
                }
            }
            reading.add(record, in: file.path)
            // apk itself keeps one record a name.
            var seen: Set<String> = []
            reading.packages.removeAll { !seen.insert($0.name).inserted }
            return reading
        })
}

/// The fields of one record that matter.
private struct ApkRecord {
    var name = ""
    var version = ""
    var origin = ""
    var architecture = ""

    mutating func take(_ line: ArraySlice<UInt8>) {
        switch line[line.startIndex] {
        case UInt8(ascii: "P"): name = line.dropFirst(2).text
        case UInt8(ascii: "V"): version = line.dropFirst(2).text
        case UInt8(ascii: "o"): origin = line.dropFirst(2).text
        case UInt8(ascii: "A"): architecture = line.dropFirst(2).text
        default: break
        }
    }
}

extension Reading {
    fileprivate mutating func add(_ record: ApkRecord, in path: String) {
        guard !record.name.isEmpty else { return }
        guard ApkVersion.isValid(record.version) else {
            let message = "package '\(record.name)' has no valid version: '\(record.version)'"
            diagnostics.append(Diagnostic(.warning, message, at: path))
            return
        }
        let hasOrigin = !record.origin.isEmpty && record.origin != record.name
        packages.append(
            Package(
                .apk, record.name, record.version,
                architecture: record.architecture.isEmpty ? nil : record.architecture,
                source: hasOrigin ? Package.Source(name: record.origin, version: record.version) : nil,
                in: path))
    }
}

/// What counts as a version of an apk package.
enum ApkVersion {
    private static let suffixes = ["alpha", "beta", "pre", "rc", "cvs", "svn", "git", "hg", "p"].map {
        Array($0.utf8)
    }

    /// `1.2.3a_rc1~0123abcd-r4`: numbers joined by dots, a letter, suffixes with numbers, a commit, a revision; all
    /// but the first number may be missing.
    static func isValid(_ version: String) -> Bool {
        var rest = Array(version.utf8)[...]
        func skip(while condition: (UInt8) -> Bool) -> Int {
            let start = rest.startIndex
            rest = rest.drop(while: condition)
            return rest.startIndex - start
        }
        guard skip(while: \.isDigit) > 0 else { return false }
        while rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            guard skip(while: \.isDigit) > 0 else { return false }
        }
        if let byte = rest.first, (0x61...0x7A).contains(byte) { rest.removeFirst() }
        while rest.first == UInt8(ascii: "_") {
            rest.removeFirst()
            let word = rest.prefix { (0x61...0x7A).contains($0) }
            guard suffixes.contains(Array(word)) else { return false }
            rest = rest.dropFirst(word.count)
            _ = skip(while: \.isDigit)
        }
        if rest.first == UInt8(ascii: "~") {
            rest.removeFirst()
            guard skip(while: { $0.isDigit || (0x61...0x66).contains($0) }) > 0 else { return false }
        }
        if rest.hasPrefix("-r") {
            rest = rest.dropFirst(2)
            guard skip(while: \.isDigit) > 0 else { return false }
        }
        return rest.isEmpty
    }
}
