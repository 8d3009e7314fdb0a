// SPDX-License-Identifier: Apache-2.0
import PareModel

/// Why a verb could not do its work, where no stage has said it already.
enum VerbError: Explained, Equatable {
    /// No package was recognised, whether or not the image names its distribution.
    case nothingRecognised(target: String, distro: Distro?)
    /// There are jars that do not say what they are, no index to look them up in, and nothing else.
    case unnamedJars(target: String, count: Int)
    case noDockerfile(folder: String)
    case badDockerfile(file: String, reason: String, hint: String?)
    case unreadable(file: String, reason: String)
    case unwritable(file: String, reason: String)
    case badQuestion(file: String, line: Int, text: String)
    /// A file of requests, or an OpenAPI document, that cannot be asked.
    case badQuestions(file: String, line: Int?, reason: String)
    case unknownRecipe(String, known: [String])
    case notOurs(file: String)
    case notUnderstood(dockerfile: String, reason: String)
    case alreadyFixed(dockerfile: String)
    case nothingBetter(reasons: [String])
    case notRunnable(image: String)
    /// A dependency patch names a file that is none of the application's.
    case badPatch(path: String, reason: String)
    /// The application works with no part of its dependency patch.
    case patchBreaks(count: Int)
    /// A file is not as it was when the run began.
    case changedMeanwhile(file: String)
    /// The time was over before any candidate had been proven.
    case budgetOver(String)
    case noProof(folder: String)
    case damagedProof(file: String, reason: String)
    case otherProof(file: String, schema: Int)

    var problem: String {
        switch self {
        case .nothingRecognised(let target, let distro):
            "no package in '\(target)' was recognised"
                + (distro.map { ", though it says it is \($0.family) \($0.version)" }
                    ?? ", and no distribution")
        case .unnamedJars(let target, let count):
            "no package in '\(target)' was recognised: none of its jars says which artifact it is (\(count) without pom.properties)"
        case .noDockerfile(let folder): "no Dockerfile in '\(folder)'"
        case .badDockerfile(let file, let reason, _): "'\(file)' is not a Dockerfile: \(reason)"
        case .unreadable(let file, let reason): "cannot read '\(file)': \(reason)"
        case .unwritable(let file, let reason): "cannot write '\(file)': \(reason)"
        case .badQuestion(let file, let line, let text): "'\(file)' line \(line) is not a question: \(text)"
        case .badQuestions(let file, let line, let reason):
            "'\(file)'" + (line.map { " line \($0)" } ?? "") + ": \(reason)"
        case .unknownRecipe(let name, _): "no recipe '\(name)'"
        case .notOurs(let file): "'\(file)' is there, and pare did not write it"
        case .notUnderstood(let dockerfile, let reason): "no recipe for '\(dockerfile)': \(reason)"
        case .alreadyFixed(let dockerfile): "'\(dockerfile)' is one that pare wrote"
        case .nothingBetter(let reasons):
            "no candidate is better and answers the same: " + reasons.joined(separator: "; ")
        case .notRunnable(let image): "'\(image)' is a file, so it cannot be started"
        case .badPatch, .patchBreaks, .changedMeanwhile, .budgetOver: fixProblem
        case .noProof(let folder): "no proof in '\(folder)': it has no proof.json"
        case .damagedProof(let file, let reason): "'\(file)' is damaged: \(reason)"
        case .otherProof(let file, let schema): "'\(file)' has schema version \(schema), which is not known"
        }
    }

    private var fixProblem: String {
        switch self {
        case .badPatch(let path, let reason): "the dependency patch names '\(path)': \(reason)"
        case .patchBreaks(let count):
            "it works with none of the \(count) changes to its dependencies"
        case .changedMeanwhile(let file): "'\(file)' was changed while the fix ran; it was left as it is"
        case .budgetOver(let budget): "the time budget of \(budget) was over before a candidate was proven"
        default: ""
        }
    }

    var hint: String? {
        switch self {
        case .nothingRecognised:
            "this is not «0 vulnerabilities»: pare cannot judge what it does not recognise"
        case .unnamedJars:
            "fetch the index that jars are looked up in with 'pare db update --java', and scan again"
        case .noDockerfile: "name it with '--file', or go to the application's folder"
        case .badDockerfile(_, _, let hint): hint
        case .unreadable, .unwritable: nil
        case .badQuestion: "one a line: '/path', 'GET /path', or 'POST /path application/json {\"a\":1}'"
        case .badQuestions: "docs/questions.md says what is read"
        case .unknownRecipe(_, let known): "one of: \(known.joined(separator: ", "))"
        case .notOurs(let file): "move '\(file)' away, then run again"
        case .alreadyFixed: "name the one it was made of: '--file Dockerfile.orig'"
        case .notUnderstood:
            "recipes are for Node.js, Python, nginx and compiled programs on Debian bases; 'pare scan' works for every image"
        case .nothingBetter:
            "the Dockerfile stays as it is; ask for one recipe with '--recipe' to see its build"
        case .notRunnable: "load it into an engine, and name the image"
        case .badPatch, .patchBreaks: nil
        case .changedMeanwhile: "run 'pare fix' again"
        case .budgetOver: "give it longer with '--budget'; the next run goes on from what is done"
        case .noProof: "name the folder 'pare-proof' that 'pare fix' has written"
        case .damagedProof: "make it again with 'pare fix'"
        case .otherProof: "it was written by another version of pare: make it again with 'pare fix'"
        }
    }
}
