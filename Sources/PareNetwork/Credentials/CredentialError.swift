// SPDX-License-Identifier: Apache-2.0
import PareModel

/// Why credentials could not be read or kept.  No secret and no word of another program stands in it.
package enum CredentialError: Explained, Hashable {
    case malformed(file: String, reason: String)
    /// A variable names a file that is not there.
    case missingFile(String, variable: String)
    case missingProgram(String, file: String)
    case programFailed(String, verb: String, file: String, reason: String)
    /// There is neither a home nor a variable that says where to keep something.
    case noPlace
    /// A registry, or its token service, knows no such user or another password.
    case refused(registry: String)
    /// A server is asked whether it is a registry, and answers otherwise.
    case notRegistry(String, status: Int)
    /// A registry leads to another server, which nothing was said for.
    case elsewhere(String, String)

    package var problem: String {
        switch self {
        case .malformed(let file, let reason): "cannot take credentials from '\(file)': \(reason)"
        case .missingFile(let file, let variable): "no file '\(file)', which \(variable) names"
        case .missingProgram(let program, let file): "no program '\(program)', which '\(file)' asks for"
        case .programFailed(let program, let verb, let file, let reason):
            "'\(program) \(verb)', which '\(file)' asks for, \(reason)"
        case .noPlace: "there is no place to keep credentials in: HOME is not set"
        case .refused(let registry): "'\(registry)' does not take this user and password"
        case .notRegistry(let name, let status):
            "'\(name)' is not a registry: it answered with status \(status)"
        case .elsewhere(let name, let address): "'\(name)' leads to '\(address)', which is told no password"
        }
    }

    package var hint: String? {
        switch self {
        case .malformed: "mend it, or move it away and log in again"
        case .missingFile(_, let variable): "correct or unset \(variable), or log in first"
        case .missingProgram(_, let file):
            "install it in a folder of PATH, or take 'credsStore' or 'credHelpers' out of '\(file)'"
        case .programFailed(let program, "get", _, _):
            "look what 'echo REGISTRY | \(program) get' says; it shows the password"
        case .programFailed(let program, _, _, _): "look whether '\(program) list' works"
        case .noPlace: "set HOME or DOCKER_CONFIG, or name a file with '--auth-file'"
        case .refused: "many registries want an access token in place of the password"
        case .notRegistry: "look at the name; a registry answers at '/v2/'"
        case .elsewhere: "log in to that server by its own name, if it is meant"
        }
    }
}
