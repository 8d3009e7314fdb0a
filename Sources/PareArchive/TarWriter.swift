// SPDX-License-Identifier: Apache-2.0

/// Makes a tar archive in memory: POSIX headers, with PAX records where a name is long or a number large.
package struct TarWriter: Sendable {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    /// Adds an entry; a folder's path gets its slash at the end.
    package mutating func add(
        _ path: String, _ content: [UInt8] = [], kind: TarEntry.Kind = .file, mode: UInt16 = 0o644,
        link: String = ""
    ) {
        let path = kind == .folder && !path.hasSuffix("/") ? path + "/" : path
        let type: UInt8 =
            switch kind {
            case .file: UInt8(ascii: "0")
            case .hardLink: UInt8(ascii: "1")
            case .symbolicLink: UInt8(ascii: "2")
            case .folder: UInt8(ascii: "5")
            case .other: UInt8(ascii: "6")
            }
        bytes += Self.header(path, type, size: content.count, mode: mode, link: link)
        bytes += content + Self.padding(after: content.count)
    }

    /// What stands before the content of a file.
    package static func header(ofFile path: String, size: Int) -> [UInt8] {
        header(path, UInt8(ascii: "0"), size: size, mode: 0o644, link: "")
    }

    /// What stands behind a content of so many bytes.
    package static func padding(after size: Int) -> [UInt8] {
        [UInt8](repeating: 0, count: (512 - size % 512) % 512)
    }

    /// The two empty blocks of the end.
    package static let end = [UInt8](repeating: 0, count: 1024)

    /// Adds the two empty blocks of the end.
    package mutating func finish() { bytes += Self.end }

    /// With the PAX records that it needs before it.
    private static func header(
        _ path: String, _ type: UInt8, size: Int, mode: UInt16, link: String
    ) -> [UInt8] {
        var records: [UInt8] = []
        if path.utf8.count > 100 { records += record("path", path) }
        if link.utf8.count > 100 { records += record("linkpath", link) }
        if size >= 1 << 33 { records += record("size", "\(size)") }
        var extended: [UInt8] = []
        if !records.isEmpty {
            extended = block(
                UInt8(ascii: "x"), "PaxHeaders/entry", size: records.count, mode: 0o644, link: "")
            extended += records + padding(after: records.count)
        }
        return extended + block(type, path, size: size, mode: mode, link: link)
    }

    private static func block(
        _ type: UInt8, _ path: String, size: Int, mode: UInt16, link: String
    ) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: some Collection<UInt8>, at offset: Int, limit: Int) {
            header.replaceSubrange(offset..<offset + min(text.count, limit), with: text.prefix(limit))
        }
        func octal(_ value: Int, at offset: Int, digits: Int) {
            let text = String(value, radix: 8)
            put(
                (String(repeating: "0", count: max(0, digits - text.count)) + text).utf8, at: offset,
                limit: digits)
        }
        put(path.utf8, at: 0, limit: 100)
        octal(Int(mode), at: 100, digits: 7)
        octal(0, at: 108, digits: 7)
        octal(0, at: 116, digits: 7)
        octal(size >= 1 << 33 ? 0 : size, at: 124, digits: 11)
        octal(0, at: 136, digits: 11)
        put("        ".utf8, at: 148, limit: 8)
        header[156] = type
        put(link.utf8, at: 157, limit: 100)
        put("ustar\0".utf8, at: 257, limit: 6)
        put("00".utf8, at: 263, limit: 2)
        octal(header.reduce(0) { $0 + Int($1) }, at: 148, digits: 6)
        header[154] = 0
        return header
    }

    /// `LENGTH KEY=VALUE\n`, where the length counts its own digits too.
    private static func record(_ key: String, _ value: String) -> [UInt8] {
        let rest = " \(key)=\(value)\n"
        var length = rest.utf8.count + 1
        while String(length).utf8.count + rest.utf8.count != length { length += 1 }
        return Array("\(length)\(rest)".utf8)
    }
}
