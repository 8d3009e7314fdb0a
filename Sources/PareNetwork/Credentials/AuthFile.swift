// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import PareBytes

/// A file of credentials: Docker's `config.json`, or podman's `auth.json`.
///
/// - SeeAlso: docker/cli, `cli/config/configfile/file.go`; containers-auth.json(5).
struct AuthFile: Sendable {
    let path: String
    /// The whole file; an empty object for an empty one.
    let json: JSONValue
    /// Programs by registry, with the key that the file has for it; an empty name undoes ``store``.
    private let programs: [String: (key: String, name: String)]
    /// The program for all other registries.
    private let store: String?
    private let entries: [RegistryKey: Entry]

    private struct Entry {
        let key: String
        let json: JSONValue
    }

    /// More than any such file has.
    static let sizeLimit = 4 << 20

    /// - Throws: `FileError`; ``CredentialError/malformed(file:reason:)``.
    init(path: String) throws { try self.init(path: path, bytes: readFile(path, limit: Self.sizeLimit)) }

    init(path: String, bytes: [UInt8]) throws(CredentialError) {
        self.path = path
        json = try Self.object(in: bytes, path: path)
        store = try Self.store(of: json, path: path)
        programs = try Self.programs(of: json, path: path)
        entries = try Self.entries(of: json, path: path)
    }

    private static func object(in bytes: [UInt8], path: String) throws(CredentialError) -> JSONValue {
        guard bytes.contains(where: { $0 > 0x20 }) else { return .object([]) }
        let json: JSONValue
        do { json = try JSONValue(bytes) } catch {
            throw .malformed(file: path, reason: "it is not JSON at byte \(error.offset)")
        }
        guard json.members != nil else { throw .malformed(file: path, reason: "it is not a JSON object") }
        return json
    }

    private static func store(of json: JSONValue, path: String) throws(CredentialError) -> String? {
        guard let value = json["credsStore"], value != .null else { return nil }
        guard let name = value.text else {
            throw .malformed(file: path, reason: "its 'credsStore' is not a text")
        }
        return name.isEmpty ? nil : name
    }

    private static func members(
        _ name: String, of json: JSONValue, path: String
    ) throws(CredentialError) -> [JSONValue.Member] {
        guard let value = json[name], value != .null else { return [] }
        guard let members = value.members else {
            throw .malformed(file: path, reason: "its '\(name)' is not an object")
        }
        return members
    }

    private static func programs(
        of json: JSONValue, path: String
    ) throws(CredentialError) -> [String: (key: String, name: String)] {
        var programs: [String: (key: String, name: String)] = [:]
        for member in try members("credHelpers", of: json, path: path) {
            guard let name = member.value.text else {
                throw .malformed(
                    file: path, reason: "its 'credHelpers' has no text for '\(RegistryKey(member.name).name)'"
                )
            }
            programs[RegistryKey(member.name).registry] = (member.name, name)
        }
        return programs
    }

    private static func entries(
        of json: JSONValue, path: String
    ) throws(CredentialError) -> [RegistryKey: Entry] {
        var entries: [RegistryKey: Entry] = [:]
        for member in try members("auths", of: json, path: path) {
            guard member.value.members != nil || member.value == .null else {
                throw .malformed(
                    file: path, reason: "its entry for '\(RegistryKey(member.name).name)' is not an object")
            }
            let key = RegistryKey(member.name)
            // A key as it is written now wins over an older one for the same.
            if let other = entries[key], !other.key.contains("://") { continue }
            entries[key] = Entry(key: member.name, json: member.value)
        }
        return entries
    }

    /// Whether Docker writes and reads it, which has a key of its own for Docker Hub.
    var isDockers: Bool { path.hasSuffix("config.json") }

    /// The program that keeps what belongs to a registry, and the name that it knows the registry by.
    func program(for registry: String) -> (name: String, server: String)? {
        if let (key, name) = programs[registry] { return name.isEmpty ? nil : (name, key) }
        return store.map { ($0, RegistryKey.written(registry, inDockersFile: isDockers)) }
    }

    /// Whether the file has an entry for the whole of a registry, or a program of its own.
    func hasEntry(for registry: String) -> Bool {
        programs[registry] != nil || entries[RegistryKey(registry: registry, path: "")] != nil
    }

    /// Whether that entry holds more than the note that a program keeps the secret.
    func hasSecret(for registry: String) -> Bool {
        entries[RegistryKey(registry: registry, path: "")]?.json.members?.isEmpty == false
    }

    /// Whether any entry does.
    var hasSecrets: Bool { entries.values.contains { $0.json.members?.isEmpty == false } }

    /// What the file itself says for a repository: the entry for most of its path.
    func credential(forRegistry registry: String, repository: String) throws(CredentialError) -> Credential? {
        var path = repository[...]
        while true {
            if let entry = entries[RegistryKey(registry: registry, path: String(path))],
                let credential = try credential(of: entry)
            {
                return credential
            }
            guard !path.isEmpty else { return nil }
            path = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
        }
    }

    private func credential(of entry: Entry) throws(CredentialError) -> Credential? {
        func bad(_ name: String, _ reason: String) -> CredentialError {
            let entry = RegistryKey(entry.key).name
            return .malformed(file: path, reason: "the '\(name)' of its entry for '\(entry)' \(reason)")
        }
        func text(_ name: String) throws(CredentialError) -> String? {
            guard let value = entry.json[name], value != .null else { return nil }
            guard let text = value.text else { throw bad(name, "is not a text") }
            return text.isEmpty ? nil : text
        }
        if let token = try text("registrytoken") { return .registryToken(Secret(token)) }
        if let token = try text("identitytoken") { return .identityToken(Secret(token)) }
        guard let auth = try text("auth") else {
            guard let user = try text("username"), let password = try text("password") else { return nil }
            return Credential(user: user, secret: password)
        }
        guard let data = Data(base64Encoded: auth.filter { !$0.isWhitespace }) else {
            throw bad("auth", "is not base64")
        }
        guard let plain = String(validating: data, as: UTF8.self) else {
            throw bad("auth", "is not UTF-8")
        }
        guard let colon = plain.firstIndex(of: ":"), colon > plain.startIndex else {
            throw bad("auth", "has no user and ':'")
        }
        // Old Dockers filled the password up with zero bytes.
        let password = plain[plain.index(after: colon)...].unicodeScalars.filter { $0 != "\0" }
        return Credential(user: String(plain[..<colon]), secret: String(String.UnicodeScalarView(password)))
    }
}

extension Credential {
    /// The user that stands for "the password is an identity token".
    static let tokenUser = "<token>"

    init(user: String, secret: String) {
        self = user == Self.tokenUser ? .identityToken(Secret(secret)) : .password(user: user, Secret(secret))
    }
}
