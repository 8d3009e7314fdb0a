// SPDX-License-Identifier: Apache-2.0
import PareModel
import Testing

@testable import PareKit

@Suite struct AttachmentNamesTests {
    private let digest: Digest

    init() throws { digest = try #require(Digest("sha256:" + String(repeating: "ab", count: 32))) }

    private func attachment(_ names: [String?], type: String = "", mediaType: String = "application/json")
        -> ImageAttachment
    {
        ImageAttachment(
            digest: digest, type: type, created: nil, subject: digest,
            files: names.map { .init(name: $0, mediaType: mediaType, digest: digest, size: ByteCount(1)) })
    }

    /// What attachments call their files never leads out of a folder, hides, or names two files alike.
    @Test(
        arguments: [
            ("vex.json", "vex.json"), ("a/b/vex.json", "vex.json"), ("../../etc/passwd", "passwd"),
            (#"..\..\evil.exe"#, "evil.exe"), ("/etc/shadow", "shadow"), ("..", "abababababab.json"),
            (".", "abababababab.json"), ("", "abababababab.json"), (nil, "abababababab.json"),
            (".bashrc", "bashrc"), ("-rf", "rf"), ("a\u{0}b\nc\u{1B}[31m", "abc[31m"), ("a b", "ab"),
            ("\u{202E}gnp.exe", "gnp.exe"), ("C:evil", "Cevil"), ("a/", "a"),
            (String(repeating: "x", count: 300), String(repeating: "x", count: 100)),
        ] as [(String?, String)])
    func namesAreClean(_ name: String?, _ expected: String) {
        #expect(attachment([name]).cleanNames == [expected])
    }

    @Test func namesAreDistinctWhereCaseDoesNotCountToo() {
        #expect(
            attachment(["a", "A", "x/a", nil, ""]).cleanNames == [
                "a", "2-A", "3-a", "abababababab.json", "2-abababababab.json",
            ])
    }

    @Test func kindsAreTheTypesBeforeTheFiles() {
        let cdx = "application/vnd.cyclonedx+json"
        #expect(attachment(["a"], type: cdx).kind == "cyclonedx")
        #expect(attachment(["a"], type: "application/vnd.pare.proof.v2", mediaType: cdx).kind == "proof")
        #expect(attachment(["a"], type: "application/x", mediaType: cdx).kind == "cyclonedx")
        #expect(attachment(["a"], type: "../..").kind == "attachment")
    }
}
