// SPDX-License-Identifier: Apache-2.0
import PareModel
import Testing

@Suite struct PURLTests {
    private static let debian = Distro(family: "debian", version: "12.5")
    private static let alpine = Distro(family: "alpine", version: "3.19.1")

    private static func package(
        _ kind: Package.Kind, _ name: String, _ version: String, _ architecture: String? = nil
    ) -> Package {
        Package(
            kind, name: name, version: version, architecture: architecture,
            evidence: Package.Evidence(path: "", layer: 0))
    }

    @Test(
        arguments: [
            (
                package(.dpkg, "libc6", "2.36-9+deb12u4", "amd64"), debian,
                "pkg:deb/debian/libc6@2.36-9%2Bdeb12u4?arch=amd64&distro=debian-12.5"
            ),
            (
                package(.dpkg, "vim", "2:9.0~rc1-1", "all"), debian,
                "pkg:deb/debian/vim@9.0~rc1-1?arch=all&distro=debian-12.5&epoch=2"
            ),
            (package(.dpkg, "vim", "x:9"), nil, "pkg:deb/deb/vim@x:9"),
            (
                package(.apk, "ssl_client", "1.36.1-r15", "x86_64"), alpine,
                "pkg:apk/alpine/ssl_client@1.36.1-r15?arch=x86_64&distro=3.19.1"
            ),
            (package(.npm, "@types/node", "20.1.0"), debian, "pkg:npm/%40types/node@20.1.0"),
            (package(.python, "Flask_Login", "0.5"), nil, "pkg:pypi/flask-login@0.5"),
            (package(.gem, "rack", "2.2.0"), nil, "pkg:gem/rack@2.2.0"),
            (
                package(.go, "github.com/Burnt/Sushi", "v1.2.0+incompatible"), nil,
                "pkg:golang/github.com/burnt/sushi@v1.2.0%2Bincompatible"
            ),
            (package(.go, "example.com/main", ""), nil, "pkg:golang/example.com/main"),
            (package(.cargo, "serde_json", "1.0.1"), nil, "pkg:cargo/serde_json@1.0.1"),
            (package(.jar, "org.x:lib", "1.0"), nil, "pkg:maven/org.x/lib@1.0"),
            (package(.node, "node", "20.18.0"), debian, "pkg:generic/node@20.18.0"),
        ] as [(Package, Distro?, String)])
    func writes(_ package: Package, _ distro: Distro?, _ purl: String) {
        #expect(package.purl(distro: distro) == purl)
    }

    /// Whatever a record says, a package URL is of printable ASCII without spaces, quotes or angle brackets.
    @Test(arguments: Package.Kind.allCases, [nil, debian, Distro(family: "a b", version: "\n<\u{1B}")])
    func isPrintable(_ kind: Package.Kind, _ distro: Distro?) {
        let odd = ["é字😀", "\u{202E}\u{1B}[31m", "", "/", "//", "@", ":", "?#", "%"]
        for text in (UInt8(0)...0x7F).map({ String(Unicode.Scalar($0)) }) + odd {
            let package = Self.package(kind, "n" + text, text + ":1" + text, "a" + text)
            let purl = package.purl(distro: distro)
            #expect(
                purl.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"<>\"'\\`".utf8.contains($0) },
                "\(purl) of '\(text)'")
        }
    }
}
