// SPDX-License-Identifier: Apache-2.0

internal import PareModel

/// A rewrite under way: what is known, and what the rules have decided so far.
struct Draft {
    let dockerfile: Dockerfile
    let application: ApplicationFacts
    let recipe: Recipe
    let day: Day
    let releases: ReleaseTable
    let target: Target
    let kind: Kind

    /// What the build stage is called.
    let buildName: String
    /// What a stage is called that collects files, where there is one.
    let closureName: String

    /// New text for ranges of the old file; they do not overlap.
    var replacements: [(range: Range<Int>, text: String)] = []
    /// The offsets at which instructions begin that leave the build stage.
    private(set) var moved: Set<Int> = []
    /// The comments of instructions that have left, by what they are about.
    private var leftComments: [Keyword: [String]] = [:]
    /// Instructions added at the end of the build stage.
    var added: [String] = []
    /// Commands that are to run at the end of the build stage.
    var commands: [String] = []
    /// Why ``commands`` are there: a comment of one line.
    var commandsComment: String?

    /// The release line of Node.js in the new image, where it is known.
    var nodeMajor: Int?
    var start: StartCommand?
    /// What the old file started, as written, and as words.
    var oldStart: (line: Int, text: String, words: [String])?
    /// Folders and files of the application in the image: absolute.
    var folders: [String] = []
    /// Those of ``folders`` that are known to be files.
    var files: Set<String> = []
    /// Paths in ``folders`` that are given to a user in the final stage: what `--chown` says.
    var owners: [String: String] = [:]
    /// Whether the folders themselves may belong to others than root.
    var keepsFolderOwners = false
    /// The final stage's lines, after its files and before its user.
    var settings: [String] = []
    var user = ""
    var healthcheck: String?

    private(set) var edits: [Rewrite.Edit] = []
    private(set) var diagnostics: [Remark] = []
    /// Why the file cannot be rewritten by this recipe.
    private(set) var obstacle: Remark?

    init(
        _ dockerfile: Dockerfile, target: Target, kind: Kind, application: ApplicationFacts, recipe: Recipe,
        day: Day, releases: ReleaseTable
    ) {
        self.dockerfile = dockerfile
        self.target = target
        self.kind = kind
        self.application = application
        self.recipe = recipe
        self.day = day
        self.releases = releases
        let taken = Set(dockerfile.stages.compactMap(\.name))
        let free = { (names: [String]) in names.first { !taken.contains($0) } ?? names[0] + "-of-pare" }
        buildName = free(["build", "assemble", "full"])
        closureName = free(["closure", "collect", "needed"])
    }

    var provider: Provider { recipe.provider }

    /// The program that is started: absolute, or the provider's node.
    var program: String { start?.program ?? provider.node }

    mutating func edit(_ line: Int, _ reason: String) {
        edits.append(Rewrite.Edit(line: line, reason: reason))
    }

    mutating func note(_ line: Int, _ message: String) {
        diagnostics.append(Remark(severity: .note, message: message, line: line))
    }

    mutating func warn(_ line: Int, _ message: String) {
        diagnostics.append(Remark(severity: .warning, message: message, line: line))
    }

    /// Gives up: the file stays as it is.
    mutating func stop(_ line: Int, _ message: String) {
        obstacle = obstacle ?? Remark(severity: .warning, message: message, line: line)
    }

    /// Takes an instruction of the last stage out of the build stage.
    mutating func leaveOut(_ instruction: Instruction) {
        guard moved.insert(instruction.range.lowerBound).inserted else { return }
        leftComments[instruction.keyword, default: []] += comments(of: instruction)
    }

    func has(_ step: Recipe.Step) -> Bool { recipe.steps.contains(step) }

    /// An instruction as it stands in the file, without the line end.
    func source(_ instruction: Instruction) -> String {
        var text = dockerfile.slice(instruction.range)
        while let last = text.utf8.last, last == 0x0A || last == 0x0D {
            text = String(text.utf8.dropLast()) ?? ""
        }
        return text
    }

    /// The comments right before an instruction, a line each.
    func comments(of instruction: Instruction) -> [String] {
        dockerfile.slice(instruction.leading).split(whereSeparator: \.isNewline).map(String.init)
            .filter { $0.trimmed.hasPrefix("#") }
    }

    /// The character that continues a line in this file.
    var continuation: String { String(decoding: [dockerfile.escape], as: UTF8.self) }
}

extension Draft {
    /// The new file.
    var rendered: String {
        var lines = buildStage
        lines.append("")
        lines += provider.stages(self)
        // Inside a folder later than the folder, so that it stays.
        for path in folders + owners.keys.sorted().filter({ !folders.contains($0) }) {
            let ownership = owners[path].map { " --chown=\($0)" } ?? ""
            lines.append("COPY --from=\(buildName)\(ownership) \(pair(path))")
        }
        lines += provider.environment(self) + settings
        if let healthcheck { lines += leftComments[.healthcheck, default: []] + [healthcheck] }
        lines += leftComments[.user, default: []] + ["USER \(user)"]
        lines += leftComments[.entrypoint, default: []] + leftComments[.cmd, default: []] + startLines
        let trailing = dockerfile.slice(dockerfile.trailing)
        let text = lines.joined(separator: dockerfile.newline) + dockerfile.newline
        return trailing.trimmed.isEmpty ? text : text + trailing
    }

    /// Source and destination of a `COPY` of the same path; as JSON where the path has blanks.
    private func pair(_ path: String) -> String {
        path.utf8.contains { $0.isBlank } ? jsonArray([path, path]) : "\(path) \(path)"
    }

    private var startLines: [String] {
        guard let start else { return [] }
        let entrypoint = "ENTRYPOINT " + jsonArray(provider.launcher + [program] + start.words)
        guard !start.defaults.isEmpty else { return [entrypoint] }
        return [entrypoint, "CMD " + jsonArray(start.defaults)]
    }

    /// The old file with what has been replaced, without what has moved, and with what has been added.
    private var buildStage: [String] {
        var text = ""
        var position = 0
        var cuts = replacements
        for instruction in target.stage.instructions where moved.contains(instruction.range.lowerBound) {
            cuts.append((instruction.leading.lowerBound..<instruction.range.upperBound, ""))
        }
        for cut in cuts.sorted(by: { $0.range.lowerBound < $1.range.lowerBound })
        where cut.range.lowerBound >= position {
            text += dockerfile.slice(position..<cut.range.lowerBound) + cut.text
            position = cut.range.upperBound
        }
        text += dockerfile.slice(position..<dockerfile.trailing.lowerBound)
        while let last = text.utf8.last, last == 0x0A || last == 0x0D {
            text = String(text.utf8.dropLast()) ?? ""
        }
        return text.isEmpty ? tail : [text + joint] + tail
    }

    /// The commands that are to run, a line each.
    private var commandLines: String {
        commands.joined(separator: " && \(continuation)\(dockerfile.newline)    ")
    }

    /// The commands, where they can go on the `RUN` that the build stage ends with.
    private var joint: String {
        guard !commands.isEmpty, added.isEmpty, endsInPlainRun else { return "" }
        return " && \(continuation)\(dockerfile.newline)    " + commandLines
    }

    private var tail: [String] {
        guard added.isEmpty, commands.isEmpty || endsInPlainRun else {
            let comment = commandsComment.map { ["# \($0)"] } ?? []
            return [""] + added + comment + (commands.isEmpty ? [] : ["RUN " + commandLines])
        }
        return []
    }

    /// Whether the last instruction that stays in the build stage is a `RUN` that `&&` can prolong.
    private var endsInPlainRun: Bool {
        let kept = target.stage.instructions.last { !moved.contains($0.range.lowerBound) }
        guard let kept, kept.keyword == .run, kept.exec == nil, kept.flags.isEmpty, kept.heredocs.isEmpty,
            let last = kept.arguments.utf8.last
        else { return false }
        return !kept.arguments.utf8.contains(UInt8(ascii: "#")) && !";&|(){}\\".utf8.contains(last)
    }
}
