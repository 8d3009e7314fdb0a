// SPDX-License-Identifier: Apache-2.0

/// What `pare fix` did, and what shows that it is right.
public struct FixProof: Sendable, Codable {
    /// Of this structure; raised when a reader would have to know.
    public let schemaVersion: Int
    /// The application's name: `demo-api`.
    public let application: String
    /// When it began, RFC 3339 in UTC.
    public let started: String
    /// What built and ran the images: `buildah 1.28.2`.
    public let engine: String
    /// The image as it was beside the winner.
    public let comparison: Comparison
    /// In the order in which they were tried.
    public let candidates: [CandidateOutcome]
    /// Name of the candidate that won.
    public let winner: String
    /// The Dockerfile as it was, and the winner's.
    public let original: String
    public let dockerfile: String
    /// What the winner changes in the application's manifests and lock files; `nil` where it takes them as they are.
    public let patch: DependencyPatch?
    /// What all of it rests on; `nil` where nobody noted it.
    public let inputs: FixInputs?
    /// The files beside `proof.json` with their digests, by name.
    public let files: [FileDigest]
    /// What was done to the Dockerfile, and why.
    public let edits: [Edit]
    /// What was not understood, left out, or is worth knowing.
    public let diagnostics: [Diagnostic]
    /// Seconds of the whole run.
    public let seconds: Double
    /// What the winner does without; `nil` where that was not tried.
    public let hardening: Hardening?

    /// One change to a Dockerfile.
    public struct Edit: Sendable, Codable, Hashable {
        /// In the Dockerfile as it was, from 1.
        public let line: Int
        public let reason: String
        public init(line: Int, reason: String) {
            self.line = line
            self.reason = reason
        }
    }

    public init(
        application: String, started: String, engine: String, comparison: Comparison,
        candidates: [CandidateOutcome],
        winner: String, original: String, dockerfile: String, patch: DependencyPatch? = nil,
        inputs: FixInputs? = nil, files: [FileDigest] = [], edits: [Edit], diagnostics: [Diagnostic],
        seconds: Double, hardening: Hardening? = nil
    ) {
        schemaVersion = Self.currentSchema
        self.application = application
        self.started = started
        self.engine = engine
        self.comparison = comparison
        self.candidates = candidates
        self.winner = winner
        self.original = original
        self.dockerfile = dockerfile
        self.patch = patch
        self.inputs = inputs
        self.files = files
        self.edits = edits
        self.diagnostics = diagnostics
        self.seconds = seconds
        self.hardening = hardening
    }

    /// What ``schemaVersion`` is of proofs that are made now.
    public static let currentSchema = 2

    /// The same proof, with the files that lie beside it.
    public func with(files: [FileDigest]) -> FixProof {
        FixProof(
            application: application, started: started, engine: engine, comparison: comparison,
            candidates: candidates, winner: winner, original: original, dockerfile: dockerfile, patch: patch,
            inputs: inputs, files: files, edits: edits, diagnostics: diagnostics, seconds: seconds,
            hardening: hardening)
    }
}

/// How one way of fixing an application came out.
public struct CandidateOutcome: Sendable, Codable {
    /// The recipe's name: `distill+compiled`.
    public let name: String
    public let verdict: Verdict
    /// What was measured; `nil` where it came to nothing.
    public let measured: Measured?
    /// How its answers differ from the baseline's.
    public let differences: [Comparison.Difference]
    /// Seconds it took to build, start and scan.
    public let seconds: Double
    /// The steps of the dependency patch that it was built with.
    public let patched: [DependencyPatch.Step]?

    public enum Verdict: Sendable, Codable, Hashable {
        case won
        /// Another is better, or it is worse than the baseline in something.
        case lost(reason: String)
        /// It did not build, did not start, or answered differently.
        case failed(reason: String)
        /// Its base could not be had, or the recipe is not for this application.
        case unavailable(reason: String)
        /// It was not tried, or not to its end, since that could not have changed the choice or there was no time.
        case skipped(reason: String)
    }

    /// The figures of a candidate that was scanned.
    public struct Measured: Sendable, Codable, Hashable {
        /// Sum of the layers' uncompressed tars.
        public let size: ByteCount
        public let compressedSize: ByteCount?
        public let packages: Int
        /// Open findings from critical down to unknown: five numbers.
        public let openFindings: [Int]
        /// Findings that were set aside.
        public let dismissedFindings: Int?
        /// Seconds to the first answer.
        public let startSeconds: Double
        /// As ``Behaviour/peakMemory``.
        public let peakMemory: ByteCount?
        public init(
            size: ByteCount, compressedSize: ByteCount?, packages: Int, openFindings: [Int],
            dismissedFindings: Int? = nil, startSeconds: Double, peakMemory: ByteCount? = nil
        ) {
            self.size = size
            self.compressedSize = compressedSize
            self.packages = packages
            self.openFindings = openFindings
            self.dismissedFindings = dismissedFindings
            self.startSeconds = startSeconds
            self.peakMemory = peakMemory
        }
    }

    public init(
        name: String, verdict: Verdict, measured: Measured?, differences: [Comparison.Difference],
        seconds: Double, patched: [DependencyPatch.Step]? = nil
    ) {
        self.name = name
        self.verdict = verdict
        self.measured = measured
        self.differences = differences
        self.seconds = seconds
        self.patched = patched
    }
}
