// SPDX-License-Identifier: Apache-2.0

import PareModel
import Testing

@testable import PareDockerfile

/// The table on board, the line to move to, and what becomes of tags.
@Suite struct ReleaseTests {
    private static let table = ReleaseTable.onBoard

    // MARK: the table on board

    @Test func holdsTheProductsThatImagesStandOn() {
        let products = Set(Self.table.lines.map(\.product))
        #expect(
            products == ["node", "python", "debian", "alpine", "ubuntu", "nginx", "golang", "ruby", "php"])
        #expect(Self.table.date >= Day(2026, 11, 26))
    }

    @Test func holdsEachLineOnce() {
        let names = Self.table.lines.map { "\($0.product) \($0.line)" }
        #expect(Set(names).count == names.count)
        let codenames = Self.table.lines.compactMap { line in line.codename.map { "\(line.product) \($0)" } }
        #expect(Set(codenames).count == codenames.count)
        #expect(codenames.allSatisfy { $0 == $0.lowercased() })
    }

    /// A row without an end of support must be of a line that is young.
    @Test func knowsTheEndOfAllButTheNewest() {
        for product in Set(Self.table.lines.map(\.product)) {
            let lines = Self.table.lines(of: product)
            let open = lines.filter { $0.end == nil }
            #expect(open == lines.suffix(open.count), "\(product)")
            #expect(open.count <= 2, "\(product)")
        }
    }

    @Test func knowsPatchesOfTheirTime() {
        for line in Self.table.lines {
            #expect(line.newestDate.map { $0 <= Self.table.date } ?? true, "\(line)")
            #expect(line.released.map { $0 <= Day(2026, 11, 26) } ?? true, "\(line)")
        }
    }

    // MARK: lines

    @Test(arguments: [
        ("node", "20.11.0", "20"), ("node", "20", "20"), ("node", "Iron", "20"), ("node", "2", nil),
        ("node", "lts", nil), ("node", "", nil), ("python", "3.11.4", "3.11"), ("python", "3.1", nil),
        ("python", "3", nil), ("debian", "12.5", "12"), ("debian", "bookworm", "12"), ("debian", "sid", nil),
        ("ubuntu", "22.04", "22.04"), ("ubuntu", "jammy", "22.04"), ("alpine", "3.18.2", "3.18"),
        ("golang", "1.2", nil), ("golang", "1.22.3", "1.22"), ("none", "1", nil),
    ])
    func findsLines(_ product: String, _ release: String, _ line: String?) {
        #expect(Self.table.line(of: product, for: release)?.line == line)
    }

    @Test(arguments: [
        ("node", "20", Day(2026, 11, 24), "24"), ("node", "18", Day(2026, 11, 24), "24"),
        ("node", "21", Day(2024, 7, 1), nil), ("node", "21", Day(2024, 11, 1), "22"),
        ("node", "20", Day(2026, 4, 30), nil), ("node", "20", Day(2026, 5, 1), "24"),
        ("node", "22", Day(2026, 11, 24), nil), ("node", "24", Day(2026, 11, 24), nil),
        ("node", "8", Day(2026, 11, 24), "24"), ("node", "0.12", Day(2026, 11, 24), "24"),
        ("node", "25", Day(2027, 1, 1), "26"), ("node", "99", Day(2026, 11, 24), nil),
        // Where none has a year left, the newest that is cared for.
        ("node", "24", Day(2029, 1, 1), "26"), ("node", "24", Day(2030, 1, 1), nil),
        ("python", "3.9", Day(2026, 11, 26), "3.12"), ("python", "3.9", Day(2025, 11, 1), "3.11"),
        ("python", "3.11", Day(2026, 11, 26), nil), ("python", "2.7", Day(2026, 11, 26), "3.12"),
        ("python", "3", Day(2026, 11, 26), nil), ("debian", "10", Day(2026, 11, 26), "12"),
        ("debian", "11", Day(2026, 8, 31), nil), ("debian", "11", Day(2026, 9, 1), "12"),
        ("debian", "12", Day(2027, 9, 1), nil), ("debian", "12", Day(2028, 9, 1), "13"),
        // Only those with long-term support count.
        ("ubuntu", "20.04", Day(2026, 11, 26), "24.04"), ("ubuntu", "23.10", Day(2024, 8, 1), "24.04"),
        // A line whose end is not known yet is cared for.
        ("alpine", "3.18", Day(2026, 11, 26), "3.24"), ("golang", "1.22.3", Day(2026, 11, 26), "1.26"),
        ("nginx", "1.25", Day(2026, 11, 26), "1.30"), ("none", "1", Day(2026, 11, 26), nil),
    ])
    func choosesSupportedLines(_ product: String, _ line: String, _ day: Day, _ expected: String?) {
        #expect(Self.table.successor(of: line, of: product, on: day)?.line == expected)
    }

    @Test(arguments: [
        ("debian", Day(2026, 11, 26), "13"), ("debian", Day(2025, 8, 8), "12"),
        ("node", Day(2026, 5, 6), "26"),
        ("debian", Day(2040, 1, 1), nil),
    ])
    func knowsTheNewest(_ product: String, _ day: Day, _ expected: String?) {
        #expect(Self.table.newest(of: product, on: day)?.line == expected)
    }

    // MARK: tags

    private static func tag(_ text: String, of product: String) -> ReleaseTag {
        ReleaseTag(text, of: product, in: table)
    }

    private static let today = Day(2026, 11, 26)

    @Test(arguments: [
        ("20", 20, "24"), ("20.18.0-bookworm-slim", 20, "24-bookworm-slim"), ("18-buster", 18, "24-bookworm"),
        ("20-alpine3.19", 20, "24-alpine"), ("iron-slim", 20, "24-slim"), ("lts-slim", nil, "24-slim"),
        ("latest", nil, "24"), ("bookworm", nil, "24-bookworm"), ("99-slim", 99, "24-slim"),
        ("20-bullseye-slim", 20, "24-bookworm-slim"), ("", nil, "24"),
    ])
    func movesTags(_ tag: String, _ major: Int?, _ moved: String) throws {
        let line = try #require(Self.table.line(of: "node", for: "24"))
        #expect(Self.tag(tag, of: "node").major == major)
        #expect(Self.tag(tag, of: "node").moved(to: line, on: Self.today).text == moved)
    }

    @Test(arguments: [
        ("debian", "buster-slim", "12", "bookworm-slim"), ("debian", "10.4", "12", "12"),
        ("debian", "buster-20240612-slim", "12", "bookworm-slim"), ("ubuntu", "focal", "24.04", "noble"),
        ("ubuntu", "20.04", "24.04", "24.04"), ("python", "3.9.2-slim-buster", "3.12", "3.12-slim-bookworm"),
        ("golang", "1.19-alpine3.17", "1.26", "1.26-alpine"),
    ])
    func keepsTheKindOfName(_ product: String, _ tag: String, _ line: String, _ moved: String) throws {
        let line = try #require(Self.table.line(of: product, for: line))
        #expect(Self.tag(tag, of: product).moved(to: line, on: Self.today).text == moved)
    }

    @Test(arguments: [
        ("node", "20.11.0", "20.20.2"), ("node", "20.11", "20.20"), ("node", "20.11.0-slim", "20.20.2-slim"),
        ("node", "20.11.0-alpine3.19", "20.20.2-alpine"), ("node", "20", nil), ("node", "iron", nil),
        ("node", "lts-slim", nil), ("node", "latest", nil), ("node", "20.20.2", nil),
        ("node", "20.99.0", nil),
        ("node", "99.1.0", nil), ("node", "18.1.0-buster-slim", "18.20.8-bookworm-slim"),
        ("python", "3.11.4-slim", "3.11.16-slim"), ("python", "3.11-slim", nil), ("python", "3", nil),
        ("debian", "12.5", "12.15"), ("debian", "12.5-slim", "12.15-slim"), ("debian", "12", nil),
        ("debian", "bookworm-20240513-slim", "bookworm-slim"), ("debian", "bookworm", nil),
        ("ubuntu", "jammy-20240111", "jammy"), ("ubuntu", "22.04", nil), ("alpine", "3.18.2", "3.18.12"),
        // The newest is not known: the tag that follows the line.
        ("alpine", "3.22.1", "3.22"), ("golang", "1.27.1-bookworm", "1.27-bookworm"),
        ("nginx", "1.25.3-alpine-slim", "1.25.5-alpine-slim"), ("nginx", "stable", nil),
    ])
    func takesNewestPatches(_ product: String, _ tag: String, _ expected: String?) {
        #expect(Self.tag(tag, of: product).newestPatch(on: Self.today)?.text == expected)
    }

    @Test(arguments: [
        ("node", "20", "20-trixie"), ("node", "20-slim", "20-trixie-slim"),
        ("node", "20.11.0-bookworm-slim", "20.11.0-trixie-slim"), ("node", "lts-bullseye", "lts-trixie"),
        ("node", "latest", "trixie"), ("node", "20-alpine", nil), ("node", "20-trixie", nil),
        ("python", "3.11-slim", "3.11-slim-trixie"), ("python", "3.11-slim-bookworm", "3.11-slim-trixie"),
        ("debian", "bookworm-slim", "trixie-slim"), ("debian", "12.5", "13"), ("debian", "trixie", nil),
        ("debian", "sid", nil), ("alpine", "3.18", nil), ("ubuntu", "22.04", nil),
    ])
    func goesToANewerDebian(_ product: String, _ tag: String, _ expected: String?) throws {
        let trixie = try #require(Self.table.line(of: "debian", for: "trixie"))
        #expect(Self.tag(tag, of: product).onDebian(trixie)?.text == expected)
    }

    @Test(arguments: [
        ("docker.io/library/python:3.11", "python"), ("registry.corp:5000/mirror/debian", "debian"),
        ("bitnami/python:3.11", nil), ("cgr.dev/chainguard/python", nil), ("team/node-tools:1", nil),
        ("postgres", nil),
    ])
    func knowsOfficialImages(_ base: String, _ product: String?) throws {
        #expect(try #require(BaseReference(base)).product == product)
    }
}
