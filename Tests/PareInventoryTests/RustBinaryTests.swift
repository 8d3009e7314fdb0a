// SPDX-License-Identifier: Apache-2.0

import PareImage
import PareInventory
import PareModel
import Testing

@Suite struct RustBinaryTests {
    /// Bytes as a zlib stream of one stored block.
    static func zlib(_ content: [UInt8]) -> [UInt8] {
        var (low, high): (UInt32, UInt32) = (1, 0)
        for byte in content {
            low = (low + UInt32(byte)) % 65521
            high = (high + low) % 65521
        }
        let length = [UInt8(content.count & 0xFF), UInt8(content.count >> 8)]
        let sum = [UInt8(high >> 8), UInt8(high & 0xFF), UInt8(low >> 8), UInt8(low & 0xFF)]
        return [0x78, 0x01, 0x01] + length + length.map { ~$0 } + content + sum
    }

    /// A 64-bit ELF file with one section besides the table of names.
    static func program(_ section: String, _ content: [UInt8]) -> [UInt8] {
        func number(_ value: Int, _ width: Int) -> [UInt8] {
            (0..<width).map { UInt8(value >> ($0 * 8) & 0xFF) }
        }
        let names = Array("\0\(section)\0.shstrtab\0".utf8)
        let contentOffset = 64
        let namesOffset = contentOffset + content.count
        let table = namesOffset + names.count
        func header(_ name: Int, _ type: Int, _ offset: Int, _ size: Int) -> [UInt8] {
            number(name, 4) + number(type, 4) + number(0, 8) + number(0, 8) + number(offset, 8)
                + number(size, 8)
                + number(0, 24)
        }
        let identity: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1] + Array(repeating: 0, count: 9)
        let start =
            number(2, 2) + number(62, 2) + number(1, 4) + number(0, 16) + number(table, 8) + number(0, 4)
        let counts = [64, 0, 0, 64, 3, 2].flatMap { number($0, 2) }
        return identity + start + counts + content + names + header(0, 0, 0, 0)
            + header(1, 1, contentOffset, content.count)
            + header(section.utf8.count + 2, 3, namesOffset, names.count)
    }

    static let list = """
        {"packages": [{"name": "app", "version": "0.1.0", "root": true}, {"name": "dep", "version": "1.1.0",
        "kind": "runtime", "source": "crates.io"}, {"name": "cc", "version": "1.0.0", "kind": "build"}, {"name": "x"}]}
        """

    func inventory(_ program: [UInt8], mode: UInt16 = 0o755) -> Inventory {
        Inventory(of: SquashedView(layers: [[TestFile("usr/bin/app", program, mode: mode)]], minimumSize: 0))
    }

    @Test func readsCrates() {
        let program = Self.program(".dep-v0", Self.zlib(Array(Self.list.utf8)))
        #expect(
            inventory(program).packages.map(\.line) == [
                "cargo app 0.1.0 [layer 0, usr/bin/app]", "cargo dep 1.1.0 [layer 0, usr/bin/app]",
            ])
        #expect(inventory(program, mode: 0o644).packages.isEmpty)
        #expect(inventory(Self.program(".other", Self.zlib(Array(Self.list.utf8)))).packages.isEmpty)
    }

    @Test func survivesEveryTruncation() {
        let whole = Self.program(".dep-v0", Self.zlib(Array(Self.list.utf8)))
        for length in 0..<whole.count { #expect(inventory(Array(whole[..<length])).packages.isEmpty) }
        let stream = Self.zlib(Array(Self.list.utf8))
        for length in 0..<stream.count {
            let inventory = inventory(Self.program(".dep-v0", Array(stream[..<length])))
            #expect(inventory.packages.isEmpty && inventory.diagnostics.count == (length == 0 ? 0 : 1))
        }
    }
}
