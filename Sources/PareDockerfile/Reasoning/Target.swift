// SPDX-License-Identifier: Apache-2.0

/// The stage that the image is made of, the last one, with the stages it stands on.
struct Target {
    /// From the one that starts from an image, to the last of the file.
    let chain: [Stage]
    /// All instructions of the chain but `FROM`, with what held when they were reached.
    let steps: [Step]
    /// The values that hold at the end.
    let variables: [String: String]
    /// Absolute; `nil` where it hangs on a variable that is not known.
    let workingDirectory: String?
    /// As written; `nil` where it was never set.
    let user: String?
    /// What the first of the chain starts from, variables replaced; `nil` where one is not known.
    let base: BaseReference?

    /// An instruction where it stands.
    struct Step {
        let instruction: Instruction
        /// Whether it stands in the last stage itself.
        let isOwn: Bool
        let workingDirectory: String?
        let variables: [String: String]
    }

    var stage: Stage { chain[chain.count - 1] }
    var root: Stage { chain[0] }

    init(of dockerfile: Dockerfile) {
        let globals = Self.globalVariables(dockerfile)
        chain = Self.chain(in: dockerfile)
        base = expand(chain[0].base, escape: dockerfile.escape) { globals[$0] }.flatMap(BaseReference.init)
        var walk = Walk(globals: globals, escape: dockerfile.escape)
        walk.variables["PATH"] = base?.path ?? BaseReference.plainPath
        walk.workingDirectory = base?.workingDirectory ?? "/"
        var steps: [Step] = []
        for (index, stage) in chain.enumerated() {
            walk.leaveStage()
            for instruction in stage.instructions.dropFirst() {
                steps.append(
                    Step(
                        instruction: instruction, isOwn: index == chain.count - 1,
                        workingDirectory: walk.workingDirectory, variables: walk.variables))
                walk.take(instruction)
            }
        }
        self.steps = steps
        variables = walk.variables
        workingDirectory = walk.workingDirectory
        user = walk.user
    }

    /// The values of the `ARG`s before the first stage.
    static func globalVariables(_ dockerfile: Dockerfile) -> [String: String] {
        var values: [String: String] = [:]
        for instruction in dockerfile.globals {
            for (name, value) in assignments(instruction.arguments) {
                guard let value else { continue }
                values[name] = expand(value, escape: dockerfile.escape) { values[$0] }
            }
        }
        return values
    }

    /// The last stage and those it stands on, by name or number; a stage can only stand on an earlier one.
    private static func chain(in dockerfile: Dockerfile) -> [Stage] {
        var chain = Array(dockerfile.stages.suffix(1))
        while let first = chain.first, let parent = parent(of: first, in: dockerfile) {
            chain.insert(parent, at: 0)
        }
        return chain
    }

    private static func parent(of stage: Stage, in dockerfile: Dockerfile) -> Stage? {
        let earlier = dockerfile.stages.prefix(stage.index)
        let name = stage.base.lowercased()
        if let named = earlier.last(where: { $0.name == name }) { return named }
        guard let number = Int(name), earlier.indices.contains(number) else { return nil }
        return earlier[number]
    }

    /// All steps of a keyword.
    func steps(_ keyword: Keyword) -> [Step] { steps.filter { $0.instruction.keyword == keyword } }
}

/// What changes from instruction to instruction.
private struct Walk {
    let globals: [String: String]
    let escape: UInt8
    var variables: [String: String] = [:]
    var arguments: Set<String> = []
    var workingDirectory: String? = "/"
    var user: String?

    /// `ARG`s end with their stage, `ENV`s go on.
    mutating func leaveStage() {
        for name in arguments { variables[name] = nil }
        arguments = []
    }

    mutating func take(_ instruction: Instruction) {
        switch instruction.keyword {
        case .arg:
            for (name, value) in assignments(instruction.arguments) where variables[name] == nil {
                variables[name] = value.flatMap(expanded) ?? globals[name]
                arguments.insert(name)
            }
        case .env:
            let before = variables
            for (name, value) in assignments(instruction.arguments) {
                variables[name] = expand(value ?? "", escape: escape) { before[$0] }
                arguments.remove(name)
            }
        case .workdir:
            workingDirectory = expanded(instruction.arguments).flatMap { path in
                resolved(path, from: workingDirectory)
            }
        case .user: user = instruction.arguments
        default: break
        }
    }

    private func expanded(_ text: String) -> String? { expand(text, escape: escape) { variables[$0] } }
}

/// An absolute path without `.`, `..` and doubled slashes; `nil` for a relative one where the folder is not
/// known.
func resolved(_ path: String, from folder: String?) -> String? {
    var parts: [Substring] = []
    if !path.hasPrefix("/") {
        guard let folder else { return nil }
        parts = folder.split(separator: "/")
    }
    for part in path.split(separator: "/") where part != "." {
        if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
}
