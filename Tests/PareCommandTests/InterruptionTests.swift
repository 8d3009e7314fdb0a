// SPDX-License-Identifier: Apache-2.0
import Glibc
import PareBytes
import Testing

@testable import pare

@Suite struct InterruptionTests {
    private struct Failure: Error {}

    @Test func whatIsNotToBeCutOffIsNot() async {
        await #expect(processExitsWith: .exitCode(7)) {
            uninterrupted { for number in [SIGINT, SIGTERM, SIGHUP] { kill(getpid(), number) } }
            exit(7)
        }
        await #expect(processExitsWith: .signal(SIGINT)) {
            uninterrupted {}
            kill(getpid(), SIGINT)
        }
    }

    /// A folder that is held for a moment more makes it wait.
    @Test func anErrorIsToldThatCameBeforeTheSignal() async {
        await #expect(processExitsWith: .exitCode(7)) {
            do {
                try await interruptible { () throws -> Void in
                    let folder = try ScratchFolder(name: "pare-tests")
                    try startThread {
                        sleep(1)
                        kill(getpid(), SIGINT)
                        usleep(200_000)
                        withExtendedLifetime(folder) {}
                    }
                    throw Failure()
                }
            } catch is Failure { exit(7) }
        }
    }
}
