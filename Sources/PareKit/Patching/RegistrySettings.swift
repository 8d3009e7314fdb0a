// SPDX-License-Identifier: Apache-2.0
import Glibc
import PareBytes

/// The user's settings of package registries, as files for a container that is thrown away.
///
/// They hold passwords: no part of them is given to a command line, and none is told.
struct RegistrySettings: Sendable {
    /// Names and contents of the files.
    private(set) var files: [String: String] = [:]
    private var variables: [String: String] = [:]
    private var secrets: Set<String> = []

    /// Where the container sees them.
    static let place = "/pare-settings"

    /// `project` is the application's folder, whose own files may name variables.
    init(environment: [String: String], project: String) {
        let home = environment["HOME"] ?? "/nonexistent"
        func text(_ path: String?) -> String? {
            path.flatMap { try? readFile($0, limit: 1 << 20) }.map { String(decoding: $0, as: UTF8.self) }
        }
        let npmrc = text(environment.npm("userconfig") ?? home + "/.npmrc") ?? ""
        let own = text(project + "/.npmrc") ?? ""
        files["npmrc"] = npmrc + "\n" + environment.npmLines
        let pip = [
            environment["PIP_CONFIG_FILE"], home + "/.config/pip/pip.conf", home + "/.pip/pip.conf",
            "/etc/pip.conf",
        ]
        files["pip.conf"] = pip.lazy.compactMap(text).first ?? ""
        files["netrc"] = text(environment["NETRC"] ?? home + "/.netrc") ?? ""
        variables = environment.filter { Self.isPassedOn($0.key) }
        for name in (npmrc + own).namedVariables { variables[name] = environment[name] }
        for (name, file) in [
            ("NODE_EXTRA_CA_CERTS", "node.pem"), ("SSL_CERT_FILE", "ssl.pem"), ("PIP_CERT", "pip.pem"),
        ] {
            guard let certificates = text(environment[name]) else { continue }
            files[file] = certificates
            variables[name] = Self.place + "/" + file
        }
        for text in [npmrc, own, environment.npmLines] { secrets.formUnion(text.secretValues) }
        for (name, value) in variables where name.isNameOfSecret { secrets.insert(value) }
        for word in (files["netrc"] ?? "").words(after: "password") { secrets.insert(word) }
        for text in Array(files.values) + Array(variables.values) {
            secrets.formUnion(text.passwordsInAddresses)
        }
        secrets = secrets.filter { $0.utf8.count > 3 }
        files["environment"] = variables.sorted { $0.key < $1.key }
            .map { "export \($0.key)='\($0.value.replacing("'", with: "'\\''"))'\n" }.joined()
    }

    private static func isPassedOn(_ name: String) -> Bool {
        let proxies = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY"]
        let prefixes = ["PIP_", "UV_", "POETRY_", "YARN_"]
        let isName = name.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5A).contains($0 & 0xDF) || $0 == 0x5F
        }
        // Places on this machine mean nothing in a container.
        let places = ["_DIR", "_HOME", "_TARGET", "_PREFIX", "_ROOT", "_PYTHON", "_CONFIG_FILE"]
        return isName && !places.contains(where: name.hasSuffix)
            && (proxies.contains(name.uppercased()) || prefixes.contains(where: name.hasPrefix))
    }

    /// Writes the files, for this user alone.
    func write(to folder: String) throws {
        mkdir(folder, 0o700)
        for (name, text) in files { try writeFile(Array(text.utf8), to: folder + "/" + name, mode: 0o600) }
    }

    /// A text without the secrets.
    func redacted(_ text: String) -> String {
        secrets.sorted { $0.utf8.count > $1.utf8.count }.reduce(text) { $0.replacing($1, with: "***") }
    }

    func isTold(in text: String) -> Bool { secrets.contains { text.contains($0) } }
}

extension [String: String] {
    /// A setting of npm by its variable.
    fileprivate func npm(_ name: String) -> String? {
        self["npm_config_" + name] ?? self["NPM_CONFIG_" + name.uppercased()]
    }

    /// npm's variables as lines of its file, since not all of their names can stand in a shell.
    fileprivate var npmLines: String {
        let skipped: Set<String> = [
            "userconfig", "globalconfig", "prefix", "global-prefix", "local-prefix", "cache", "init-module",
            "node-gyp",
            "noproxy", "user-agent", "npm-version",
        ]
        let lines = compactMap { name, value -> String? in
            guard name.lowercased().hasPrefix("npm_config_") else { return nil }
            let key = name.dropFirst(11)
            if key.utf8.contains(UInt8(ascii: "/")) { return "\(key)=\(value)" }
            let plain = key.lowercased()
            let dashed = String(plain.prefix(1)) + String(plain.dropFirst().map { $0 == "_" ? "-" : $0 })
            return skipped.contains(dashed) ? nil : "\(dashed)=\(value)"
        }
        return lines.sorted().joined(separator: "\n") + "\n"
    }
}

extension String {
    /// Names within `${…}`.
    fileprivate var namedVariables: [String] {
        split(separator: "${", omittingEmptySubsequences: false).dropFirst().compactMap { part in
            part.firstIndex { $0 == "}" || $0 == "-" || $0 == "?" }.map { String(part[..<$0]) }
        }
    }

    /// Values of npm's settings that are secrets.
    fileprivate var secretValues: [String] {
        lines(of: self).compactMap { line in
            guard let equals = line.firstIndex(of: "=") else { return nil }
            let key = line[..<equals].filter { !$0.isWhitespace }.lowercased()
            guard ["_authtoken", "_auth", "_password"].contains(where: { key.hasSuffix($0) }) else {
                return nil
            }
            let value = line[line.index(after: equals)...].filter { !$0.isWhitespace && $0 != "\"" }
            return value.contains("${") ? nil : String(value)
        }
    }

    fileprivate var isNameOfSecret: Bool {
        let name = uppercased()
        let words: [String] = ["TOKEN", "PASSWORD", "AUTH", "SECRET", "KEY", "PASS"]
        return words.contains { name.contains($0) }
    }

    /// Passwords of `https://user:password@host`, and tokens of `https://token@host`.
    fileprivate var passwordsInAddresses: [String] {
        split(separator: "://").dropFirst().compactMap { rest in
            let authority = rest.prefix { $0 != "/" && !$0.isWhitespace }
            guard let at = authority.lastIndex(of: "@") else { return nil }
            let words = authority[..<at].split(separator: ":", maxSplits: 1)
            // A token alone stands with its '@', so that a plain user name is not struck out everywhere.
            return words.count == 2 ? String(words[1]) : words.first.map { $0 + "@" }
        }
    }

    fileprivate func words(after word: String) -> [String] {
        let words = split(whereSeparator: \.isWhitespace).map(String.init)
        return zip(words, words.dropFirst()).filter { $0.0 == word }.map(\.1)
    }
}
