// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import PareEngine

@Suite("What engines and applications say") struct OutputTests {
    struct Build: Sendable, CustomTestStringConvertible {
        let output: String
        let image: String?
        let reason: String
        var testDescription: String { output }
    }

    @Test(arguments: [
        Build(
            output: """
                STEP 1/1: FROM registry.invalid/x
                Trying to pull registry.invalid/x:latest...
                Error: creating build container: initializing source docker://registry.invalid/x:latest: pinging \
                container registry registry.invalid: Get "https://registry.invalid/v2/": dial tcp: lookup \
                registry.invalid on 10.0.0.1:53: no such host
                """, image: "registry.invalid/x:latest", reason: "its registry's name is not known here"),
        Build(
            output: """
                STEP 1/2: FROM thing:20
                Error: creating build container: short-name "thing:20" did not resolve to an alias and no \
                unqualified-search registries are defined in "/etc/containers/registries.conf"
                """, image: "thing:20", reason: "its name lacks a registry, and none is configured"),
        Build(
            output: "STEP 1/2: FROM a/b AS c\nError: creating build container: a/b: image not known",
            image: "a/b", reason: "it is not in the storage"),
        Build(
            output: "STEP 2/2: COPY --from=x/y /a /b\n"
                + "Error: COPY --from=x/y: no stage or image found with that name",
            image: "x/y", reason: "there is neither a stage nor an image of that name"),
        // BuildKit.
        Build(
            output: """
                #2 ERROR: failed to do request: Head "https://registry.invalid/v2/x/manifests/latest": dial tcp
                ERROR: failed to solve: registry.invalid/x: failed to resolve source metadata for \
                registry.invalid/x:latest: failed to do request: Head "https://registry.invalid/v2/x/manifests/latest"\
                : dial tcp: lookup registry.invalid on 10.0.0.1:53: no such host
                """, image: "registry.invalid/x:latest", reason: "its registry's name is not known here"),
        Build(
            output: "ERROR: failed to solve: alpine:0: failed to resolve source metadata for "
                + "docker.io/library/alpine:0: docker.io/library/alpine:0: not found",
            image: "docker.io/library/alpine:0", reason: "its registry does not have it"),
        // docker's own builder.
        Build(
            output: """
                Step 1/3 : FROM node:99
                Get "https://registry-1.docker.io/v2/": net/http: request canceled while waiting for connection: i/o timeout
                """, image: "node:99", reason: "its registry does not answer"),
        Build(
            output:
                "Step 1/3 : FROM --platform=linux/arm64 me/x\npull access denied for me/x, repository does not "
                + "exist or may require 'docker login': denied: requested access to the resource is denied",
            image: "me/x", reason: "its registry denies access, or does not have it"),
        Build(
            output:
                "Step 1/3 : FROM node:99\nmanifest for node:99 not found: manifest unknown: manifest unknown",
            image: "node:99", reason: "its registry does not have it"),
        Build(
            output: "Step 2/2 : COPY --from=x.invalid/y /a /b\n"
                + "invalid from flag value x.invalid/y: Get \"https://x.invalid/v2/\": no such host",
            image: "x.invalid/y", reason: "its registry's name is not known here"),
        // What a step says of other hosts is not about the base.
        Build(
            output: "STEP 2/2: RUN npm install\nnpm error getaddrinfo ENOTFOUND no such host\n"
                + "Error: building at STEP \"RUN npm install\": exit status 1", image: nil, reason: ""),
        Build(
            output:
                "Step 2/2 : RUN curl x\nError response from x: denied\nThe command '/bin/sh -c curl x' returned a "
                + "non-zero code: 6", image: nil, reason: ""),
        Build(
            output: "Step 1/2 : FROM x\nThe command 'y' returned a non-zero code: 6", image: nil, reason: ""),
        Build(output: "", image: nil, reason: ""),
    ])
    func aBaseThatCannotBeHad(build: Build) {
        let failure = BaseFailure(in: build.output.lines)
        #expect(failure?.image == build.image)
        if build.image != nil { #expect(failure?.reason == build.reason) }
    }

    @Test(arguments: [
        (
            1, false, "runc run failed: unable to start container process: exec: \"x\": not found",
            "exec: \"x\": not found"
        ),
        (1, false, "crun: executable file `x` not found in $PATH", "executable file `x` not found in $PATH"),
        (1, true, "exec /x: exec format error", "exec /x: exec format error"),
        (1, true, "exec /x: no such file or directory", "exec /x: no such file or directory"),
        (1, true, "cat: /x: no such file or directory", nil as String?),
        (1, true, "", nil), (0, true, "exec /x: exec format error", nil), (7, true, "sorry", nil),
    ])
    func aRuntimeThatCannotStart(code: Int, wasStarted: Bool, said: String, reason: String?) {
        let errors = Tail()
        errors.append(Array("more\n\(said)\n".utf8))
        if said.isEmpty { errors.append([]) }
        #expect(Engine.runtimeFailure(.exited(code), errors, wasStarted: wasStarted) == reason)
    }

    @Test(arguments: [
        (
            127,
            "docker: Error response from daemon: failed to create task for container: OCI runtime create failed: "
                + "runc create failed: unable to start container process: exec: \"x\": not found: unknown.",
            "exec: \"x\": not found: unknown." as String?
        ),
        (125, "docker: Error response from daemon: port is already allocated.", "port is already allocated."),
        (126, "Error: OCI runtime error: runc: boom", "runc: boom"),
        (127, "sh: 1: x: not found", nil), (1, "docker: Error response from daemon: no", nil),
    ])
    func anEngineThatCannotStart(code: Int, said: String, reason: String?) {
        let errors = Tail()
        errors.append(Array(said.utf8))
        #expect(Engine.engineFailure(.exited(code), errors) == reason)
    }

    @Test func theTailIsKept() {
        let tail = Tail(limit: 8)
        for piece in ["abc", "defg", "äöü", "\nx"] { tail.append(Array(piece.utf8)) }
        #expect(tail.text == "äöü\nx")
        tail.append(Array(String(repeating: "z", count: 100).utf8))
        #expect(tail.text == "zzzzzzzz")
        // A character that the limit cuts is left out.
        let cut = Tail(limit: 3)
        cut.append(Array("äö".utf8))
        cut.append(Array("ü".utf8))
        #expect(cut.text == "ü")
    }

    @Test func linesAreCutWhereverThePiecesEnd() {
        let text = Array("first\r\nsecond \u{1B}[31mred\u{1B}[0m\n\n  \nhalf\rthird".utf8)
        for size in 1...text.count {
            var cutter = LineCutter()
            var lines: [String] = []
            for start in stride(from: 0, to: text.count, by: size) {
                lines += cutter.cut(Array(text[start..<min(start + size, text.count)]))
            }
            #expect(lines + [cutter.flush()] == ["first", "second red", "half", "third"])
        }
        var cutter = LineCutter()
        #expect(cutter.cut(Array(repeating: 65, count: 100_000) + [10]).map(\.count) == [4096])
    }

    @Test(arguments: [
        ("plain", "plain"), ("\u{1B}]0;title\u{7}x", "0;titlex"), ("a\u{1B}", "a"), ("a\u{1B}[", "a"),
        ("a\tb\u{9B}2Jc", "a b2Jc"),
        ("größe ✓", "größe ✓"),
    ])
    func terminalsAreNotSteered(said: String, shown: String) { #expect(said.printable == shown) }

    @Test(arguments: [
        ("/", "/"), ("books?q=1&r=a%20b#x", "/books?q=1&r=a%20b#x"),
        ("/a b\r\nHost: x", "/a%20b%0D%0AHost:%20x"),
        ("/größe", "/gr%C3%B6%C3%9Fe"),
    ])
    func pathsStayOnTheirLine(path: String, target: String) { #expect(path.requestTarget == target) }
}
