// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareModel
import Samples
import Testing

@Suite struct SHA512Tests {
    /// Of FIPS 180-2, appendix C.
    @Test(arguments: [
        (
            "abc",
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
        ),
        (
            "",
            "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
                + "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"
        ),
    ])
    func agreesWithTheStandard(text: String, hex: String) {
        #expect(RunningDigest.digest(of: Array(text.utf8), by: .sha512) == Digest("sha512:\(hex)"))
        var running = RunningDigest(.sha512)
        for byte in text.utf8 { withUnsafeBytes(of: byte) { running.update($0) } }
        #expect(running.finish().hex == hex)
    }

    @Test func leavesTheOtherAlone() {
        #expect(RunningDigest.digest(of: [1, 2], by: .sha256) == SHA256.digest(of: [1, 2]))
    }
}

@Suite struct SHA256Tests {
    /// FIPS 180-4's examples, and a million of `a`.
    @Test(arguments: [
        ("", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ("a", 1_000_000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    ])
    func hashes(_ text: String, _ times: Int, _ hex: String) {
        let bytes = Array(String(repeating: text, count: times).utf8)
        #expect(SHA256.digest(of: bytes).hex == hex)
        var hash = SHA256()
        for start in stride(from: 0, to: bytes.count, by: 997) {
            bytes[start..<min(bytes.count, start + 997)].withUnsafeBytes { hash.update($0) }
        }
        #expect(hash.finish() == Digest("sha256:\(hex)"))
    }
}

@Suite struct ByteSearchTests {
    @Test func findsInPiecesWhatIsInTheWhole() {
        var generator = SplitMix64(seed: 7)
        for _ in 0..<300 {
            let marker = (0..<Int.random(in: 1...6, using: &generator)).map { _ in
                UInt8.random(in: 0...1, using: &generator)
            }
            let text = (0..<Int.random(in: 0...200, using: &generator)).map { _ in
                UInt8.random(in: 0...1, using: &generator)
            }
            let expected = text.indices.filter { text[$0...].starts(with: marker) }
            var search = MarkerSearch(marker)
            var found: [Int] = []
            var rest = text[...]
            while !rest.isEmpty {
                let piece = Array(rest.prefix(Int.random(in: 1...90, using: &generator)))
                rest = rest.dropFirst(piece.count)
                found += piece.withUnsafeBytes { search.offsets(in: $0) }
            }
            #expect(found == expected, "\(marker) in \(text)")
        }
    }

    @Test func findsNothingOfNothing() {
        [UInt8]([1, 2]).withUnsafeBytes { bytes in
            #expect(bytes.offset(of: []) == nil)
            #expect(bytes.offset(of: [2], from: 5) == nil)
            #expect(bytes.offset(of: [2], from: 1) == 1)
            #expect(bytes.offset(of: [1, 2, 3]) == nil)
        }
    }
}

@Suite struct ByteReadingTests {
    @Test func readsWithinBoundsOnly() throws {
        try [UInt8]([1, 2, 3, 0, 4]).withUnsafeBytes { (bytes) throws -> Void in
            #expect(try bytes.littleEndian(UInt16.self, at: 1) == 0x0302)
            #expect(try bytes.zeroTerminated(at: 1, limit: 10) == "\u{2}\u{3}")
            #expect(try Array(bytes.part(at: 3, count: 2)) == [0, 4])
            for offset in [-1, 2, 5, .max, .min] {
                #expect(throws: OutOfBounds.self) { try bytes.littleEndian(UInt32.self, at: offset) }
            }
            for (offset, count) in [(0, 6), (5, 1), (-1, 1), (1, -1), (.max, 1), (1, .max)] {
                #expect(throws: OutOfBounds.self) { try bytes.part(at: offset, count: count) }
            }
            // No zero to the end, and none within the limit.
            #expect(throws: OutOfBounds.self) { try bytes.zeroTerminated(at: 4, limit: 10) }
            #expect(throws: OutOfBounds.self) { try bytes.zeroTerminated(at: 0, limit: 2) }
        }
    }
}
