// SPDX-License-Identifier: Apache-2.0
import NIOHTTP1
import PareModel
import Testing

@testable import PareNetwork

@Suite struct UploadSessionTests {
    /// What a registry gives as the place for the next bytes, where it gave it, and what is meant.
    @Test(
        arguments: [
            (
                "/v2/a/b/blobs/uploads/1?_state=x", "https://r.example/v2/a/b/blobs/uploads/",
                "https://r.example/v2/a/b/blobs/uploads/1?_state=x"
            ),
            (
                "/artifacts/up?id=1", "http://r.example:5000/v2/a/blobs/uploads/",
                "http://r.example:5000/artifacts/up?id=1"
            ),
            (
                "https://other.example/up/1", "https://r.example/v2/a/blobs/uploads/",
                "https://other.example/up/1"
            ),
            ("//other.example/up/1", "https://r.example/v2/a/blobs/uploads/", "https://other.example/up/1"),
            (
                "1?x=y#z", "https://r.example/v2/a/blobs/uploads/?mount=d",
                "https://r.example/v2/a/blobs/uploads/1?x=y"
            ),
            // A registry that does not know that a proxy speaks TLS for it; never to another in the clear.
            (
                "http://r.example/v2/a/blobs/uploads/1", "https://r.example/v2/a/blobs/uploads/",
                "https://r.example/v2/a/blobs/uploads/1"
            ),
            (
                "http://r.example:5000/up/1", "https://r.example:5000/v2/a/blobs/uploads/",
                "https://r.example:5000/up/1"
            ),
            ("http://r.example:5001/up/1", "https://r.example:5000/v2/a/blobs/uploads/", nil),
            ("http://r.example.org/up", "https://r.example/v2/a/blobs/uploads/", nil),
            ("http://r.example/up", "http://r.example/v2/a/blobs/uploads/", "http://r.example/up"),
            ("", "https://r.example/v2/", nil), ("ftp://r.example/up", "https://r.example/v2/", nil),
            ("/up load", "https://r.example/v2/", "https://r.example/up%20load"),
            ("/up\r\nX: y", "https://r.example/v2/", nil),
        ] as [(String, String, String?)])
    func resolvesLocations(_ location: String, _ base: String, _ expected: String?) {
        #expect(UploadSession.resolve(location, from: base) == expected)
    }

    @Test(arguments: [
        ("http://r.example:5001/up", "it leads from https to http"),
        ("ftp://r.example/", "it names no place for it"),
    ])
    func saysWhyAPlaceIsNone(_ location: String, _ reason: String) throws {
        let answer = HTTPAnswer(
            status: 202, headers: ["Location": location], body: HTTPBody { .init { nil } },
            url: "https://r.example:5000/v2/a/blobs/uploads/")
        let reference = ImageReference(registry: "r.example:5000", repository: "a")
        #expect(throws: PushError.noUpload(registry: "r.example:5000", reason: reason)) {
            try UploadSession(answer, of: reference)
        }
    }

    @Test(
        arguments: [
            ("0-99", 100), ("bytes=0-99", 100), ("0-0", 0), ("0-1", 2), ("1-99", nil), ("0-", nil),
            ("0--5", nil),
            ("0-9223372036854775807", nil), ("0-99999999999999999999", nil), ("x", nil), ("", nil),
        ] as [(String, Int?)])
    func readsHowMuchHasArrived(_ text: String, _ expected: Int?) {
        #expect(UploadSession.received(["Range": text]) == expected)
    }
}
