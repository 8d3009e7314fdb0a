// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import Glibc
import PareBytes
import PareModel
import PareReport

/// What an interrupted fix has finished, kept in a folder so that the next one on the same inputs goes on from there.
///
/// Nothing here throws: without it the work is done again.
struct FixState: Sendable {
    /// `nil` where nothing can be kept.
    let folder: String?

    /// A candidate, or the image as it was, that was built, started and scanned.
    struct Finished: Codable, Sendable {
        /// Of the Dockerfile and of the patch that it was built with.
        let input: Digest
        /// Of the image.
        let id: String
        let bases: [FixInputs.Base]
        let seconds: Double
        let measurement: Measurement
        let patch: DependencyPatch?
    }

    /// What was worked out of the dependencies.
    struct Patch: Codable, Sendable {
        let patch: DependencyPatch?
        let diagnostics: [Diagnostic]
    }

    /// How many applications' states are kept.
    private static let limit = 8

    /// The state of a run on the given inputs, whatever order they are in.
    init(cache: String?, inputs: [String]) {
        guard let cache else {
            folder = nil
            return
        }
        let key = SHA256.digest(of: Array(inputs.joined(separator: "\u{0}").utf8)).hex
        folder = "\(cache)/fix/\(key)"
    }

    func finished(_ name: String) -> Finished? { read(Finished.self, name) }
    func keep(_ finished: Finished, as name: String) { write(finished, name) }

    var patch: Patch? { read(Patch.self, "+patch") }
    func keep(_ patch: Patch) { write(patch, "+patch") }

    /// Names of what is finished.
    var names: Set<String> {
        let files = folder.flatMap { try? namesInFolder($0) } ?? []
        return Set(
            files.filter { $0.hasSuffix(".json") && $0 != "+patch.json" }.map { String($0.dropLast(5)) })
    }

    func remove() {
        if let folder { removeTree(folder) }
    }

    private func read<Value: Decodable>(_ type: Value.Type, _ name: String) -> Value? {
        guard let folder, let bytes = try? readFile("\(folder)/\(name).json", limit: 256 << 20) else {
            return nil
        }
        return try? JSONDecoder().decode(type, from: Data(bytes))
    }

    private func write(_ value: some Encodable, _ name: String) {
        guard let folder else { return }
        if !fileExists(folder) { makeRoom() }
        makeFolders(folder)
        try? writeFile(Array(json(value).utf8), to: "\(folder)/\(name).json", replacing: true)
    }

    /// Removes the oldest states of other runs.
    private func makeRoom() {
        guard let folder else { return }
        let all = parentFolder(of: folder)
        let states = ((try? namesInFolder(all)) ?? []).map { name -> (path: String, time: Int) in
            var facts = stat()
            let path = "\(all)/\(name)"
            return (path, lstat(path, &facts) == 0 ? Int(facts.st_mtim.tv_sec) : 0)
        }
        let surplus = states.count - Self.limit + 1
        for state in states.sorted(by: { $0.time < $1.time }).prefix(max(0, surplus)) {
            removeTree(state.path)
        }
    }
}

extension FixState.Patch {
    /// `4 changes`.
    var summary: String {
        guard let patch else { return "none" }
        return "\(patch.steps.count) change\(patch.steps.count == 1 ? "" : "s")"
    }
}
