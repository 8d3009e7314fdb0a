// SPDX-License-Identifier: Apache-2.0

/// Writes headers field by field, also such as no tool writes.
struct TarTestWriter {
    var bytes: [UInt8] = []

    /// A size is given as the field shall stand; `patch` changes the header before its checksum is made.
    mutating func add(
        name: String = "x", type: Character = "0", content: [UInt8] = [], link: String = "",
        size: [UInt8]? = nil,
        magic: String = "ustar\u{0}00", signedSum: Bool = false, checksum: Int? = nil,
        patch: (inout [UInt8]) -> Void = { _ in }
    ) {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: some Collection<UInt8>, at offset: Int) {
            header.replaceSubrange(offset..<offset + text.count, with: text)
        }
        put(name.utf8, at: 0)
        put("0000644\0".utf8, at: 100)
        let octal = String(content.count, radix: 8)
        put(size ?? Array((String(repeating: "0", count: 11 - octal.count) + octal + "\0").utf8), at: 124)
        put("        ".utf8, at: 148)
        put(String(type).utf8, at: 156)
        put(link.utf8, at: 157)
        put(magic.utf8, at: 257)
        patch(&header)
        let sum = header.reduce(0) { $0 + (signedSum ? Int(Int8(bitPattern: $1)) : Int($1)) }
        put("\(String(checksum ?? sum, radix: 8))\0 ".utf8, at: 148)
        bytes += header + content + [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
    }
}
