// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import PareNetwork

@Suite struct WebAddressTests {
    @Test(arguments: [
        ("http://a.example", "http://a.example/"),
        ("HTTPS://A.Example:443/V2/?x=%2F&y", "https://a.example/V2/?x=%2F&y"),
        ("https://a.example:5000/v2/#fragment", "https://a.example:5000/v2/"),
        ("http://user:pass%40word@a.example/x", "http://a.example/x"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
        ("http://a.example/a b/ü?q=<>", "http://a.example/a%20b/%C3%BC?q=%3C%3E"),
        ("http://a.example/a/./b/../c/..", "http://a.example/a/"),
        ("http://a.example?x=1", "http://a.example/?x=1"),
        ("http+unix://%2Frun%2Fdocker.sock/v1.41/version", "http+unix://%2Frun%2Fdocker.sock/v1.41/version"),
    ])
    func reads(_ text: String, _ plain: String) { #expect(WebAddress(text)?.text == plain) }

    @Test(arguments: [
        "", "a.example/x", "ftp://a.example/", "http://", "http:///x", "http://a.example:0/",
        "http://a.example:65536/",
        "http://a.example:+80/", "http://a.example:8o/", "http://[::1/", "http://[a.example]/",
        "http://[::1]x/",
        "http://a.example\\@b.example/", "http://a example/", "http://a.example/\r\nX: y",
        "http://a.ex%61mple/",
        "http+unix:///run/docker.sock", "file:///etc/passwd", "http://ä.example/",
    ])
    func refuses(_ text: String) { #expect(WebAddress(text) == nil) }

    @Test(arguments: [
        ("http://b.example/", "http://b.example/"),
        ("//b.example/x", "https://b.example/x"),
        ("/x?y", "https://a.example/x?y"),
        ("x", "https://a.example/v2/x"),
        ("../x", "https://a.example/x"),
        ("?n=2", "https://a.example/v2/list?n=2"),
        ("#top", "https://a.example/v2/list?n=1"),
        ("", "https://a.example/v2/list?n=1"),
        ("x/http://c.example", "https://a.example/v2/x/http://c.example"),
    ])
    func resolves(_ reference: String, _ whole: String) {
        #expect(WebAddress("https://a.example/v2/list?n=1")?.resolving(reference)?.text == whole)
    }

    @Test(arguments: ["javascript:alert(1)", "file:///etc/passwd", "mailto:a@b", "/x\ny", "//"])
    func resolvesNothingElse(_ reference: String) {
        #expect(WebAddress("https://a.example/v2/")?.resolving(reference) == nil)
    }

    @Test(arguments: [
        ("https://user:s3cret@a.example/x?sig=s3cret#s3cret", "https://a.example/x"),
        ("user:s3cret@a.example/x?sig=s3cret", "a.example/x"),
        ("https://us er:s3cret@a.example/", "https://a.example/"),
        ("http://me:s3?cret@a.example:1", "http://a.example:1"),
        ("me:s3/cret@a.example?x", "a.example"), ("me:s3://cret@a.example", "a.example"),
    ])
    func showsNoSecret(_ text: String, _ shown: String) { #expect(WebAddress.shown(text) == shown) }

    @Test func convincesWithUserAndPassword() {
        #expect(WebAddress("http://me:a%3Ab@a.example/")?.basicAuthorization == "Basic bWU6YTpi")
        #expect(WebAddress("http://me@a.example/")?.basicAuthorization == "Basic bWU6")
        #expect(WebAddress("http://a.example/")?.basicAuthorization == nil)
    }
}

@Suite struct RetryAfterTests {
    @Test(arguments: [
        ("0", 0), ("120", 120), (" 7 ", 7), ("99999999999999999999999", 31_536_000),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 37), ("Sunday, 06-Nov-94 08:49:37 GMT", 37),
        ("Sun Nov  6 08:49:37 1994", 37), ("Sat, 05 Nov 1994 08:49:37 GMT", 0),
    ])
    func reads(_ text: String, _ seconds: Int) {
        #expect(RetryAfter(text, now: 784_111_740)?.pause == .seconds(seconds))
    }

    @Test(arguments: [
        "", "-1", "soon", "1.5", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 66 Nov 1994 08:49:37 GMT",
        "a b c d e f g",
    ])
    func refuses(_ text: String) { #expect(RetryAfter(text, now: 0) == nil) }
}
