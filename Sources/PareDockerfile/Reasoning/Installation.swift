// SPDX-License-Identifier: Apache-2.0

/// Where a Dockerfile installs the application's packages.
struct Installation {
    enum Manager: String { case npm, yarn, pnpm }

    let manager: Manager
    let instruction: Instruction
    /// Whether packages for development are left out there.
    let isProductionOnly: Bool
    /// Whether it stands in the last stage itself.
    let isOwn: Bool
}

extension Draft {
    /// The last installation in the stages that the image is made of.
    var installation: Installation? {
        for step in target.steps(.run).reversed() {
            for command in commands(of: step.instruction).reversed() {
                guard let name = command.first, let manager = Installation.Manager(rawValue: name),
                    Self.installs(command)
                else { continue }
                let omits = command.contains {
                    [
                        "--omit=dev", "--production", "--production=true", "--prod", "-P",
                        "--only=production",
                        "--only=prod",
                    ].contains($0)
                }
                let includes = command.contains("--include=dev") || command.contains("--production=false")
                let environment = step.variables["NODE_ENV"] == "production"
                return Installation(
                    manager: manager, instruction: step.instruction,
                    isProductionOnly: !includes && (omits || environment), isOwn: step.isOwn)
            }
        }
        return nil
    }

    private static func installs(_ command: [String]) -> Bool {
        let isGlobal =
            command.contains("-g") || command.contains("--global") || command.contains("--location=global")
        let verb = command.dropFirst().first { !$0.hasPrefix("-") }
        guard let verb else { return command[0] == "yarn" && !isGlobal && !command.contains("--version") }
        return ["install", "i", "ci", "clean-install", "install-clean"].contains(verb) && !isGlobal
    }
}

extension Instruction {
    /// The commands of a `RUN` in either form, here-documents included.
    var commands: [[String]] {
        if let exec { return [exec] }
        return ShellText(text: arguments).commands
    }
}
