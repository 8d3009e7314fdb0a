// SPDX-License-Identifier: Apache-2.0

import PareVersions
import Samples
import Testing

/// Random versions and ranges against the programs that set the rules.
@Suite struct OracleTests {
    static func sign(_ left: Version, _ right: Version) -> String {
        left < right ? "<" : left == right ? "=" : ">"
    }

    static func debianText(_ generator: inout SplitMix64) -> String {
        let epoch = generator.one(of: ["", "", "", "1:", "0:", "2:"])
        let pieces = [
            "0", "1", "9", "10", "00", ".", "+", "~", "a", "b", "rc", "deb12u1", "A", "-",
            "184467440737095516",
        ]
        let revision = generator.one(of: ["", "", "-1", "-0", "-1~bpo1", "-2+b1", "-10", "-1.1"])
        return epoch + generator.one(of: ["0", "1", "2"]) + generator.text(of: pieces, upTo: 5) + revision
    }

    @Test(.enabled(if: Oracle.dpkg != nil, "dpkg is not installed"))
    func agreesWithDpkg() throws {
        let dpkg = try #require(Oracle.dpkg)
        var generator = SplitMix64(seed: 1)
        let texts = (0..<64).map { _ in Self.debianText(&generator) }.filter {
            // dpkg wants a revision after a dash.
            Version($0, in: .dpkg) != nil && !$0.hasSuffix("-")
        }
        var pairs: [(String, String)] = []
        for left in texts {
            for right in texts where pairs.count < 1_200 && left != right { pairs.append((left, right)) }
        }
        // One shell asks for all pairs; dpkg answers by its exit code.
        let script = """
            while read -r a b; do
                if \(dpkg) --compare-versions "$a" lt "$b" 2>/dev/null; then echo '<'
                elif \(dpkg) --compare-versions "$a" eq "$b" 2>/dev/null; then echo '='
                else echo '>'; fi
            done
            """
        let answers = try Oracle.output("/bin/sh", ["-c", script], input: pairs.map { "\($0) \($1)" })
        #expect(answers.count == pairs.count && pairs.count >= 1_000)
        for ((left, right), answer) in zip(pairs, answers) {
            let ours = Self.sign(
                try #require(Version(left, in: .dpkg)), try #require(Version(right, in: .dpkg)))
            #expect(ours == answer, "\(left) \(answer) \(right)")
        }
    }

    static func pythonText(_ generator: inout SplitMix64) -> String {
        var text =
            generator.one(of: ["", "", "", "1!", "v"])
            + generator.one(of: ["0", "1", "2", "1.0", "1.2", "1.2.0"])
        text += generator.one(of: ["", "", ".0", ".1", ".10", ".01"])
        text += generator.one(of: ["", "", "", "a1", "b2", "rc1", ".alpha", "-c3", "_pre_2", "preview9"])
        text += generator.one(of: ["", "", "", ".post1", "-1", ".rev2", "-r3", ".post"])
        text += generator.one(of: ["", "", "", ".dev1", "dev", "_dev_2"])
        return text + generator.one(of: ["", "", "", "+abc", "+1", "+abc.2", "+abc-10"])
    }

    @Test(.enabled(if: Oracle.python != nil, "Python's packaging is not installed"))
    func agreesWithPackaging() throws {
        let python = try #require(Oracle.python)
        var generator = SplitMix64(seed: 2)
        let pairs = (0..<1_500).map { _ in (Self.pythonText(&generator), Self.pythonText(&generator)) }
        let script =
            Oracle.pythonImport + """

                import sys
                for line in sys.stdin:
                    a, b = map(Version, line.split())
                    print("<" if a < b else "=" if a == b else ">")
                """
        let answers = try Oracle.output(python, ["-c", script], input: pairs.map { "\($0) \($1)" })
        #expect(answers.count == pairs.count)
        for ((left, right), answer) in zip(pairs, answers) {
            let ours = Self.sign(
                try #require(Version(left, in: .python), "\(left)"), try #require(Version(right, in: .python))
            )
            #expect(ours == answer, "\(left) \(answer) \(right)")
        }
    }

    /// `<` and `>` near the bound are decided otherwise on purpose, so those are asked of releases only.
    @Test(.enabled(if: Oracle.python != nil, "Python's packaging is not installed"))
    func agreesWithPackagingOnRanges() throws {
        let python = try #require(Oracle.python)
        var generator = SplitMix64(seed: 3)
        let cases = (0..<1_500).map { _ in
            let sign = generator.one(of: ["<", "<=", ">", ">=", "==", "!=", "~="])
            var bound = generator.one(of: ["1.0", "1.2", "1.2.3", "2.0", "1.10.0", "1.2rc1", "1.2.post1"])
            if sign == "==" || sign == "!=", generator.one(of: [true, false]) {
                bound = generator.one(of: ["1.*", "1.2.*", "1.0.0.*"])
            }
            let isStrict = sign == "<" || sign == ">"
            let version = isStrict ? generator.one(of: ["1.0", "1.2", "1.2.0", "1.2.3", "1.3", "2"]) : ""
            return (isStrict ? version : Self.pythonText(&generator), sign + bound)
        }
        let script =
            Oracle.pythonImport + """

                import sys
                for line in sys.stdin:
                    version, specifier = line.split()
                    print(SpecifierSet(specifier).contains(version, prereleases=True))
                """
        let answers = try Oracle.output(python, ["-c", script], input: cases.map { "\($0) \($1)" })
        #expect(answers.count == cases.count)
        for ((version, range), answer) in zip(cases, answers) {
            let ours = try VersionRange(range, in: .python).contains(
                try #require(Version(version, in: .python)))
            #expect(ours == (answer == "True"), "\(version) in \(range)")
        }
    }

    @Test(.enabled(if: Oracle.mavenClasses != nil, "Maven's ComparableVersion is not installed"))
    func agreesWithMaven() throws {
        let (java, classes) = (try #require(Oracle.java), try #require(Oracle.mavenClasses))
        var generator = SplitMix64(seed: 4)
        let pieces = [
            "0", "1", "2", "10", "00", ".", ".", "-", "-", "alpha", "a", "b", "beta", "m", "rc", "cr",
            "SNAPSHOT", "final",
            "ga", "sp", "foo", "x", "RELEASE", "123456789012345678901",
        ]
        let texts = (0..<3_000).map { _ in
            generator.one(of: ["1", "2", "1.0", "x"]) + generator.text(of: pieces, upTo: 5)
        }
        // The class compares each argument with the one before it: `   1 < 1.1`.
        let printed = try Oracle.output(
            java, ["-cp", classes, "org.apache.maven.artifact.versioning.ComparableVersion"] + texts)
        let answers = printed.filter { $0.hasPrefix("   ") }.compactMap {
            $0.split(separator: " ").dropFirst().first
        }
        #expect(answers.count == texts.count - 1)
        for ((left, right), answer) in zip(zip(texts, texts.dropFirst()), answers) {
            let ours = Self.sign(
                try #require(Version(left, in: .maven)), try #require(Version(right, in: .maven)))
            #expect(ours == (answer == "==" ? "=" : answer), "\(left) \(answer) \(right)")
        }
    }

    static func npmRange(_ generator: inout SplitMix64) -> String {
        let partials = [
            "*", "x", "0", "1", "1.x", "0.0", "0.2", "1.2", "1.2.x", "1.x.x", "0.0.3", "0.2.3", "1.2.3",
            "2.0.0",
        ]
        let left = partials.filter { $0 != "1.2.3" && $0 != "2.0.0" }
        let withPreRelease =
            partials + ["1.2.3-beta.2", "0.2.3-0", "2.0.0-rc.1", "0.0.3-alpha", "v1.2.3", "1.2.3+build"]
        let signs = ["", "=", "<", "<=", ">", ">=", "~", "^", "~>", "< ", ">= ", "^ "]
        let simple = { (generator: inout SplitMix64) in
            generator.one(of: signs) + generator.one(of: withPreRelease)
        }
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: return generator.one(of: left) + " - " + generator.one(of: withPreRelease)
        case 1, 2: return simple(&generator) + " " + simple(&generator)
        case 3: return simple(&generator) + " || " + simple(&generator) + " " + simple(&generator)
        default: return simple(&generator)
        }
    }

    /// node-semver lets the pre-releases of a lower bound in or out depending on the operator; we go by the
    /// order alone, so no pre-release is asked of such a bound: none of `x.y.0` under `~`, `^0` and at the
    /// left of a hyphen.
    @Test(.enabled(if: Oracle.semverFolder != nil, "node-semver is not installed"))
    func agreesWithNodeSemver() throws {
        let (node, folder) = (try #require(Oracle.node), try #require(Oracle.semverFolder))
        var generator = SplitMix64(seed: 5)
        let versions = [
            "0.0.0", "0.0.3", "0.0.4", "0.1.0", "0.2.0", "0.2.3", "0.2.9", "0.3.0", "1.0.0", "1.2.0", "1.2.3",
            "1.2.4",
            "1.3.0", "1.9.9", "2.0.0", "2.0.1", "3.0.0", "1.2.4-alpha", "1.2.3-beta.1", "1.2.3-beta.10",
            "1.9.1-rc.1",
            "2.0.1-alpha.1", "0.2.4-rc.1", "2.0.0-rc.2", "1.2.3+build.7",
        ]
        let cases = (0..<4_000).map { _ in (generator.one(of: versions), Self.npmRange(&generator)) }
        let script = """
            const semver = require(process.argv[1]);
            const lines = require('fs').readFileSync(0, 'utf8').trim().split('\\n');
            for (const line of lines) {
                const [version, range] = line.split('\\t');
                console.log(semver.satisfies(version, range, {includePrerelease: true}));
            }
            """
        let answers = try Oracle.output(node, ["-e", script, folder], input: cases.map { "\($0)\t\($1)" })
        #expect(answers.count == cases.count)
        for ((version, range), answer) in zip(cases, answers) {
            let ours = try VersionRange(range, in: .npm).contains(try #require(Version(version, in: .npm)))
            #expect(ours == (answer == "true"), "\(version) in \(range)")
        }
    }
}
