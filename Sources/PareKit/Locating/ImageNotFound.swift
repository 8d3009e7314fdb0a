// SPDX-License-Identifier: Apache-2.0
import PareModel
import PareNetwork

/// There is no file of a name, and nobody who was asked has an image of it.
struct ImageNotFound: Explained {
    let target: String
    /// In the order in which they were asked.
    let attempts: [Attempt]
    /// Whether the name is that of a file, by its ending.
    let looksLikeFile: Bool

    /// Why a source did not give it.
    struct Attempt {
        let source: ImageSource
        let problem: String
        let hint: String?
        /// Whether the source is there, and something else kept it from giving the image than that it has none.
        let isOdd: Bool

        init(_ source: ImageSource, _ error: any Explained) {
            self.source = source
            problem = error.problem
            hint = error.hint
            switch error {
            case EngineSourceError.noSocket, EngineSourceError.noProgram, EngineSourceError.nothing,
                EngineSourceError.noImage:
                isOdd = false
            default: isOdd = true
            }
        }
    }

    var problem: String {
        let lines = attempts.map { "\n  \($0.source.rawValue): \($0.problem)" }
        return "'\(target)' is no file here, and nothing that was asked has an image of that name"
            + lines.joined()
    }

    var hint: String? {
        if looksLikeFile { return "look at the path and the current folder" }
        if attempts.count == 1, let hint = attempts[0].hint { return hint }
        if let remote = attempts.last, remote.source == .remote, let hint = remote.hint {
            return "\(hint); or start the engine that has the image"
        }
        return "start the engine that has it, save it to a file, or ask others with '--image-src'"
    }
}
