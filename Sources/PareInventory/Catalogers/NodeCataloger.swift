// SPDX-License-Identifier: Apache-2.0

import PareImage
import PareModel

extension Cataloger {
    /// The Node.js runtime itself, whatever its file is called: one package `node` with the version in its executable.
    ///
    /// Node's inspector names itself `node.js/vVERSION`, a constant of every build, from nodejs.org's, Alpine's and
    /// Debian's `libnode.so` alike.  Texts that merely speak of `node.js/v8` have no whole version behind it, and only
    /// big ELF files are looked at.  Electron has a Node.js inside but releases and patches of its own: not counted.
    static let node = Cataloger(
        "node", reads: nodeFiles + [electron],
        deference: .when { isOfDistro($0, isListed: $1, among: $2) }, unless: electron.name
    ) { file in
        guard file.interest == "node", let version = NodeMark.version(in: file.content) else {
            return Reading()
        }
        return Reading(packages: [Package(.node, "node", version, in: file.path)])
    }

    /// Smaller than any build of Node.js, bigger than nearly every other program.  In bytes.
    private static let smallestNode = 8 << 20

    private static let nodeFiles =
        [Interest("node", .executable(minimumSize: smallestNode), take: nodeWindows)]
        + libraries.map { Interest("node", .name($0), take: nodeWindows) }

    private static let nodeWindows = Interest.Take.windows(marker: NodeMark.marker, length: NodeMark.length)

    private static let electron = Interest(
        "electron", .executable(minimumSize: smallestNode),
        take: .windows(marker: Array("ELECTRON_RUN_AS_NODE".utf8), length: 32))

    /// Node.js as a library, which needs no execute bit; the number is the module version of a release line.
    ///
    /// - SeeAlso: nodejs/node `doc/abi_version_registry.json`.
    private static let libraries =
        ["libnode.so"] + [72, 83, 93, 102, 108, 111, 115, 120, 127, 131, 137, 141].map { "libnode.so.\($0)" }

    /// Whether the distribution's advisories already judge this Node.js: it has a Node.js package of the same upstream
    /// version, and either lists the file or could have put it there.
    ///
    /// A package that NodeSource built is in no distribution's advisories, though dpkg lists its files; nor is the
    /// Node.js that a third party's package brings along under another name.
    private static func isOfDistro(_ package: Package, isListed: Bool, among packages: [Package]) -> Bool {
        let path = package.evidence.path
        let isAtPlaceOfDistro = path.hasPrefix("usr/bin/") || path.hasPrefix("usr/lib/")
        guard isListed || isAtPlaceOfDistro else { return false }
        let builds = packages.filter { $0.isNodeBuild(ofVersion: package.version) }
        return !builds.isEmpty && !builds.contains { $0.version.contains("nodesource") }
    }
}

extension Package {
    /// `nodejs`, `nodejs-current`, `nodejs-24`, `libnode115` of an upstream version.
    fileprivate func isNodeBuild(ofVersion upstream: String) -> Bool {
        guard name.hasPrefix("nodejs") || name.hasPrefix("libnode") else { return false }
        let withoutEpoch = version.cut(":")?.after ?? version[...]
        return withoutEpoch.prefix { !"-+~".contains($0) } == upstream
    }
}

/// How Node.js names itself in its executable.
enum NodeMark {
    static let marker = Array("node.js/v".utf8)
    /// Of a window, the marker included.  In bytes.
    static let length = 48

    /// The version in the first window that has a whole one: `20.18.0`, `24.0.0-rc.1`.
    static func version(in windows: [UInt8]) -> String? {
        var start = 0
        while start < windows.count {
            let end = min(start + length, windows.count)
            if let version = wholeVersion(windows[start..<end].dropFirst(marker.count)) { return version }
            start = end
        }
        return nil
    }

    /// Three numbers at the start of a text, and what a pre-release adds.
    private static func wholeVersion(_ text: ArraySlice<UInt8>) -> String? {
        var rest = text
        for part in 0..<3 {
            let digits = rest.prefix { $0.isDigit }
            guard (1...5).contains(digits.count) else { return nil }
            rest = rest.dropFirst(digits.count)
            guard part < 2 else { break }
            guard rest.first == UInt8(ascii: ".") else { return nil }
            rest = rest.dropFirst()
        }
        if rest.first == UInt8(ascii: "-") {
            rest = rest.dropFirst().drop { $0.isDigit || $0.isLetter || $0 == UInt8(ascii: ".") }
        }
        return text[..<rest.startIndex].text
    }
}
