// SPDX-License-Identifier: Apache-2.0

import PareModel

/// Why an image could not be built, taken out of an engine's storage, or tried.
package enum EngineError: Explained, Equatable {
    /// No engine of this name is known.
    case unknownEngine(String)
    /// None of these programs is on the PATH.
    case missing([String])
    /// The client is there, its daemon is not.
    case notAnswering(engine: String, reason: String)
    /// A program could not be run at all.
    case cannotRun(command: String, reason: String)
    /// A step of ours took longer than it may.
    case tookTooLong(command: String, limit: Duration)
    /// An engine refused something that this module asked of it.
    case refused(engine: String, action: String, reason: String)
    case cannotWrite(path: String, reason: String)
    /// The text cannot be the name of an image.
    case badName(String)
    /// A path that the command line of an engine cannot carry.
    case badPath(String)
    case noImage(String)

    case baseUnavailable(image: String, reason: String, log: String)
    case buildFailed(tag: String, log: String, lastLines: [String])
    case buildTookTooLong(tag: String, log: String, limit: Duration)

    /// A trial with this engine needs a runtime that is not there, or does not work on this machine.
    case runtimeMissing(reason: String)
    case needsRoot(engine: String)
    /// The image is to run as a user or group that it does not have.
    case noSuchUser(String, image: String)
    case cannotStart(image: String, reason: String)
    /// A server ended by itself.
    case ended(image: String, code: Int, lastLines: [String])
    /// No server was there in time.  `listening` are the ports that something listens on; `nil` where that
    /// cannot be seen.
    case neverAnswered(image: String, port: Int, limit: Duration, listening: [Int]?, lastLines: [String])
    /// One question was not answered as HTTP demands.
    case noAnswer(question: String, reason: String, lastLines: [String])
    /// A command was still running at its time limit.
    case stillRunning(image: String, limit: Duration, listening: [Int]?, lastLines: [String])
    case portInUse(Int, reason: String)
}

extension EngineError {
    package var problem: String {
        switch self {
        case .unknownEngine(let name): "unknown engine '\(name)'"
        case .missing(let names):
            "no container engine works here: looked for \(names.listed(or: "and")) on the PATH"
        case .notAnswering(let engine, let reason):
            "\(engine) is here, but its daemon does not answer: \(reason)"
        case .cannotRun(let command, let reason): "cannot run '\(command)': \(reason)"
        case .tookTooLong(let command, let limit): "'\(command)' took longer than \(limit.spoken)"
        case .refused(let engine, let action, let reason): "\(engine) cannot \(action): \(reason)"
        case .cannotWrite(let path, let reason): "cannot write '\(path)': \(reason)"
        case .badName(let name): "'\(name)' is not the name of an image"
        case .badPath(let path): "engines cannot write to '\(path)', since it holds a colon or a comma"
        case .noImage(let image): "no image '\(image)' in the engine's storage"
        case .runtimeMissing(let reason): "no runtime to try the image with: \(reason)"
        case .needsRoot(let engine): "a trial with \(engine) needs root"
        case .portInUse(let port, let reason): "port \(port) is in use: \(reason)"
        default: buildProblem ?? trialProblem
        }
    }

    private var buildProblem: String? {
        switch self {
        case .baseUnavailable(let image, let reason, _): "the base image '\(image)' cannot be had: \(reason)"
        case .buildFailed(let tag, _, let lines): "the build of '\(tag)' failed" + lines.told
        case .buildTookTooLong(let tag, _, let limit):
            "the build of '\(tag)' took longer than \(limit.spoken)"
        default: nil
        }
    }

    private var trialProblem: String {
        switch self {
        case .noSuchUser(let user, let image):
            "'\(image)' runs as '\(user)', which its /etc/passwd does not name"
        case .cannotStart(let image, let reason): "'\(image)' cannot start: \(reason)"
        case .ended(let image, let code, let lines):
            "'\(image)' ended by itself with exit code \(code)" + lines.told
        case .neverAnswered(let image, let port, let limit, let listening, let lines):
            "'\(image)' did not answer on port \(port) within \(limit.spoken)"
                + listening.told + lines.told
        case .noAnswer(let question, let reason, let lines):
            "no answer to '\(question)': \(reason)" + lines.told
        case .stillRunning(let image, let limit, let listening, let lines):
            "the command of '\(image)' still runs after \(limit.spoken); it listens on \(listening.told)"
                + lines.told
        default: ""
        }
    }

    package var hint: String? {
        switch self {
        case .unknownEngine: "the engines are \(Engine.Kind.allCases.map(\.rawValue).listed(or: "and"))"
        case .missing(let names): "install one with 'apt-get install \(Self.packages(for: names))'"
        case .notAnswering: "start the daemon, or name another engine with '--engine buildah'"
        case .baseUnavailable:
            "pull the image yourself, or look whether its registry can be reached from here"
        case .buildFailed(_, let log, _), .buildTookTooLong(_, let log, _): "the whole output is in '\(log)'"
        case .runtimeMissing: "install one with 'apt-get install runc'"
        case .needsRoot: "run as root, or add '--engine podman'"
        case .cannotStart(_, let reason): Self.hint(forStart: reason)
        case .neverAnswered(_, _, _, let listening, _), .stillRunning(_, _, let listening, _):
            listening?.first.map { "name the port with '--port \($0)'" }
                ?? "give it longer with '--start-limit', and see that the image starts on its own"
        case .noImage(let image): "see what there is with 'buildah images', or build '\(image)' first"
        case .cannotWrite: "free some space, or name another folder"
        case .badPath: "name a path without them"
        default: nil
        }
    }

    private static func packages(for names: [String]) -> String {
        names.contains("buildah") ? "buildah runc" : names.contains("podman") ? "podman" : "docker.io"
    }

    private static func hint(forStart reason: String) -> String? {
        if reason.contains("exec format error") { return "is the image built for this machine's processor?" }
        guard reason.contains("no such file") || reason.contains("not found") else { return nil }
        return "the image lacks the command, or the interpreter or dynamic loader that the command asks for"
    }
}

extension [String] {
    /// `["a", "b", "c"]` as `a, b or c`.
    fileprivate func listed(or conjunction: String) -> String {
        guard let last, count > 1 else { return first ?? "nothing" }
        return dropLast().joined(separator: ", ") + " \(conjunction) " + last
    }

    /// The last lines of an output, as the end of a sentence.
    fileprivate var told: String {
        isEmpty ? " and said nothing" : "; it said:\n  " + joined(separator: "\n  ")
    }
}

extension [Int]? {
    /// The ports, as the middle of a sentence.
    fileprivate var told: String {
        guard let self else { return "" }
        return "; it listens on " + (self.isEmpty ? "no port" : self.map { "\($0)" }.listed(or: "and"))
    }
}
