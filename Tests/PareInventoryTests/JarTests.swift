// SPDX-License-Identifier: Apache-2.0
import PareInventory
import PareModel
import Testing

/// What the name and the manifest of a jar say of it.
@Suite struct JarTests {
    @Test(
        arguments: [
            ("spring-core-5.3.4.jar", "spring-core", "5.3.4"), ("a/b/lib-1.jar", "lib", "1"),
            ("lib-1.0-SNAPSHOT.jar", "lib", "1.0-SNAPSHOT"), ("lib_2.13-1.0.jar", "lib_2.13", "1.0"),
            // The last dash before a digit.
            ("tool-1.0-2.jar", "tool-1.0", "2"), ("lib-1.0-20230101.123-1.jar", "lib-1.0-20230101.123", "1"),
            ("log4j-1.2-api-2.17.jar", "log4j-1.2-api", "2.17"), ("a-1b.jar", "a", "1b"),
            ("1-2.jar", "1", "2"),
            // One other character may end the id.
            ("ü-1.0.jar", "ü", "1.0"), ("iü-1.0.jar", "iü", "1.0"), ("üü-1.0.jar", nil, nil),
            ("a b-1.jar", nil, nil),
            ("a -1.jar", "a ", "1"), ("a*-1.jar", nil, nil), ("a--1.jar", nil, nil), ("-1.0.jar", nil, nil),
            ("--1.jar", nil, nil), ("a-1 b.jar", nil, nil), ("a-1\u{A0}b.jar", "a", "1\u{A0}b"),
            ("lib.jar", nil, nil), ("lib-a.jar", nil, nil), ("lib-.jar", nil, nil), ("lib-1.war", nil, nil),
            ("lib-1.JAR", nil, nil), (".jar", nil, nil), ("jar", nil, nil), ("", nil, nil),
            ("a-1.jar/", nil, nil),
            ("lib-١.jar", nil, nil),
        ] as [(String, String?, String?)])
    func splitsNames(_ path: String, _ artifact: String?, _ version: String?) {
        let name = JarInquiry.FileName(path: path)
        #expect(name?.artifact == artifact && name?.version == version, "\(String(describing: name))")
    }

    static let vendor = "Implementation-Vendor-Id: org.a\n"
    static let title = "Implementation-Title: lib\n"
    static let version = "Implementation-Version: 1\n"

    @Test(
        arguments: [
            (vendor + title + version, "org.a:lib 1"),
            ((vendor + title + version).replacing("\n", with: "\r\n"), "org.a:lib 1"),
            ((vendor + title + version).replacing("\n", with: "\r"), "org.a:lib 1"),
            (String((vendor + title + version).dropLast()), "org.a:lib 1"),
            ((vendor + title + version).uppercased(), "ORG.A:LIB 1"),
            // Which of several counts.
            ("Specification-Title: s\nBundle-Name: b\n" + vendor + title + version, "org.a:lib 1"),
            (
                "Implementation-Vendor: iv\nSpecification-Vendor: sv\nSpecification-Title: st\nBundle-Name: bn\n"
                    + "Specification-Version: 2\nBundle-Version: 3\n", "iv:st 2"
            ),
            ("Bundle-SymbolicName: org.b.lib\nBundle-Name: B\nBundle-Version: 3\n", "org.b:B 3"),
            (
                "Bundle-SymbolicName: org.b.lib;singleton:=true\nBundle-Name: B\nBundle-Version: 3\n",
                "org.b:B 3"
            ),
            ("Bundle-SymbolicName: lib\nBundle-Name: B\nBundle-Version: 3\n", "lib:B 3"),
            ("Bundle-SymbolicName: .lib\nBundle-Name: B\nBundle-Version: 3\n", nil),
            // What is missing, empty, or stands for something else.
            (vendor + title, nil), (title + version, nil), (vendor + version, nil), ("", nil), ("\n", nil),
            (vendor + title + "Implementation-Version: \n", nil),
            (vendor + title + "Implementation-Version:1\n", nil),
            (vendor + "Bundle-Name: %name\n" + version, nil),
            (vendor + "Bundle-Name:   %name\n" + version, nil),
            // Folded values are one; sections of single files are not the jar's.
            (vendor + "Implementation-Title: li\n b\n" + version, "org.a:lib 1"),
            (vendor + "Implementation-Title: li\r\n b\r\n c\r\n" + version, "org.a:libc 1"),
            (" " + vendor + title + version, "org.a:lib 1"),
            (vendor + title + version + "\nName: x\nImplementation-Title: other\n", "org.a:lib 1"),
            (vendor + title + "\nName: x\n" + version, nil),
        ] as [(String, String?)])
    func readsManifests(_ text: String, _ expected: String?) {
        let artifact = JarManifest(Array(text.utf8)).artifact
        #expect(artifact.map { "\($0.name) \($0.version)" } == expected)
    }

    @Test(arguments: [(255, true), (256, false)]) func takesNoLongNames(_ length: Int, _ isTaken: Bool) {
        func name(_ start: String, _ filling: String, _ end: String) -> JarInquiry.FileName? {
            let count = length - start.utf8.count - end.utf8.count
            return JarInquiry.FileName(
                path: "folder/" + start + String(repeating: filling, count: count) + end)
        }
        #expect((name("", "v", "-1.jar") != nil) == isTaken)
        #expect((name("v-", "1", ".jar") != nil) == isTaken)
    }

    @Test(arguments: [(255, true), (256, false), (2 << 20, false)])
    func takesNoLongValues(_ length: Int, _ isTaken: Bool) {
        let (start, rest) = ("v", String(repeating: "v", count: length - 1))
        for whole in [Self.vendor, Self.title, Self.version] {
            let name = whole.prefix { $0 != ":" }
            // Folded too, as writers of manifests do it.
            for line in ["\(name): \(start)\(rest)\n", "\(name): \(start)\n \(rest)\n"] {
                let text = (Self.vendor + Self.title + Self.version).replacing(whole, with: line)
                #expect((JarManifest(Array(text.utf8)).artifact != nil) == isTaken)
            }
        }
    }

    /// What comes after 64 KiB is not looked at, and the last line before may go on there.
    @Test func readsNoLongSections() {
        let claim = Self.vendor + Self.title + Self.version
        func artifact(_ length: Int, _ more: String) -> MavenArtifact? {
            let line = "X: " + String(repeating: "x", count: length - claim.utf8.count - 4) + "\n"
            return JarManifest(Array((line + claim + more).utf8)).artifact
        }
        #expect(artifact(65536, "")?.version == "1")
        #expect(artifact(65535, "\nName: more\n")?.version == "1")
        #expect(artifact(65536, " 2\n") == nil)
        #expect(artifact(65537, "") == nil)
    }

    @Test func anyBytesAreAManifest() {
        for length in 0..<200 {
            _ =
                JarManifest((0..<length).map { _ in [0, 10, 13, 32, 58, 65, 255].randomElement() ?? 0 })
                .artifact
        }
    }
}
