// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Glibc
import PareKit
import PareModel

/// The command line: words typed → verb → terminal and exit code.
@main
struct Pare: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pare",
        abstract: "From a thousand vulnerabilities to zero, and 85 % smaller: measured, rebuilt, proven.",
        usage: "pare <command> [options]",
        discussion: """
            Start with 'pare fix .' in a folder with a Dockerfile, or 'pare scan image.tar'.

            Exit codes: 0 fine; 1 the command failed; 2 wrong usage; --exit-code N when findings are left.
            Environment: PARE_* and TRIVY_* for the options of the same name, NO_COLOR, XDG_CACHE_HOME, TMPDIR.
            """,
        version: "pare \(pareVersion)",
        subcommands: [
            FixCommand.self, ScanCommand.self, RewriteCommand.self, BuildCommand.self, TrialCommand.self,
            CompareCommand.self, VerifyCommand.self, PullCommand.self, PushCommand.self, AttachCommand.self,
            AttachmentsCommand.self, DatabaseCommand.self, LoginCommand.self, LogoutCommand.self,
        ])

    static func main() async {
        // A closed pipe (`pare scan … | head`) is an error of write(2) here, not a signal.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try parseAsRoot()
            guard var running = command as? any AsyncParsableCommand else {
                try command.run()
                return
            }
            try await running.run()
        } catch {
            leave(with: error)
        }
    }

    /// Tells of an error and ends the process with the exit code that fits it.
    private static func leave(with error: any Error) -> Never {
        if let error = error as? any Explained {
            StandardError.write("error: \(error.problem)\n")
            if let hint = error.hint { StandardError.write("hint: \(hint)\n") }
            Glibc.exit(1)
        }
        if let stopped = error as? FixStopped {
            StandardError.write(
                "stopped; what was finished is kept, and the same 'pare fix' goes on from there\n"
                    + "hint: \(stopped.finished > 1 ? "'--budget 1s' takes the best of it, " : "")'--fresh' starts over\n"
            )
            Glibc.exit(130)
        }
        if error is CancellationError {
            StandardError.write("stopped; nothing was left behind\n")
            Glibc.exit(130)
        }
        if let code = error as? ExitCode { Glibc.exit(code.rawValue) }
        let code = exitCode(for: error)
        let message = fullMessage(for: error)
        if code == .success {
            StandardOutput.write(message + "\n")
            Glibc.exit(0)
        }
        StandardError.write(message + "\n")
        Glibc.exit(code == .validationFailure ? 2 : 1)
    }
}
