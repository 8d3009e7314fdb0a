// SPDX-License-Identifier: Apache-2.0

import PareBytes
import PareImage
import PareModel

extension Cataloger {
    /// The CPython runtime itself: one package `cpython` with the version that its library, or a program that holds all of
    /// it, has as a constant.
    ///
    /// The constant is the version alone between two zeros, and others stand there as well (`3.2.0`): the one that counts
    /// begins with the release line in the file's name.  A program that only loads the library has none.
    ///
    /// - SeeAlso: CPython, `PY_VERSION` in `Include/patchlevel.h`, returned by `Py_GetVersion` in `Python/getversion.c`.
    static let cpython = Cataloger(
        "cpython",
        reads: lines.flatMap { line in
            ["python\(line)", "libpython\(line).so.1.0", "libpython\(line)m.so.1.0"].map {
                Interest("cpython", .name($0), take: .extract(limit: 128 << 20) { versions(in: $0) })
            }
        },
        deference: .when { package, isListed, packages in
            // Debian's records judge Debian's builds, also where an image keeps the records and no lists of files.
            let path = package.evidence.path
            return (isListed || path.hasPrefix("usr/bin/") || path.hasPrefix("usr/lib/"))
                && packages.contains { $0.isCPython(ofVersion: package.version) }
        }
    ) { file in
        let name = file.path.split(separator: "/").last ?? ""
        let found = file.content.split(separator: 0).map { $0.text }.first { version in
            lines.contains { line in
                (name == "python\(line)" || name.hasPrefix("libpython\(line).")
                    || name.hasPrefix("libpython\(line)m."))
                    && version.hasPrefix(line + ".")
            }
        }
        guard let found else { return Reading() }
        var reading = Reading(packages: [Package(.cpython, "cpython", found, in: file.path)])
        reading.diagnostics = [
            Diagnostic(
                .note,
                "Python \(found) itself is seen but not judged: no feed of the data has its advisories",
                at: file.path)
        ]
        return reading
    }

    private static let lines = ["2.7"] + (6...19).map { "3.\($0)" }

    /// All texts between zeros that are a version of three numbers, with zeros between them; `nil` where there is none.
    private static func versions(in bytes: UnsafeRawBufferPointer) -> [UInt8]? {
        var found: [UInt8] = []
        var start = 0
        while let zero = bytes[start...].firstIndex(of: 0) {
            let text = bytes[start..<zero]
            if isVersion(text) {
                found += text
                found.append(0)
            }
            start = zero + 1
        }
        return found.isEmpty ? nil : found
    }

    /// `3.11.2`, `3.14.0rc1`, `3.12.0a3+`.
    private static func isVersion(_ text: Slice<UnsafeRawBufferPointer>) -> Bool {
        guard (5...16).contains(text.count), let first = text.first, first == 0x32 || first == 0x33 else {
            return false
        }
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count == 1, (1...2).contains(parts[1].count),
            parts[1].allSatisfy(\.isDigit)
        else { return false }
        let patch = parts[2].prefix { $0.isDigit }
        let rest = parts[2].dropFirst(patch.count)
        return (1...2).contains(patch.count)
            && rest.allSatisfy { $0.isDigit || [0x61, 0x62, 0x63, 0x72, 0x2B].contains($0) }
    }
}

extension Package {
    /// `python3.11`, `libpython3.11-minimal` of an upstream version.
    fileprivate func isCPython(ofVersion upstream: String) -> Bool {
        guard name.hasPrefix("python") || name.hasPrefix("libpython") else { return false }
        return version.prefix { !"-+~".contains($0) } == upstream
    }
}
