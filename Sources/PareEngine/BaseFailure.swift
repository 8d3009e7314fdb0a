// SPDX-License-Identifier: Apache-2.0

/// Why a build could not begin from its base image, read from the build's output.
///
/// There is no exit code for it, so the sentences of buildah 1.28, podman 4.3, docker 20.10's own builder and
/// BuildKit are known here.
struct BaseFailure: Equatable {
    let image: String
    let reason: String

    /// The failure that the output ends with; `nil` where the build failed otherwise.
    init?(in lines: [String]) {
        // What a RUN step prints must not count, so a sentence counts only as the engine begins it.
        let failure = lines.suffix(20).last(where: Self.isAboutBase) ?? Self.failureOfLegacyDocker(in: lines)
        guard let line = failure else { return nil }
        let named = Self.image(in: line) ?? Self.lastBase(in: lines) ?? "?"
        image = named.hasPrefix("docker://") ? String(named.dropFirst(9)) : named
        reason = Self.reason(in: line)
    }

    private static func isAboutBase(_ line: String) -> Bool {
        let text = line.lowercasedPrefix(64)
        if text.hasPrefix("error: ") || text.hasPrefix("error response from daemon: ") {
            let signs = [
                "creating build container: ", "failed to resolve source metadata", "pull access denied for ",
                "no stage or image found with that name",
            ]
            return signs.contains { line.contains($0) } || isManifestMissing(line) || isDaemonsRequest(line)
        }
        let starts = ["pull access denied for ", "invalid from flag value "]
        return starts.contains { text.hasPrefix($0) } || isManifestMissing(line)
    }

    private static func isManifestMissing(_ line: String) -> Bool {
        line.contains("manifest for ") && line.contains(" not found")
    }

    private static func isDaemonsRequest(_ line: String) -> Bool {
        line.hasPrefix("Error response from daemon: Get \"http")
            || line.hasPrefix("Error response from daemon: Head \"http")
    }

    /// The last line, where docker's own builder ended with a `FROM`: it says no more than the request that
    /// failed.
    private static func failureOfLegacyDocker(in lines: [String]) -> String? {
        guard let step = lines.lastIndex(where: { $0.hasPrefix("Step ") }), lines[step].contains(" : FROM "),
            let last = lines.last, step < lines.count - 1, !last.hasPrefix("The command '")
        else { return nil }
        return last
    }

    /// The image that stands behind one of these words.
    private static func image(in line: String) -> String? {
        let places = [
            "docker://", "short-name \"", "pull access denied for ", "manifest for ", "source metadata for ",
            "COPY --from=", "invalid from flag value ",
        ]
        for place in places {
            guard let start = line.firstRange(of: place)?.upperBound else { continue }
            let word = line[start...].prefix { $0 != " " && $0 != "\"" && $0 != "," }
            return String(word.last == ":" ? word.dropLast() : word)
        }
        return nil
    }

    /// The image of the last `FROM` that the engine showed.
    private static func lastBase(in lines: [String]) -> String? {
        for line in lines.reversed() {
            let words = line.split(separator: " ").map(String.init)
            guard line.hasPrefix("STEP ") || line.hasPrefix("Step "), let from = words.firstIndex(of: "FROM")
            else {
                continue
            }
            return words[from...].dropFirst().first { !$0.hasPrefix("--") }
        }
        return nil
    }

    private static let reasons: [(sign: String, meaning: String)] = [
        ("no stage or image found", "there is neither a stage nor an image of that name"),
        ("no such host", "its registry's name is not known here"),
        ("server misbehaving", "its registry's name could not be looked up"),
        ("Temporary failure in name resolution", "its registry's name could not be looked up"),
        ("i/o timeout", "its registry does not answer"),
        ("context deadline exceeded", "its registry does not answer"),
        ("TLS handshake timeout", "its registry does not answer"),
        ("connection refused", "its registry refuses connections"),
        ("network is unreachable", "there is no way to its registry"),
        ("no route to host", "there is no way to its registry"),
        ("x509", "its registry's certificate is not trusted"),
        ("toomanyrequests", "its registry allows no more pulls for now"),
        ("denied", "its registry denies access, or does not have it"),
        ("unauthorized", "its registry asks for a login, or does not have it"),
        ("authentication required", "its registry asks for a login, or does not have it"),
        ("manifest unknown", "its registry does not have it"),
        ("name unknown", "its registry does not have it"),
        ("not found", "its registry does not have it"),
        ("image not known", "it is not in the storage"),
        ("short-name", "its name lacks a registry, and none is configured"),
        ("no image found in", "there is none for this machine's processor"),
        ("no match for platform", "there is none for this machine's processor"),
    ]

    /// The meaning, or else the end of the engine's own sentence.
    static func reason(in line: String) -> String {
        if let known = reasons.first(where: { line.contains($0.sign) }) { return known.meaning }
        return line.split(separator: ":").suffix(2).joined(separator: ":").drop { $0 == " " }.description
    }
}

extension String {
    fileprivate func lowercasedPrefix(_ length: Int) -> String { prefix(length).lowercased() }

    /// Where a text first stands, byte for byte.
    func firstRange(of text: String) -> Range<String.Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }
}
