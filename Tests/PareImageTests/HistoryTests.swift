// SPDX-License-Identifier: Apache-2.0
import PareModel
import Testing

@testable import PareImage

@Suite struct HistoryTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Empty entries begin with `-`.
        let history: [String]
        let base: [Bool]
    }

    static let cases: [Case] = [
        Case(
            testDescription: "Docker",
            history: [
                "/bin/sh -c #(nop) ADD file", "-/bin/sh -c #(nop)  CMD [\"bash\"]", "/bin/sh -c x",
                "-/bin/sh -c #(nop)  CMD [\"app\"]",
            ],
            base: [true, false]),
        Case(
            testDescription: "buildah",
            history: [
                "/bin/sh -c #(nop) ADD file", "-/bin/sh -c #(nop) CMD [\"bash\"]", "/bin/sh -c x",
                "-/bin/sh -c #(nop) CMD [\"app\"]",
            ],
            base: [true, false]),
        Case(
            testDescription: "BuildKit",
            history: [
                "ADD rootfs", "-CMD [\"bash\"]", "RUN /bin/sh -c x # buildkit", "COPY . . # buildkit",
                "-EXPOSE 80", "-CMD [\"app\"]",
            ],
            base: [true, false, false]),
        Case(
            testDescription: "two bases: the nearest counts",
            history: ["ADD", "-CMD a", "RUN 1", "-CMD b", "RUN 2", "-CMD c"], base: [true, true, false]),
        Case(
            testDescription: "no command in the base", history: ["ADD", "-ENV a", "RUN 1", "-CMD c"],
            base: [false, false]),
        Case(testDescription: "one layer", history: ["COPY", "-CMD c"], base: [false]),
        Case(
            testDescription: "a layer that begins with CMD", history: ["CMD is a layer", "RUN 1"],
            base: [false, false]),
        Case(testDescription: "nothing but empty", history: ["-CMD a", "-CMD b"], base: []),
    ]

    @Test(arguments: cases)
    func guessesTheBase(_ example: Case) async throws {
        let filled = example.history.filter { !$0.hasPrefix("-") }
        var image = TestImage(filled.indices.map { entries(["file\($0)"]) })
        image.config["history"] = example.history.map { line -> [String: Any] in
            line.hasPrefix("-")
                ? ["created_by": String(line.dropFirst()), "empty_layer": true] : ["created_by": line]
        }
        try await image.reading { reading in
            #expect(reading.facts.layers.map(\.isBase) == example.base)
            #expect(reading.facts.layers.map(\.createdBy) == filled)
            #expect(reading.diagnostics.isEmpty)
        }
    }

    @Test func saysWhenHistoryDoesNotFit() async throws {
        var image = TestImage([entries(["a"]), entries(["b"])])
        image.config["history"] = [["created_by": "ADD"], ["created_by": "CMD", "empty_layer": true]]
        image.config["rootfs"] = ["diff_ids": ["sha256:12"]]
        try await image.reading { reading in
            #expect(reading.facts.layers.map(\.createdBy) == ["", ""])
            #expect(reading.facts.layers.map(\.isBase) == [false, false])
            #expect(reading.diagnostics.map(\.severity) == [.warning, .note])
        }
    }
}
