// SPDX-License-Identifier: Apache-2.0

extension Rule {
    /// Tells what the build does to the system that the final image does not have.
    static let leftBehind = Rule(name: "left behind") { draft in
        for step in draft.target.steps(.run) {
            let instruction = step.instruction
            let commands = draft.commands(of: instruction)
            var packages: [String] = []
            var told: Set<String> = []
            for command in commands {
                let remark = Remark.of(command, draft.kind, &packages)
                if let remark, told.insert(remark).inserted { draft.warn(instruction.line, remark) }
                for path in outside(command, draft) where told.insert(path).inserted {
                    draft.warn(
                        instruction.line, "'\(path)' is not in the final image; '\(command[0])' names it")
                }
            }
            if !packages.isEmpty {
                let names = packages.sorted().joined(separator: ", ")
                draft.warn(
                    instruction.line,
                    "installed by the build: \(names). \(draft.provider.libraries(draft))")
            }
        }
    }

    /// Paths that a command names and that the final image does not take over.
    private static func outside(_ command: [String], _ draft: Draft) -> [String] {
        let quiet: Set<String> = [
            "apt-get", "apt", "rm", "useradd", "groupadd", "adduser", "addgroup", "usermod", "chsh", "sh",
            "bash",
            "set",
        ]
        guard let name = command.first, !quiet.contains(name) else { return [] }
        let passing = [
            "/tmp", "/dev/", "/var/lib/apt", "/var/cache", "/root/.npm", "/etc/localtime",
            "/usr/share/zoneinfo",
        ]
        let taken = draft.kind.needs(draft).files + [draft.program]
        return command.dropFirst().filter { word in
            word.hasPrefix("/") && word.count > 1 && !passing.contains(where: word.hasPrefix)
                && !draft.kind.takes(word, draft) && !taken.contains(word)
                && !draft.folders.contains { word == $0 || word.hasPrefix($0 + "/") || word == $0 + "/" }
        }
    }
}

extension Remark {
    /// What a command leaves in the build stage; names of packages are collected apart.
    fileprivate static func of(_ command: [String], _ kind: Kind, _ packages: inout [String]) -> String? {
        let name = command[0].split(separator: "/").last.map(String.init) ?? command[0]
        let rest = command.dropFirst()
        let verb = rest.first { !$0.hasPrefix("-") } ?? ""
        switch name {
        case "apt-get", "apt", "aptitude", "apk", "yum", "dnf", "microdnf", "zypper":
            guard ["install", "add", "in"].contains(verb) else { return nil }
            packages += arguments(of: rest).drop { $0 != verb }.dropFirst().filter { !packages.contains($0) }
            return nil
        case "npm", "yarn", "pnpm":
            let isGlobal = rest.contains("-g") || rest.contains("--global") || verb == "global"
            let managers: Set<String> = ["npm", "yarn", "pnpm", "corepack"]
            let tools = rest.drop { $0 != verb }.dropFirst().filter { !$0.hasPrefix("-") }
            if tools.allSatisfy({ managers.contains(String($0.split(separator: "@").first ?? "")) }) {
                return nil
            }
            return isGlobal ? "'\(command.joined(separator: " "))' is not in the final image" : nil
        case "pip", "pip3", "gem", "cargo", "go":
            let isTakenAlong =
                kind.id == .python
                ? name.hasPrefix("pip") : kind.id == .program && ["cargo", "go"].contains(name)
            return verb == "install" && !isTakenAlong
                ? "'\(command.joined(separator: " "))' is not in the final image" : nil
        default: return nil
        }
    }

    /// The words that are neither options nor options' values nor redirections.
    private static func arguments(of words: ArraySlice<String>) -> [String] {
        let withValue: Set<String> = [
            "-t", "--target-release", "-o", "-c", "--repository", "-X", "--virtual",
        ]
        var result: [String] = []
        var rest = words
        while let word = rest.popFirst() {
            if withValue.contains(word) {
                _ = rest.popFirst()
            } else if word.contains(">") {
                if word.hasSuffix(">") { _ = rest.popFirst() }
            } else if !word.hasPrefix("-"), word != "1", word != "2" {
                result.append(word)
            }
        }
        return result
    }
}
