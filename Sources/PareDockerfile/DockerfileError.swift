// SPDX-License-Identifier: Apache-2.0

internal import PareModel

/// Why a text is not a Dockerfile.  Lines count from 1.
package enum DockerfileError: Explained, Equatable {
    /// No instruction at all.
    case empty
    /// Instructions, but no `FROM`.
    case noStage
    /// Something other than `ARG` stands before the first `FROM`.
    case beforeFirstStage(instruction: String, line: Int)
    case unknownInstruction(String, line: Int, nearest: String?)
    case missingArguments(instruction: String, line: Int)
    /// `FROM` has other words than `IMAGE [AS NAME]`, or the name is not one.
    case malformedFrom(String, line: Int)
    case unterminatedHeredoc(name: String, line: Int)
    /// `ONBUILD` of an instruction that cannot be triggered.
    case forbiddenTrigger(String, line: Int)
    /// A parser directive that is given twice, or an escape character that is neither `\` nor a backquote.
    case malformedDirective(String, line: Int)

    package var problem: String {
        switch self {
        case .empty: "the Dockerfile has no instruction"
        case .noStage: "the Dockerfile has no FROM instruction"
        case .beforeFirstStage(let instruction, let line):
            "line \(line): '\(instruction)' stands before the first FROM"
        case .unknownInstruction(let word, let line, _): "line \(line): unknown instruction '\(word)'"
        case .missingArguments(let instruction, let line): "line \(line): '\(instruction)' has no arguments"
        case .malformedFrom(let text, let line): "line \(line): 'FROM \(text)' is not 'FROM IMAGE [AS NAME]'"
        case .unterminatedHeredoc(let name, let line):
            "line \(line): the here-document '\(name)' does not end"
        case .forbiddenTrigger(let word, let line): "line \(line): 'ONBUILD \(word)' is not possible"
        case .malformedDirective(let text, let line):
            "line \(line): '# \(text)' is not a valid parser directive"
        }
    }

    package var hint: String? {
        switch self {
        case .empty: "is it the right file? A Dockerfile begins with 'FROM IMAGE'"
        case .noStage: "begin with 'FROM IMAGE'"
        case .beforeFirstStage:
            "only ARG, comments and parser directives may stand there; move it below a FROM"
        case .unknownInstruction(_, _, let nearest):
            nearest.map { "did you mean \($0)?" }
                ?? "a line that goes on must end in a backslash on the line before"
        case .missingArguments: "complete the line or remove it"
        case .malformedFrom: "stage names are letters, digits, '-', '_' and '.', and begin with a letter"
        case .unterminatedHeredoc(let name, _): "close it with a line that is only '\(name)'"
        case .forbiddenTrigger: "FROM, MAINTAINER and ONBUILD cannot be triggers"
        case .malformedDirective: "each directive may stand once; escape is '\\' or '`'"
        }
    }
}
