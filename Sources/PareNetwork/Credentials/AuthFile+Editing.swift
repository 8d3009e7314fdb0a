// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import PareBytes

extension AuthFile {
    /// What the file's entry for a registry says of a credential; nothing where a program keeps it.
    static func entry(_ credential: Credential, user: String) -> JSONValue {
        func basic(_ password: String) -> JSONValue {
            .string(Data("\(user):\(password)".utf8).base64EncodedString())
        }
        return switch credential {
        case .password(_, let password): .record([("auth", basic(password.text))])
        // Docker keeps the user's name beside it.
        case .identityToken(let token):
            .record([("auth", basic("")), ("identitytoken", .string(token.text))])
        case .registryToken(let token): .record([("registrytoken", .string(token.text))])
        }
    }

    /// The file with another entry for the whole of a registry, or with none; all else stays in its order.
    func replacing(_ entry: JSONValue?, for registry: String) -> JSONValue {
        let key = RegistryKey(registry: registry, path: "")
        let name = RegistryKey.written(registry, inDockersFile: isDockers)
        var entries: [(String, JSONValue?)] = []
        var isPlaced = false
        for member in json["auths"]?.members ?? [] {
            guard RegistryKey(member.name) == key else {
                entries.append((member.name, member.value))
                continue
            }
            // Older spellings of the key go with the first of them.
            if !isPlaced { entries.append((name, entry)) }
            isPlaced = true
        }
        if !isPlaced { entries.append((name, entry)) }
        let auths = JSONValue.record(entries)
        var members: [(String, JSONValue?)] = (json.members ?? []).map {
            ($0.name, $0.name == "auths" ? auths : $0.value)
        }
        if json["auths"] == nil, entry != nil { members.append(("auths", auths)) }
        return .record(members)
    }
}
