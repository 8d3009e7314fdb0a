// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareModel
import Testing

@testable import PareKit

/// What an interrupted run leaves for the next.
@Suite struct FixStateTests {
    private static func finished(_ id: String) throws -> FixState.Finished {
        let measurement = try #require(FixSamples.proven([.low]).measurement)
        return FixState.Finished(
            input: Attempts.input("FROM a\n", FixSamples.patch), id: id,
            bases: [FixInputs.Base(name: "node:20", id: "sha256:1")], seconds: 2.5, measurement: measurement,
            patch: FixSamples.patch)
    }

    @Test func whatIsKeptIsFound() throws {
        let cache = try Folder()
        let state = FixState(cache: cache.path, inputs: ["a", "b"])
        #expect(state.names.isEmpty && state.patch == nil && state.finished("before") == nil)
        state.keep(try Self.finished("sha256:2"), as: "distill+patched")
        state.keep(FixState.Patch(patch: FixSamples.patch, diagnostics: []))
        let again = FixState(cache: cache.path, inputs: ["a", "b"])
        #expect(again.names == ["distill+patched"])
        #expect(again.finished("distill+patched")?.id == "sha256:2")
        #expect(again.finished("distill+patched")?.patch == FixSamples.patch)
        #expect(again.finished("distill+patched")?.measurement.report.open.count == 1)
        #expect(again.patch?.patch == FixSamples.patch)
        again.remove()
        #expect(state.names.isEmpty && state.patch == nil)
    }

    @Test(arguments: [["a"], ["a", "c"], ["b", "a"], ["a", "b", ""], ["ab"]])
    func otherInputsHaveAnotherState(inputs: [String]) throws {
        let cache = try Folder()
        FixState(cache: cache.path, inputs: ["a", "b"]).keep(try Self.finished("sha256:2"), as: "before")
        #expect(FixState(cache: cache.path, inputs: inputs).finished("before") == nil)
    }

    @Test(arguments: ["", "{", "[]", "{\"input\": 1}", "null"])
    func damageIsAsGoodAsNothing(text: String) throws {
        let cache = try Folder()
        let state = FixState(cache: cache.path, inputs: ["a"])
        state.keep(try Self.finished("sha256:2"), as: "before")
        try replaceFile(try #require(state.folder) + "/before.json", with: text)
        #expect(state.finished("before") == nil)
    }

    @Test func withoutACacheNothingIsKept() throws {
        let state = FixState(cache: nil, inputs: ["a"])
        state.keep(try Self.finished("sha256:2"), as: "before")
        #expect(state.names.isEmpty && state.finished("before") == nil)
        state.remove()
    }

    @Test func theOldestGo() throws {
        let cache = try Folder()
        for number in 0..<12 {
            FixState(cache: cache.path, inputs: ["\(number)"]).keep(try Self.finished("a"), as: "before")
        }
        #expect(try namesInFolder(cache.path + "/fix").count == 8)
        #expect(FixState(cache: cache.path, inputs: ["11"]).finished("before") != nil)
    }

    @Test func thePatchIsPartOfTheInput() {
        let inputs = [
            Attempts.input("FROM a\n", nil), Attempts.input("FROM b\n", nil),
            Attempts.input("FROM a\n", FixSamples.patch),
        ]
        #expect(Set(inputs).count == 3)
    }
}
