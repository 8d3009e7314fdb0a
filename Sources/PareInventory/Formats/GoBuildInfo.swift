// SPDX-License-Identifier: Apache-2.0

/// What the Go linker writes into an executable: a header of 32 bytes, then, since Go 1.18, the compiler's version and
/// the module list as texts with their lengths.
///
/// - SeeAlso: Go's `src/debug/buildinfo/buildinfo.go`, `src/runtime/debug/mod.go`.
package struct GoBuildInfo: Equatable {
    /// As the compiler names itself: `go1.22.3`, `go1.22.3 X:boringcrypto`.
    package let compiler: String
    package private(set) var main: Module?
    /// Replaced modules stand by their replacement.
    package private(set) var dependencies: [Module] = []
    /// `-ldflags`, `GOOS` …
    package private(set) var settings: [String: String] = [:]

    package struct Module: Equatable {
        package let path: String
        package let version: String

        /// Empty for a module that was built from a working copy.
        package var knownVersion: String { version == "(devel)" ? "" : version }
    }

    package enum Unreadable: Error, Equatable {
        /// The marker stands there by chance, as in programs that look for it themselves.
        case notBuildInfo
        /// The form of Go 1.17 and older, which points to texts elsewhere in the file.
        case pointers
        /// A text is longer than what was kept of the file.
        case cut
    }

    package static let marker: [UInt8] = [0xFF] + Array(" Go buildinf:".utf8)

    /// Enough for the module lists of the biggest programs.  In bytes.
    package static let windowLength = 256 << 10

    /// Reads the first of several windows of a file that is what it seems.
    package init(windows: [UInt8]) throws(Unreadable) {
        var failure = Unreadable.notBuildInfo
        var start = 0
        while start < windows.count {
            let end = min(start + Self.windowLength, windows.count)
            do throws(Unreadable) {
                self = try GoBuildInfo(window: windows[start..<end])
                return
            } catch {
                if failure == .notBuildInfo { failure = error }
            }
            start = end
        }
        throw failure
    }

    /// Reads build information that starts with the marker.
    package init(window: ArraySlice<UInt8>) throws(Unreadable) {
        let headerLength = 32
        guard window.starts(with: Self.marker), window.count >= headerLength else { throw .notBuildInfo }
        let pointerSize = window[window.startIndex + 14]
        let flags = window[window.startIndex + 15]
        guard flags & 2 != 0 else {
            throw (pointerSize == 4 || pointerSize == 8) && flags <= 1 ? .pointers : .notBuildInfo
        }
        var rest = window.dropFirst(headerLength)
        compiler = try Self.text(from: &rest).text
        guard compiler.hasPrefix("go") || compiler.hasPrefix("devel") else { throw .notBuildInfo }
        let modules = try Self.text(from: &rest)
        // Sixteen bytes on both sides frame the list.
        guard modules.count >= 33, modules[modules.endIndex - 17] == UInt8(ascii: "\n") else { return }
        for line in Lines(modules.dropFirst(16).dropLast(16)) { take(line.text) }
    }

    /// A text after its length, which is a variable-length integer of base 128.
    private static func text(from rest: inout ArraySlice<UInt8>) throws(Unreadable) -> ArraySlice<UInt8> {
        var length = 0
        var shift = 0
        while true {
            guard let byte = rest.popFirst() else { throw .cut }
            guard shift <= 28 else { throw .notBuildInfo }
            length |= Int(byte & 0x7F) << shift
            if byte < 0x80 { break }
            shift += 7
        }
        guard length <= rest.count else { throw .cut }
        defer { rest = rest.dropFirst(length) }
        return rest.prefix(length)
    }

    /// Takes one line of the module list; its parts stand between tabs.
    private mutating func take(_ line: String) {
        let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        switch (parts[0], parts.count) {
        case ("mod", 3...): main = Module(path: parts[1], version: parts[2])
        case ("dep", 3...): dependencies.append(Module(path: parts[1], version: parts[2]))
        case ("=>", 3...):
            if !dependencies.isEmpty {
                dependencies[dependencies.count - 1] = Module(path: parts[1], version: parts[2])
            } else if main != nil {
                main = Module(path: parts[1], version: parts[2])
            }
        case ("build", 2...):
            if let (name, value) = line.dropFirst("build\t".count).cut("=") {
                settings[GoQuoting.unquoted(name)] = GoQuoting.unquoted(value)
            }
        default: break
        }
    }

    /// The compiler's version without `go`: `1.22.3`; `nil` for one between releases.
    package var release: String? {
        guard compiler.hasPrefix("go"), let word = compiler.split(separator: " ").first else { return nil }
        return String(word.dropFirst(2))
    }

    /// The main module's version: the module system's, else the one that `-ldflags` stamped in; empty where neither is.
    package var mainVersion: String {
        let known = main?.knownVersion ?? ""
        guard known.isEmpty || known.hasPrefix("v0.0.0") else { return known }
        let stamped = GoLinkerFlags.version(of: main?.path ?? "", in: settings["-ldflags"] ?? "")
        return stamped.isEmpty ? known : stamped
    }
}
