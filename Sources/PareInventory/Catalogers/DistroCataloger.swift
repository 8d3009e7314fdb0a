// SPDX-License-Identifier: Apache-2.0

import PareImage
import PareModel

extension Cataloger {
    /// Which distribution an image is made of, and the Alpine release its packages come from.
    ///
    /// Agrees with Trivy's analyzers of the same files (`pkg/fanal/analyzer/os`), and knows Debian and Ubuntu by their
    /// os-release too.
    static let distro = Cataloger("distro", reads: distroFiles) { file in
        var reading = Reading()
        switch file.path {
        case "etc/lsb-release": reading.claim = ubuntuClaim(file.content)
        case "etc/alpine-release": reading.claim = firstLineClaim("alpine", file.content, rank: 2)
        case "etc/debian_version": reading.claim = debianClaim(file.content)
        case "etc/apk/repositories": reading.repositoryRelease = alpineRelease(file.content)
        default: reading.claim = osReleaseClaim(file.content)
        }
        return reading
    }

    private static let distroFiles =
        [
            "etc/os-release", "usr/lib/os-release", "etc/lsb-release", "etc/alpine-release",
            "etc/debian_version",
            "etc/apk/repositories",
        ].map { Interest("distro", .path($0), take: .content(limit: 1 << 20)) }

    private static func firstLineClaim(_ family: String, _ content: [UInt8], rank: Int) -> DistroClaim? {
        var lines = Lines(content)
        guard let line = lines.next()?.trimmed, !line.isEmpty else { return nil }
        return DistroClaim(family, line.text, rank: rank)
    }

    /// The first line as it is.  A number is taken before os-release's, which has only the major one; a code name
    /// (`trixie/sid`) only where os-release has no number.
    private static func debianClaim(_ content: [UInt8]) -> DistroClaim? {
        let isNumber = content.first?.isDigit == true
        return firstLineClaim("debian", content, rank: isNumber ? 3 : 5)
    }

    private static func ubuntuClaim(_ content: [UInt8]) -> DistroClaim? {
        let values = assignments(content)
        guard values["DISTRIB_ID"] == "Ubuntu", let release = values["DISTRIB_RELEASE"] else { return nil }
        return DistroClaim("ubuntu", release, rank: 0)
    }

    private static func osReleaseClaim(_ content: [UInt8]) -> DistroClaim? {
        let values = assignments(content)
        guard let family = values["ID"]?.lowercased(), !family.isEmpty else { return nil }
        if let version = values["VERSION_ID"], !version.isEmpty {
            // Families that come with another's version file, or with none.
            let isItsOwn = ["ubuntu", "wolfi", "chainguard"].contains(family)
            return DistroClaim(family, version, rank: isItsOwn ? 1 : 4)
        }
        return DistroClaim(family, values["VERSION_CODENAME"] ?? values["BUILD_ID"] ?? "", rank: 6)
    }

    /// Lines `NAME=value`, the value perhaps in quotes.
    private static func assignments(_ content: [UInt8]) -> [String: String] {
        var values: [String: String] = [:]
        for line in Lines(content) {
            guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else { continue }
            var value = line[(equals + 1)...].trimmed
            while let last = value.last, last == UInt8(ascii: "\"") || last == UInt8(ascii: "'") {
                value.removeLast()
            }
            while let first = value.first, first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") {
                value.removeFirst()
            }
            values[line[..<equals].trimmed.text] = value.text
        }
        return values
    }
}

extension Cataloger {
    /// The newest release among the repositories of Alpine, `edge` being newer than any.
    ///
    /// A repository is `https://HOST/alpine/vRELEASE/NAME`, perhaps after a tag.
    static func alpineRelease(_ content: [UInt8]) -> String? {
        var newest: [Int]?
        for line in Lines(content) where line.trimmed.first != UInt8(ascii: "#") {
            guard let release = release(ofRepository: line.text) else { continue }
            if release == "edge" { return "edge" }
            let numbers = release.split(separator: ".").map { Int($0) ?? 0 }
            if newest.map({ $0.lexicographicallyPrecedes(numbers) }) ?? true { newest = numbers }
        }
        return newest?.prefix(2).map(String.init).joined(separator: ".")
    }

    private static func release(ofRepository line: String) -> Substring? {
        guard let address = line.cut("/")?.after, address.first == "/" else { return nil }
        let parts = address.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count > 3, parts[1] == "alpine" else { return nil }
        let release = parts[2].first == "v" ? parts[2].dropFirst() : parts[2]
        let isNumber =
            release.utf8.first?.isDigit == true && release.utf8.allSatisfy { $0.isDigit || $0 == 0x2E }
        return isNumber || release == "edge" ? release : nil
    }
}
