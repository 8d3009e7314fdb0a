// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareBytes
import Samples
import Testing

/// Whatever is in a file, reading it throws or finds something, and ends.
@Suite struct BoltDamageTests {
    /// Looks at everything; returns whether it went through.
    @discardableResult
    private func look(_ bytes: [UInt8]) -> Bool {
        do {
            let file = try BoltSample.open(bytes)
            _ = try file.root.count(below: 1)
            _ = try file.root.entries(startingWith: "npm::")
            _ = try file.bucket(["nested", "deep", "er"])?.value("k")
            _ = try BoltSample.listing(file.root)
            return true
        } catch {
            #expect(error is BoltError)
            return false
        }
    }

    @Test func everyPrefixThrowsOrFindsLess() throws {
        let whole = try BoltSample.mixed(pageSize: 512)
        #expect(look(whole))
        for length in stride(from: 0, to: whole.count, by: 101) { look(Array(whole[..<length])) }
        #expect(!look(Array(whole[..<40])))
        #expect(!look([]))
    }

    @Test(arguments: 0..<8)
    func flippedBytesNeverTrap(seed: UInt64) throws {
        var numbers = SplitMix64(seed: seed)
        let whole = try BoltSample.mixed(pageSize: 512)
        for _ in 0..<60 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...12, using: &numbers) {
                let place = Int.random(in: 1024..<bytes.count, using: &numbers)
                bytes[place] = UInt8.random(in: 0...255, using: &numbers)
            }
            look(bytes)
        }
    }

    /// Headers and elements of pages, where a byte matters most, take extreme values.
    @Test(arguments: [0x00, 0x01, 0x7F, 0x80, 0xFF] as [UInt8])
    func extremeHeadersNeverTrap(value: UInt8) throws {
        let whole = try BoltSample.mixed(pageSize: 512)
        // Pages that begin with their own number are the heads of leaves and branches.
        for page in 3..<whole.count / 512 where Int(whole[page * 512]) == page && page % 3 == 0 {
            for place in 0..<48 {
                var bytes = whole
                bytes[page * 512 + place] = value
                look(bytes)
            }
        }
    }

    @Test func aBranchThatLeadsToItselfEnds() throws {
        var bytes = try BoltSample.flat(3_000, pageSize: 512)
        let branch = try #require(
            (3..<bytes.count / 512).first { bytes[$0 * 512 + 8] == 1 && bytes[$0 * 512 + 10] > 2 })
        for element in 0..<Int(bytes[branch * 512 + 10]) {
            let child = branch * 512 + 16 + element * 16 + 8
            bytes.replaceSubrange(child..<child + 8, with: bytes[branch * 512..<branch * 512 + 8])
        }
        let many = try #require(try BoltSample.open(bytes).bucket(["many"]))
        #expect(throws: BoltError.self) { try many.entries() }
        #expect(throws: BoltError.self) { try many.count() }
    }

    @Test func theNewestValidMetaPageCounts() throws {
        let old = try BoltSample.mixed()
        // The second page has the higher transaction; where it is damaged, the first one serves, and the other way.
        for page in 0...1 {
            var bytes = old
            bytes[page * 4096 + 20] ^= 0xFF
            #expect(try BoltSample.open(bytes).root.count() == 6)
        }
        var bytes = old
        bytes[20] ^= 0xFF
        bytes[4096 + 20] ^= 0xFF
        #expect(throws: BoltError.notBolt("sample.db")) { try BoltSample.open(bytes) }
    }

    @Test func metaPagesOfATransactionThatWasUndoneAreNotUsed() throws {
        // A newer meta page that leads outside the file is believed, as bbolt does, and reading throws.
        var bytes = try BoltSample.mixed()
        let root = 4096 + 16 + 16
        bytes.replaceSubrange(root..<root + 8, with: [0xFF, 0xFF, 0, 0, 0, 0, 0, 0])
        let hash = bytes[4096 + 16..<4096 + 72].reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01B3
        }
        withUnsafeBytes(of: hash.littleEndian) { bytes.replaceSubrange(4096 + 72..<4096 + 80, with: $0) }
        let file = try BoltSample.open(bytes)
        #expect(throws: BoltError.self) { try file.root.entries() }
    }

    @Test func otherFilesAreNoBoltFiles() {
        for text in ["", "hello", String(repeating: "SQLite format 3\u{0}", count: 1_000)] {
            #expect(throws: BoltError.notBolt("sample.db")) { try BoltSample.open(BoltSample.text(text)) }
        }
    }
}
