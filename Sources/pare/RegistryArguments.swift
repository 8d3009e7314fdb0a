// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import PareKit

/// What convinces the registry that is named on the command line.
struct RegistryArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "User at the registry; several, comma-separated, are tried in order.", valueName: "user"))
    var username: String?

    @Flag(help: "Read the user's password from standard input (or set PARE_PASSWORD).")
    var passwordStdin = false

    @Option(help: ArgumentHelp("Bearer token to send as it is.", valueName: "token"))
    var registryToken: String?

    func validate() throws {
        guard !passwordStdin || registryToken == nil else {
            throw ValidationError("'--password-stdin' and '--registry-token' are one too many")
        }
    }

    /// What the options say, or else the variables `PARE_…` and `TRIVY_…` of the same names.
    func access(_ environment: [String: String]) throws -> RegistryAccess {
        var access = RegistryAccess()
        access.users = username ?? environment.option("USERNAME")
        guard !passwordStdin || access.users != nil else {
            throw ValidationError("'--password-stdin' needs '--username'")
        }
        access.passwords = passwordStdin ? try Prompt.password() : environment.option("PASSWORD")
        // A user that only the surroundings name, without a password, is nobody to be.
        if username == nil, access.passwords == nil { access.users = nil }
        access.token = registryToken ?? (username == nil ? environment.option("REGISTRY_TOKEN") : nil)
        return access
    }
}
