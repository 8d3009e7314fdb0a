// SPDX-License-Identifier: Apache-2.0
import PareModel
import Testing

@testable import PareKit

@Suite struct HardeningTests {
    /// What an application does with its container.
    struct Application: Sendable {
        var writesFiles = false
        var writesTmp = false
        var usesCapabilities = false
        /// Needs one of the two, whichever.
        var needsEither = false

        func obstacle(_ restrictions: TrialRestrictions) -> String? {
            if restrictions.isReadOnlyRoot, writesFiles { return "files" }
            if restrictions.isReadOnlyRoot, !restrictions.hasOwnTmp, writesTmp { return "tmp" }
            if restrictions.dropsCapabilities, usesCapabilities { return "capabilities" }
            return needsEither && restrictions.isReadOnlyRoot && restrictions.dropsCapabilities
                ? "either" : nil
        }
    }

    @Test(arguments: [
        (Application(), Needs(), 2), (Application(writesTmp: true), Needs(tmp: true), 2),
        (Application(writesFiles: true), Needs(files: "files"), 3),
        (Application(usesCapabilities: true), Needs(capabilities: "capabilities"), 4),
        (
            Application(writesTmp: true, usesCapabilities: true),
            Needs(tmp: true, capabilities: "capabilities"), 4
        ),
        (
            Application(writesFiles: true, usesCapabilities: true),
            Needs(files: "files", capabilities: "capabilities"), 3
        ),
        (Application(needsEither: true), Needs(capabilities: "either"), 4),
    ])
    func needsAreFound(application: Application, expected: Needs, trials: Int) async throws {
        var count = 0
        let found = try await needs { restrictions in
            count += 1
            return application.obstacle(restrictions)
        }
        #expect(found == expected)
        #expect(count == trials)
    }

    @Test(arguments: [
        ("EROFS: read-only file system, open '/app/log'", "", true),
        ("", "[Errno 30] Read-only file system: 'x'", true),
        ("listening\n", "setuid: Operation not permitted\n", true), ("listening\n", "", false),
    ])
    func complaintsAreHeard(output: String, errors: String, isOne: Bool) {
        func said(_ output: String, _ errors: String) -> Behaviour {
            Behaviour(answers: [], startSeconds: 1, exitCode: nil, output: output, errors: errors)
        }
        #expect((said(output, errors).complaint(notIn: said("listening", "")) != nil) == isOne)
        #expect(said(output, errors).complaint(notIn: said(output, errors)) == nil)
    }
}
