// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareModel
import Testing

@Suite struct ByteCountTests {
    @Test(
        arguments: [
            (0, "0 B"), (1, "1 B"), (12, "12 B"), (999, "999 B"), (1000, "1.00 kB"), (1006, "1.01 kB"),
            (9_994, "9.99 kB"),
            (9_995, "10.0 kB"), (22_528, "22.5 kB"), (99_949, "99.9 kB"), (99_950, "100 kB"),
            (999_499, "999 kB"),
            (999_500, "1.00 MB"), (189_000_000, "189 MB"), (1_234_567_890, "1.23 GB"), (-1500, "-1.50 kB"),
            (Int64.max, "9.22 EB"), (Int64.min, "-9.22 EB"),
        ] as [(Int64, String)])
    func describes(_ bytes: Int64, _ text: String) { #expect(ByteCount(bytes).description == text) }

    @Test func calculatesWithoutTrapping() {
        #expect(ByteCount(Int64.max) + ByteCount(Int64.max) == ByteCount(Int64.max))
        #expect(ByteCount(Int64.min) - ByteCount(1) == ByteCount(Int64.min))
        #expect([1, 2, 3].map { ByteCount($0) }.reduce(.zero, +) == ByteCount(6))
        #expect(ByteCount(3) < ByteCount(4))
        #expect(ByteCount(15).fraction(of: ByteCount(100)) == 0.15)
        #expect(ByteCount(15).fraction(of: .zero) == nil)
    }
}

@Suite struct NumberTests {
    @Test(
        arguments: [
            (0, 0, "0"), (0, 2, "0.00"), (-0.0, 1, "0.0"), (1.005, 1, "1.0"), (0.25, 1, "0.3"),
            (-0.25, 1, "-0.3"),
            (0.05, 1, "0.1"), (-0.04, 1, "0.0"), (-92.34, 1, "-92.3"), (9.999, 2, "10.00"), (1.5, 0, "2"),
            (2.5, 0, "3"),
            (123456.789, 3, "123456.789"), (7, -1, "7"), (1e300, 1, "1e+300"), (.infinity, 1, "inf"),
            (.nan, 1, "nan"),
        ] as [(Double, Int, String)])
    func formats(_ number: Double, _ decimals: Int, _ text: String) {
        #expect(number.formatted(decimals: decimals) == text)
    }
}

@Suite struct DayTests {
    @Test(arguments: [
        ("2025-12-31", "2025-12-31"), ("2024-02-29", "2024-02-29"), ("2000-02-29", "2000-02-29"),
        ("2025-12-31T23:59:59Z", "2025-12-31"), ("2025-12-31Tx", "2025-12-31"), ("0001-01-01", "1-01-01"),
    ])
    func reads(_ text: String, _ day: String) { #expect(Day(text)?.description == day) }

    @Test(arguments: [
        "", "2025", "2025-13-01", "2025-00-01", "2025-02-29", "1900-02-29", "2025-04-31", "2025-01-00",
        "2025-1-01",
        "25-01-01", "2025/01/01", "2025-01-01 ", "2025-01-0x", "+025-01-01", "２025-01-01", "2025-01-011",
    ])
    func refuses(_ text: String) { #expect(Day(text) == nil) }

    @Test func orders() {
        #expect(Day(2025, 1, 31) < Day(2025, 2, 1))
        #expect(Day(2024, 12, 31) < Day(2025, 1, 1))
        #expect(!(Day(2025, 1, 1) < Day(2025, 1, 1)))
    }
}

@Suite struct DigestTests {
    private static let hex = String(repeating: "0123456789abcdef", count: 4)

    @Test func reads() throws {
        let digest = try #require(Digest("sha256:" + Self.hex))
        #expect(digest.description == "sha256:" + Self.hex)
        #expect(digest.short == "0123456789ab")
        #expect(Digest("sha512:" + Self.hex + Self.hex)?.algorithm == .sha512)
        #expect(Digest(sha256: (0..<32).map { UInt8($0 * 8) }).hex.hasPrefix("0008101820"))
        #expect(try JSONDecoder().decode([Digest].self, from: JSONEncoder().encode([digest])) == [digest])
    }

    @Test(arguments: [
        "", "sha256", "sha256:", ":" + hex, "sha256:" + hex.dropLast(), "sha256:" + hex + "0",
        "sha256:" + hex.uppercased(),
        "sha512:" + hex, "sha1:" + hex, "SHA256:" + hex, "sha256:" + hex.dropLast() + "g", " sha256:" + hex,
        "sha256::" + hex.dropLast(),
    ])
    func refuses(_ text: String) {
        #expect(Digest(text) == nil)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([Digest].self, from: JSONEncoder().encode([text]))
        }
    }
}

@Suite struct SeverityTests {
    @Test(arguments: Severity.allCases)
    func names(_ severity: Severity) throws {
        #expect(Severity(name: severity.name) == severity)
        #expect(Severity(name: severity.name.lowercased()) == severity)
        #expect(
            try JSONDecoder().decode([Severity].self, from: JSONEncoder().encode([severity])) == [severity])
    }

    @Test func ordersAndRefuses() {
        #expect(Severity.allCases == Severity.allCases.sorted())
        #expect(Severity.critical > .high)
        #expect(Severity(name: "") == nil)
        #expect(Severity(name: "SEVERE") == nil)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([Severity].self, from: Data(#"["SEVERE"]"#.utf8))
        }
    }

    @Test(
        arguments: [
            (0, FixStatus.unknown), (1, .notAffected), (2, .affected), (3, .fixed), (4, .underInvestigation),
            (5, .willNotFix), (6, .fixDeferred), (7, .endOfLife), (8, .unknown), (-1, .unknown),
            (.max, .unknown),
        ] as [(Int, FixStatus)])
    func statuses(_ number: Int, _ status: FixStatus) { #expect(FixStatus(trivyNumber: number) == status) }
}
