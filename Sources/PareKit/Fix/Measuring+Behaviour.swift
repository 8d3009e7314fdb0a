// SPDX-License-Identifier: Apache-2.0
import PareEngine
import PareMatch
import PareModel
import PareReport

extension Measuring {
    /// What the image does as it is, with what two runs of it answer differently as tolerances.
    func baselineBehaviour(_ name: String) async throws -> Behaviour {
        let trial = Trial(image: tag(name), command: [], asking: questions, limits: limits, engine: nil)
        return try await trial.runTwice(as: name, with: engine, scratchParent: scratch, in: setup)
    }

    /// What an image does without and still answers as the baseline does.
    ///
    /// - Throws: What the engine says of the image itself; `CancellationError`.
    func hardening(of name: String, answering baseline: Behaviour) async throws -> Hardening {
        let config = try await engine.config(of: tag(name))
        let request = TrialRequest(image: tag(name), config: config, questions: questions, scratch: scratch)
        return try await setup.step("harden \(name)", outcome: \.summary) {
            var numbers: UserNumbers?
            let needs = try await needs { restrictions in
                let (seen, obstacle) = try await live(with: restrictions, name, answering: baseline)
                numbers = numbers ?? seen
                return obstacle
            }
            return Hardening(
                readOnlyRoot: needs.files == nil, needsTmp: needs.tmp,
                dropsAllCapabilities: needs.capabilities == nil,
                runsAsNonRoot: !config.isRoot, user: config.isRoot ? "" : config.user,
                numbers: config.isRoot ? nil : numbers, port: limits.port ?? request.askedPort,
                reasons: [
                    needs.files.map { "files that it can write: \($0)" },
                    needs.capabilities.map { "capabilities: \($0)" },
                ].compactMap(\.self))
        }.value
    }

    /// Why an image does not live with restrictions; no obstacle where it does.
    private func live(
        with restrictions: TrialRestrictions, _ name: String, answering baseline: Behaviour
    ) async throws -> (numbers: UserNumbers?, obstacle: String?) {
        // An application that waits for what it may not have is not worth the whole of the time.
        let patience = min(limits.startSeconds, 10 + Int(min(baseline.startSeconds * 3, 600)))
        let trial = Trial(
            image: tag(name), command: [], asking: questions,
            limits: TrialLimits(port: limits.port, startSeconds: patience), engine: nil,
            restrictions: restrictions)
        do {
            let behaviour = try await trial.run(with: engine, scratchParent: scratch, progress: .silent)
            if let first = differences(between: baseline, and: behaviour).first {
                return (behaviour.user, "\(first.subject) differs in \(first.aspect)")
            }
            return (behaviour.user, behaviour.complaint(notIn: baseline))
        } catch let error as any Explained {
            try Task.checkCancellation()
            return (nil, error.problem)
        }
    }
}

/// What an application needs, by what stood in its way when it was tried without; nothing where it lives without.
struct Needs: Equatable {
    var files: String?
    /// Where it does not need to write its files: whether it needs a `/tmp` that it can write.
    var tmp = false
    var capabilities: String?
}

/// Finds out what an application needs: all is taken from it at once and, only where it does not live with that, one thing
/// after the other.  `obstacle` tries it with restrictions, and says what stood in its way.
func needs(_ obstacle: (TrialRestrictions) async throws -> String?) async throws -> Needs {
    var needs = Needs()
    if let both = try await obstacle(
        TrialRestrictions(isReadOnlyRoot: true, hasOwnTmp: true, dropsCapabilities: true))
    {
        needs.files = try await obstacle(TrialRestrictions(isReadOnlyRoot: true, hasOwnTmp: true))
        needs.capabilities = try await obstacle(TrialRestrictions(dropsCapabilities: true))
        // It may live without either, and not without both.
        if needs.files == nil, needs.capabilities == nil { needs.capabilities = both }
    }
    if needs.files == nil {
        let bare = TrialRestrictions(isReadOnlyRoot: true, dropsCapabilities: needs.capabilities == nil)
        needs.tmp = try await obstacle(bare) != nil
    }
    return needs
}

extension Behaviour {
    /// `8 answers, the first after 0.6 s`.
    var summary: String {
        if let exitCode { return "exit code \(exitCode)" }
        return
            "\(answers.count) answer\(answers.count == 1 ? "" : "s"), the first after \(startSeconds.formatted(decimals: 1)) s"
    }

    /// The first line that tells of something it may not do, where another behaviour tells of no such thing: an
    /// application may answer all the same, and fail at what was not asked.
    func complaint(notIn other: Behaviour) -> String? {
        let signs = ["read-only file system", "erofs", "operation not permitted", "eperm"]
        func complaints(_ behaviour: Behaviour) -> [Substring] {
            (lines(of: behaviour.errors) + lines(of: behaviour.output)).filter { line in
                let line = line.lowercased()
                return signs.contains { line.contains($0) }
            }
        }
        guard complaints(other).isEmpty, let first = complaints(self).first else { return nil }
        return "it said: \(first.prefix(200))"
    }
}

extension Hardening {
    /// `read-only root with /tmp, no capabilities, user 1000`.
    fileprivate var summary: String {
        let parts = [
            readOnlyRoot ? "read-only root" + (needsTmp ? " with a writable /tmp" : "") : nil,
            dropsAllCapabilities ? "no capabilities" : nil, runsAsNonRoot ? "not root" : nil,
        ].compactMap(\.self)
        return parts.isEmpty ? "it needs all it has" : parts.joined(separator: ", ")
    }
}
