// SPDX-License-Identifier: Apache-2.0

import Samples
import Testing

@testable import PareDockerfile

@Suite struct ParserTests {
    /// Texts with what makes reading hard, one thing each.
    static let texts: [String] = [
        "FROM scratch",
        "FROM scratch\n",
        "\n\n  # comment\n\t\nFROM scratch\n\n# the end\n\n",
        "\u{FEFF}# syntax=docker/dockerfile:1\nFROM scratch\n",
        "#escape=`\r\nFROM scratch\r\nRUN one `\r\n  two\r\n",
        "# escape = \\\n# check=skip=all\nFROM scratch\n",
        "FROM scratch\nRUN a \\\n\n  # inside\n\\\n b\n",
        "FROM scratch\nRUN a \\ \t\n b",
        "FROM scratch\nRUN echo \\\\\nRUN b\n",
        "\\\nFROM scratch\n",
        "from a as b\nfRoM b\nrUn x\n",
        "FROM --platform=$BUILDPLATFORM a\nCOPY --chown=1:2 --link --from=0 a b\n",
        "FROM a\nRUN <<A cat && <<-\"B\" cat\n one\nA\n\ttwo $x\n\tB\nRUN y\n",
        "FROM a\nCOPY <<A <<'B' /x/\nRUN in a\nA\nFROM in b\nB\n",
        "FROM a\nRUN echo $((1 << 3)) \"<<NO\"\nRUN [\"x\", \"<<NO\"]\n",
        "FROM a\nRUN --mount=type=cache,target=\"/a b\" --network=none -- x\n",
        "FROM a\nONBUILD RUN <<E\n x\nE\nONBUILD COPY a b\n",
        "ARG A=\"b c\"\nARG D\nFROM ${A:-x}\n",
        "FROM a\nLABEL a=\"b\\\n c\" d='e f'\nENV A b c\n",
        "FROM a\nRUN printf '\u{1F600}\u{0301}'\n\r\nCMD x\r",
    ]

    @Test(arguments: texts)
    func losesNoByte(_ text: String) throws { expectLossless(try Dockerfile(parsing: text)) }

    @Test(arguments: texts)
    func readsOrRefusesEachPrefix(_ text: String) {
        let bytes = Array(text.utf8)
        for length in 0..<bytes.count { readOrRefuse(String(decoding: bytes[..<length], as: UTF8.self)) }
    }

    /// Lines of the texts thrown together, with bytes changed: whatever is read, is read without loss.
    @Test func losesNothingOfBrokenTexts() {
        var random = SplitMix64(seed: 0x5EED)
        let lines = Self.texts.flatMap { $0.split(separator: "\n", omittingEmptySubsequences: false) }
        for _ in 0..<2000 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                bytes += Array((lines.randomElement(using: &random) ?? "").utf8) + [0x0A]
            }
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                let index = Int.random(in: bytes.indices, using: &random)
                bytes[index] = Array("\\`\n\r #<>-=\"'[]{}$F".utf8).randomElement(using: &random) ?? 0
            }
            readOrRefuse("FROM a\n" + String(decoding: bytes, as: UTF8.self))
        }
    }

    private func readOrRefuse(_ text: String) {
        guard let dockerfile = try? Dockerfile(parsing: text) else { return }
        expectLossless(dockerfile)
        for recipe in Recipe.all {
            let application = ApplicationFacts(
                packageJSON: text, tsconfig: text, files: [text], sources: [text])
            _ = rewrite(dockerfile, for: application, recipe: recipe, on: today)
        }
    }

    @Test func tellsInstructionsApart() throws {
        let dockerfile = try Dockerfile(
            parsing: """
                ARG TAG=3
                FROM --platform=linux/arm64 alpine:${TAG} AS Base
                RUN --mount=type=cache,target=/c --network=none a && \\
                    # why
                    b
                COPY --chown=1 --link x y /z/
                CMD ["a", "b \\u0063"]
                """)
        #expect(dockerfile.globals.map(\.arguments) == ["TAG=3"])
        let stage = try #require(dockerfile.stages.first)
        #expect(stage.name == "base")
        #expect(stage.base == "alpine:${TAG}")
        #expect(stage.instructions.map(\.keyword) == [.from, .run, .copy, .cmd])
        #expect(stage.instructions.map(\.line) == [2, 3, 6, 7])
        #expect(stage.instructions[0].flag("platform") == "linux/arm64")
        #expect(stage.instructions[1].flags.map(\.name) == ["mount", "network"])
        #expect(stage.instructions[1].arguments.fields == ["a", "&&", "b"])
        #expect(stage.instructions[2].flag("chown") == "1")
        #expect(stage.instructions[2].flags.last == Instruction.Flag(name: "link", value: nil))
        #expect(stage.instructions[3].exec == ["a", "b c"])
    }

    @Test func readsHeredocs() throws {
        let dockerfile = try Dockerfile(parsing: Self.texts[12])
        let run = try #require(dockerfile.stages[0].instructions.dropFirst().first)
        #expect(run.heredocs.map(\.name) == ["A", "B"])
        #expect(run.heredocs.map(\.stripsTabs) == [false, true])
        #expect(run.heredocs.map(\.expands) == [true, false])
        #expect(run.heredocs.map { dockerfile.slice($0.range) } == [" one\n", "\ttwo $x\n"])
        #expect(dockerfile.stages[0].instructions.count == 3)
    }

    @Test(arguments: [
        ("", DockerfileError.empty),
        ("# only a comment\n", .empty),
        ("ARG A=1\n", .noStage),
        ("RUN true\n", .noStage),
        ("RUN true\nFROM a\n", .beforeFirstStage(instruction: "RUN", line: 1)),
        ("FROM a\n\nRUM true\n", .unknownInstruction("RUM", line: 3, nearest: "RUN")),
        ("FROM a\nENTRYPIONT x\n", .unknownInstruction("ENTRYPIONT", line: 2, nearest: "ENTRYPOINT")),
        ("FROM a\nRUN a &&\n  apt-get update\n", .unknownInstruction("apt-get", line: 3, nearest: nil)),
        ("FROM a\nRUN\n", .missingArguments(instruction: "RUN", line: 2)),
        ("FROM a\nCOPY --link\n", .missingArguments(instruction: "COPY", line: 2)),
        ("FROM\n", .missingArguments(instruction: "FROM", line: 1)),
        ("FROM a b\n", .malformedFrom("a b", line: 1)),
        ("FROM a AS 1b\n", .malformedFrom("a AS 1b", line: 1)),
        ("FROM a\nRUN <<X\necho\n", .unterminatedHeredoc(name: "X", line: 2)),
        ("FROM a\nONBUILD FROM b\n", .forbiddenTrigger("FROM", line: 2)),
        ("FROM a\nONBUILD RUNN b\n", .unknownInstruction("RUNN", line: 2, nearest: "RUN")),
        ("# escape=x\nFROM a\n", .malformedDirective("escape=x", line: 1)),
        ("# escape=`\n# escape=`\nFROM a\n", .malformedDirective("escape=`", line: 2)),
    ])
    func refuses(_ text: String, _ expected: DockerfileError) {
        #expect(throws: expected) { try Dockerfile(parsing: text) }
        #expect(!expected.problem.isEmpty && expected.hint != nil)
    }

    @Test(arguments: [
        ("$A", "one"), ("${A}", "one"), ("x${A}y$B", "xoney"), ("\\$A", "$A"), ("'$A'", "$A"),
        ("\"$A b\"", "one b"),
        ("${C:-two}", "two"), ("${B:-two}", "two"), ("${B-two}", ""), ("${C-${A}}", "one"),
        ("${A:+three}", "three"),
        ("${B:+three}", ""), ("${B+three}", "three"), ("${A:?no}", "one"), ("$", "$"), ("a$/b", "a$/b"),
        ("$C", nil), ("${C}", nil), ("${C:?no}", nil), ("${A", nil), ("${A#x}", nil), ("${", nil),
        ("\"a", nil),
        (String(repeating: "${C:-", count: 50), nil),
    ])
    func expands(_ text: String, _ expected: String?) {
        #expect(expand(text) { ["A": "one", "B": ""][$0] } == expected)
    }
}
