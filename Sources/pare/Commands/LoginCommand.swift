// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import PareKit
import PareModel

struct LoginCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "login",
        abstract: "Signs in to a registry, for pare, Docker and podman alike.",
        discussion: """
            What the registry takes is kept where Docker keeps it, by the program that its file names, or in the file. Where user
            or password are not given, they are asked for at the terminal.
            """)

    @Argument(help: "Host of the registry, with its port if it has one; else Docker Hub.")
    var registry: String?

    @Option(name: .shortAndLong, help: ArgumentHelp("User at the registry.", valueName: "user"))
    var username: String?

    @Flag(help: "Read the password, or an access token, from standard input.")
    var passwordStdin = false

    @Option(help: ArgumentHelp("Keep it in this file.", valueName: "file"))
    var authFile: String?

    @OptionGroup(title: "Network")
    var network: NetworkArguments

    @OptionGroup
    var shared: SharedOptions

    func run() async throws {
        try Login.check(registry)
        let setup = try shared.setup(network)
        let (registry, file, readsPassword) = (registry, authFile, passwordStdin)
        let user = username ?? setup.environment.option("USERNAME")
        let known = setup.environment.option("PASSWORD")
        let report = try await interruptible {
            let user = try user ?? Self.asked("User: ", isHidden: false)
            let password =
                try readsPassword ? Prompt.password() : known ?? Self.asked("Password: ", isHidden: true)
            return try await Login(registry: registry, user: user, password: password, file: file)
                .run(in: setup)
        }
        StandardError.tell(report.diagnostics)
        StandardOutput.write(report.text)
    }

    private static func asked(_ question: String, isHidden: Bool) throws -> String {
        guard let answer = try Prompt.ask(question, isHidden: isHidden) else {
            throw ValidationError("there is no terminal to ask at: give '--username' and '--password-stdin'")
        }
        return answer
    }
}

struct LogoutCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logout", abstract: "Forgets what is kept to sign in to a registry.")

    @Argument(help: "Host of the registry, with its port if it has one; else Docker Hub.")
    var registry: String?

    @Option(help: ArgumentHelp("Look in this file only.", valueName: "file"))
    var authFile: String?

    @OptionGroup
    var shared: SharedOptions

    func run() async throws {
        let logout = try Logout(registry: registry, file: authFile)
        let setup = shared.setup()
        StandardOutput.write(try await interruptible { try await logout.run(in: setup) })
    }
}
