// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareDependencies
import PareEngine
import PareVersions

/// npm of an image, working on the manifests of one application.
final class NpmRunner {
    private let workshop: Workshop
    private let lockName: String
    private let manifests: [String: String]
    private(set) var node: Version?
    private(set) var takesOverrides = false
    var lockVersion = 3
    private var known: [String: [Offer]] = [:]

    init(_ patching: Patching, lockName: String, manifests: [String: String]) throws {
        workshop = try Workshop(
            setup: patching.setup, engine: patching.engine, image: patching.image, project: patching.folder,
            scratch: patching.scratch)
        self.lockName = lockName
        self.manifests = manifests
        try stage(manifests)
        if fileExists(patching.folder + "/.npmrc") {
            try workshop.put(try readText(patching.folder + "/.npmrc"), at: ".npmrc")
        }
    }

    private func stage(_ texts: [String: String]) throws {
        for (folder, text) in texts {
            try workshop.put(text, at: folder.isEmpty ? "package.json" : folder + "/package.json")
        }
    }

    private var options: [String] {
        [
            "--package-lock-only", "--package-lock", "--ignore-scripts", "--no-audit", "--no-fund",
            "--include=dev",
            "--no-update-notifier", "--no-progress", "--loglevel=error", "--lockfile-version=\(lockVersion)",
            "--fetch-retries=1", "--fetch-retry-mintimeout=500", "--fetch-retry-maxtimeout=2000",
            "--fetch-timeout=30000",
        ]
    }

    private static let limit = Duration.seconds(240)

    /// Looks which npm there is, and makes a lock file where the application has none.
    ///
    /// - Returns: The lock file's text.
    func begin(lock: String?) async throws -> String {
        if let lock { try workshop.put(lock, at: lockName) }
        let script = """
            node --version > /pare/out/node && npm --version > /pare/out/npm || exit 127
            [ -e "$1" ] || { shift; npm install "$@"; }
            """
        _ = try await npm(script, [lockName] + options)
        let release = (try workshop.file("out/node") ?? "").filter { !$0.isWhitespace }
        node = Version(release.hasPrefix("v") ? String(release.dropFirst()) : release, in: .npm)
        let version = (try workshop.file("out/npm") ?? "").filter { !$0.isWhitespace }
        if let npm = Version(version, in: .npm), let first = Version("8.3.0", in: .npm) {
            takesOverrides = npm >= first
        }
        return try locked()
    }

    /// Locks in two rounds: with manifests that name exact versions, then with those that are to stay, which keeps what is
    /// locked as long as they allow it.
    func lock(_ text: String, pinned: [String: String], final: [String: String]) async throws -> String {
        try workshop.put(text, at: lockName)
        try stage(pinned)
        for (folder, text) in final { try workshop.put(text, at: ".final/\(folder)/package.json") }
        let script = """
            npm install "$@" || exit
            cp -R .final/. . && rm -rf .final && npm install "$@"
            """
        _ = try await npm(script, options)
        let locked = try locked()
        guard !workshop.settings.isTold(in: locked) || workshop.settings.isTold(in: text) else {
            throw PatchFailure.secret(file: lockName)
        }
        return locked
    }

    private func locked() throws -> String {
        guard let text = try workshop.file("app/" + lockName) else {
            throw PatchFailure.refused(manager: "npm", reason: "it wrote no lock file")
        }
        return text
    }

    /// What the registry offers; a package that it does not know has no offers.
    func offers(of names: [String]) async throws -> [String: [Offer]] {
        let script = """
            i=0
            for name; do
              i=$((i + 1))
              npm view "$name@>=0.0.0" name version dependencies optionalDependencies peerDependencies engines deprecated \\
                --json --loglevel=error --fetch-retries=1 --fetch-retry-mintimeout=500 --fetch-timeout=30000 \\
                > /pare/out/$i.json 2> /pare/out/$i.err &
              [ $((i % 4)) = 0 ] && wait
            done
            wait
            """
        for start in stride(from: 0, to: names.count, by: 100) {
            let batch = names[start..<min(start + 100, names.count)]
            _ = try await npm(script, Array(batch))
            for (index, name) in batch.enumerated() {
                known[name] = try offers(of: name, number: index + 1)
            }
        }
        return known
    }

    private func offers(of name: String, number: Int) throws -> [Offer] {
        let errors = try workshop.file("out/\(number).err") ?? ""
        let text = try workshop.file("out/\(number).json") ?? ""
        if errors.contains("E404") { return [] }
        if errors.contains("npm error") || errors.contains("npm ERR!") { throw failure(errors) }
        return text.allSatisfy(\.isWhitespace) ? [] : try Offer.offers(ofNpm: text, named: name)
    }

    private func npm(_ script: String, _ arguments: [String]) async throws -> RunResult {
        let result = try await workshop.run(script, arguments, limit: Self.limit)
        guard result.code != 127 else { throw PatchFailure.missing(manager: "npm", image: workshop.image) }
        guard result.isSuccess else { throw failure(result.errors + result.output) }
        return result
    }

    /// What npm's errors mean.
    private func failure(_ errors: String) -> PatchFailure {
        let said = lines(of: errors).compactMap { line -> String? in
            let marks = ["npm error ", "npm ERR! "]
            return marks.first(where: line.hasPrefix).map { String(line.dropFirst($0.count)) }
        }
        let code = said.first { $0.hasPrefix("code ") }.map { String($0.dropFirst(5)) } ?? ""
        let text = said.first {
            !$0.hasPrefix("code ") && !$0.hasPrefix("errno ") && !$0.hasPrefix("syscall ")
        }
        let reason = workshop.settings.redacted(
            text ?? lines(of: errors).last.map(String.init) ?? "it says nothing")
        let about = code.isEmpty || reason.contains(code) ? reason : "\(code): \(reason)"
        let refusals = [
            "ERESOLVE", "ETARGET", "EOVERRIDE", "ENOVERSIONS", "EBADENGINE", "EUNSUPPORTEDPROTOCOL",
        ]
        if refusals.contains(code) { return .refused(manager: "npm", reason: about) }
        return .registry(manager: "npm", reason: about)
    }
}
