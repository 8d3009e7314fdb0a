// SPDX-License-Identifier: Apache-2.0
import PareModel
import Testing

@testable import PareReport

@Suite struct WordsTests {
    @Test(arguments: [
        ("/bin/sh -c #(nop) COPY file:71a1 in /app ", "COPY file:71a1 in /app"),
        (
            "/bin/sh -c #(nop) ADD file:" + String(repeating: "0a", count: 32) + " in / ",
            "ADD file:0a0a0a0a in /"
        ),
        ("/bin/sh -c #(nop)  CMD [\"node\"]", "CMD [\"node\"]"),
        ("RUN /bin/sh -c apt-get update # buildkit", "RUN apt-get update"),
        ("RUN |2 A=1 B=x y /bin/sh -c make # buildkit", "RUN make"),
        ("|1 A=1 /bin/sh -c make", "RUN make"),
        ("COPY package*.json ./ # buildkit", "COPY package*.json ./"),
        ("/bin/sh -c set -eux; \t apt-get update", "RUN set -eux; apt-get update"),
        ("WORKDIR /app", "WORKDIR /app"), ("apko", "apko"), ("", ""), ("RUN", "RUN "), ("/bin/sh -c", "RUN "),
    ])
    func historyBecomesAnInstruction(_ createdBy: String, _ expected: String) {
        #expect(instruction(ofHistory: createdBy) == expected)
    }

    @Test(arguments: [
        (
            "/bin/sh -c set -eux; \tapt-get update; \tapt-get install -y --no-install-recommends \t\tgit \t; \trm -rf /x",
            "RUN apt-get install git"
        ),
        ("RUN /bin/sh -c apk add --no-cache curl && rm -rf /tmp/* # buildkit", "RUN apk add curl"),
        ("RUN /bin/sh -c groupadd --gid 1000 node && useradd node", "RUN groupadd --gid 1000 node …"),
        ("RUN --mount=type=cache,target=/x npm ci", "RUN npm ci"),
        ("RUN /bin/sh -c rm -rf /x", "RUN rm -rf /x"),
        ("RUN /bin/sh -c && ; ||", "RUN"), ("RUN", "RUN"), ("COPY a b # buildkit", "COPY a b"), ("", ""),
    ])
    func anInstructionHasAGist(_ createdBy: String, _ expected: String) {
        #expect(gist(ofHistory: createdBy) == expected)
    }

    @Test(arguments: [
        (1_210.0, 117.0, "-90 %"), (100, 8, "-92 %"), (1_078, 1, "-99.9 %"), (100_000, 1, "-99.9 %"),
        (1_098, 19, "-98 %"),
        (14, 0, "-100 %"), (10, 11, "+10 %"), (1_000, 999, "-0.1 %"), (1_000_000, 1_000_001, "+0.1 %"),
        (1, 300, "+29900 %"),
    ])
    func changesAreNeverRoundedUpToAll(_ before: Double, _ after: Double, _ expected: String) {
        #expect(change(before, after) == expected)
    }

    @Test(arguments: [(0.0, 5.0), (3, 3), (-1, 2), (.nan, 1), (1, .infinity)])
    func changesOfNothingSayNothing(_ before: Double, _ after: Double) {
        #expect(change(before, after) == nil)
    }

    @Test(arguments: [
        (0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567"), (-1_000, "-1,000"),
        (Int.min, "-9,223,372,036,854,775,808"),
    ])
    func thousandsArePartedByCommas(_ number: Int, _ expected: String) { #expect(number.grouped == expected) }

    @Test(arguments: [
        (0.0, "0.00 s"), (0.584, "0.58 s"), (12.34, "12.3 s"), (99.96, "1 min 40 s"),
        (3_605.2, "60 min 05 s"), (.nan, "?"),
        (.infinity, "?"),
    ])
    func secondsAreShort(_ seconds: Double, _ expected: String) { #expect(seconds.seconds == expected) }

    @Test(arguments: [
        ("2024-02-28", "2024-03-01", 2), ("2023-02-28T00:00:00Z", "2023-03-01T23:59:59Z", 1),
        ("2023-12-31", "2024-01-01", 1),
        ("2024-01-01", "2025-01-01", 366), ("2024-03-01", "2024-02-28", -2), ("1999-12-31", "2000-03-01", 61),
    ])
    func daysAreCounted(_ first: String, _ last: String, _ expected: Int) {
        #expect(days(from: first, to: last) == expected)
    }

    @Test(arguments: [("", 0), ("abc", 3), ("日本", 4), ("e\u{301}", 1), ("–…✔", 3), ("🙂", 2)])
    func columnsAreCounted(_ text: String, _ columns: Int) {
        #expect(text.columns == columns)
        #expect(text.beginning(columns: columns) == text)
        #expect(text.beginning(columns: max(0, columns - 1)).columns < max(1, columns))
        #expect(text.end(columns: columns) == text)
    }

    @Test(arguments: [
        ("", 5, [""]), ("a bb ccc", 4, ["a bb", "ccc"]), ("abcdefgh ij", 3, ["abc", "def", "gh", "ij"]),
        ("日本日本", 3, ["日", "本", "日", "本"]), ("one", 3, ["one"]),
    ])
    func textsAreWrapped(_ text: String, _ columns: Int, _ lines: [String]) {
        #expect(text.wrapped(columns: columns) == lines)
    }
}
