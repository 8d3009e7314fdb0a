// SPDX-License-Identifier: Apache-2.0
import PareModel
import Testing

@testable import PareKit

/// What is going to be tried, before anything is built.
@Suite struct PlanTests {
    @Test func candidatesAreInOrder() throws {
        let plan = try FixSamples.plan().plan
        #expect(
            plan.candidates.map(\.name) == [
                "chainguard", "distill+compiled+node24", "distill+compiled", "distill",
            ])
        #expect(plan.bases.contains("node:24") && plan.bases.contains("node:20"))
        #expect(Set(plan.bases).count == plan.bases.count)
    }

    @Test func eachIsTriedWithThePatchFirst() throws {
        let plan = try FixSamples.plan(["distill", "distill+compiled"]).plan.patched(closing: 3)
        #expect(
            plan.candidates.map(\.name) == [
                "distill+compiled+patched", "distill+patched", "distill+compiled+partly-patched",
                "distill+compiled", "distill+partly-patched", "distill",
            ])
    }

    @Test func whatCannotBeHadIsLeftOut() throws {
        let plan = try FixSamples.plan().plan.without(unreachable: ["node:24": "its registry does not answer"]
        )
        #expect(!plan.candidates.map(\.name).contains("distill+compiled+node24"))
        #expect(
            plan.leftOut == [
                FixPlan.LeftOut(
                    name: "distill+compiled+node24",
                    reason: "node:24 cannot be had: its registry does not answer")
            ])
    }

    @Test func whatComesToTheSameIsTriedOnce() throws {
        let folder = try Folder()
        try folder.write("FROM node:24\nWORKDIR /app\nCOPY . .\nCMD [\"node\", \"a.js\"]\n", to: "Dockerfile")
        try folder.write(#"{"name": "a", "version": "1.0.0", "main": "a.js"}"#, to: "package.json")
        let application = try Application(folder: folder.path, dockerfile: nil)
        let plan = try CandidatePlan(application, recipes: FixSamples.recipes, on: Day(2026, 11, 26))
        #expect(
            plan.leftOut == [
                FixPlan.LeftOut(
                    name: "distill+compiled+node24",
                    reason: "comes to the same Dockerfile as 'distill+compiled' here")
            ])
    }

    @Test func whatNoRecipeUnderstandsIsSaid() throws {
        let folder = try Folder()
        try folder.write("FROM debian:12\nRUN apt-get install -y sl\nCMD [\"sl\"]\n", to: "Dockerfile")
        let application = try Application(folder: folder.path, dockerfile: nil)
        #expect(throws: VerbError.self) {
            try CandidatePlan(application, recipes: ["distill"], on: Day(2026, 11, 26))
        }
        #expect(throws: VerbError.self) {
            try CandidatePlan(application, recipes: ["nonsense"], on: Day(2026, 11, 26))
        }
        try folder.write(FixOutput.mark + " for you.\nFROM scratch\n", to: "Dockerfile")
        let fixed = try Application(folder: folder.path, dockerfile: nil)
        #expect(throws: VerbError.alreadyFixed(dockerfile: fixed.dockerfile)) {
            try CandidatePlan(fixed, recipes: [], on: Day(2026, 11, 26))
        }
    }
}
