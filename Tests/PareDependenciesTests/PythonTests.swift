// SPDX-License-Identifier: Apache-2.0
import PareBytes
import Testing

@testable import PareDependencies

@Suite struct PythonTests {
    @Test(arguments: [
        ("flask==2.0\n", "flask==9.1\n"), ("Flask [async] == 2.0 # c\n", "Flask [async] ==9.1 # c\n"),
        ("flask>=1,<3,!=2.5", "flask>=9.1,!=2.5"), ("flask", "flask>=9.1"),
        ("flask~=2.0;python_version<'4'", "flask~=9.1;python_version<'4'"),
        ("-e .\nflask===2.0\n", "-e .\nflask==9.1\n"), ("a==1\r\nflask==2.0\r\n", "a==1\r\nflask==9.1\r\n"),
        ("flask==2.0 --hash=sha256:aa\n", "flask==9.1 --hash=sha256:ff\n"),
        (
            "flask==2.0 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n    # via x\n",
            "flask==9.1 \\\n    --hash=sha256:ff\n    # via x\n"
        ),
    ])
    func onlyTheVersionChanges(before: String, after: String) {
        var requirements = Requirements(before)
        let isNamed = requirements.set("FLASK", to: "9.1", hash: "ff")
        #expect(isNamed)
        #expect(requirements.text == after)
    }

    @Test(arguments: [
        "flask @ https://example.com/flask.whl", "./flask", "git+https://x/flask", "-r flask", "flask-x==1",
        "# flask",
    ])
    func whatHasNoVersionStays(_ line: String) {
        var requirements = Requirements(line)
        let isNamed = requirements.set("flask", to: "9", hash: "")
        #expect(!isNamed)
        #expect(requirements.text == line)
    }

    @Test func pinsCanBeLoosened() {
        var requirements = Requirements(
            "a==1 # c\nB_c === 2.0 ; x\nd==1.*\ne==1,!=2\nf>=1\ng\nh==3 --hash=sha256:aa\n")
        #expect(requirements.pins == ["a", "b-c", "h"])
        requirements.loosen(["b-c", "d", "e", "f", "h"])
        #expect(
            requirements.text
                == "a==1 # c\nB_c>=2.0 ; x\nd==1.*\ne==1,!=2\nf>=1\ng\nh>=3 --hash=sha256:aa\n")
    }

    @Test(arguments: [
        ("Werkzeug>=3.1.0", "werkzeug", "3.1.0", "3.0.9"),
        ("a.B[x,y] (>=1,<2) ; python_version < '4'", "a-b", "1.5", "2"),
        ("c ~= 1.4", "c", "1.9", "2.0"), ("d!=1.5,>1", "d", "1.6", "1.5"), ("e[x]==1.*", "e", "1.7", "2"),
    ])
    func requirements(_ text: String, name: String, taken: String, refused: String) {
        let requirement = PythonRequirement(text)
        #expect(requirement.name == name)
        #expect(requirement.takes(taken) && !requirement.takes(refused))
    }

    @Test(arguments: ["a", "a[x]; y > '1'", "a @ https://example.com/a-1.0.whl", "a ===?", ""])
    func whatCannotBeReadTakesAll(_ text: String) {
        #expect(PythonRequirement(text).takes("1.0") && PythonRequirement(text).takes("?"))
    }

    @Test func filesThatAreIncluded() {
        let text = "-r a.txt\n--requirement=b.txt\n-c c.txt\n--constraint d.txt\n# -r e.txt\n-i https://x\n"
        #expect(Requirements(text).included == ["a.txt", "b.txt", "c.txt", "d.txt"])
    }

    @Test func locksOfPoetryAndUV() {
        let uv = """
            version = 1
            [[package]]
            name = "app"
            version = "0.1.0"
            source = { virtual = "." }
            dependencies = [
                { name = "Flask" },
                { name = "x", marker = "a" },
            ]

            [[package]]
            name = "flask"
            version = "2.0.1"
            dependencies = [{ name = "werkzeug" }]

            [[package]]
            name = "werkzeug"
            version = "2.0.1"
            """
        let poetry = """
            [[package]]
            name = "flask"
            version = "2.0.1"

            [package.dependencies]
            Werkzeug = ">=2.0"

            [package.extras]
            async = ["asgiref"]

            [[package]]
            name = "werkzeug"
            version = "2.0.1"
            """
        for text in [uv, poetry] {
            let packages = PythonPackages(lock: text, direct: ["flask"])
            #expect(packages.path(to: "werkzeug") == ["flask", "werkzeug"])
            #expect(packages.named("Werkzeug")?.version == "2.0.1")
            for count in 0...text.utf8.count {
                _ = PythonPackages(lock: String(decoding: text.utf8.prefix(count), as: UTF8.self), direct: [])
            }
        }
    }

    @Test func everyPrefixOfRequirementsIsSurvived() {
        let text = "a[x,y]>=1.0,<2 ; z # c\nb==1 \\\n  --hash=sha256:aa \\\n  --hash=sha256:bb\n-r c.txt\n"
        for count in 0...text.utf8.count {
            var requirements = Requirements(String(decoding: text.utf8.prefix(count), as: UTF8.self))
            _ = requirements.withoutHashes.text
            _ = requirements.set("b", to: "2", hash: "cc")
            _ = requirements.set("a", to: "2", hash: "")
            requirements.add("d", "1", hash: "")
            #expect(requirements.text.contains("d>=1"))
        }
    }
}
