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
        winner: String, original: String, dockerfile: String, edits: [Edit], diagnostics: [Diagnostic],
        seconds: Double, hardening: Hardening? = nil
    ) {
        schemaVersion = 1
        self.application = application
        self.started = started
        self.engine = engine
        self.comparison = comparison
        self.candidates = candidates
        self.winner = winner
        self.original = original
        self.dockerfile = dockerfile
        self.edits = edits
        self.diagnostics = diagnostics
        self.seconds = seconds
        self.hardening = hardening
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

    public enum Verdict: Sendable, Codable, Hashable {
        case won
        /// Another is better, or it is worse than the baseline in something.
        case lost(reason: String)
        /// It did not build, did not start, or answered differently.
        case failed(reason: String)
        /// Its base could not be had.
        case unavailable(reason: String)
    }

    /// The figures of a candidate that was scanned.
    public struct Measured: Sendable, Codable, Hashable {
        /// Sum of the layers' uncompressed tars.
        public let size: ByteCount
        public let compressedSize: ByteCount?
        public let packages: Int
        /// Open findings from critical down to unknown: five numbers.
        public let openFindings: [Int]
        /// Seconds to the first answer.
        public let startSeconds: Double
        /// As ``Behaviour/peakMemory``.
        public let peakMemory: ByteCount?
        public init(
            size: ByteCount, compressedSize: ByteCount?, packages: Int, openFindings: [Int],
            startSeconds: Double, peakMemory: ByteCount? = nil
        ) {
            self.size = size
            self.compressedSize = compressedSize
            self.packages = packages
            self.openFindings = openFindings
            self.startSeconds = startSeconds
            self.peakMemory = peakMemory
        }
    }

    public init(
        name: String, verdict: Verdict, measured: Measured?, differences: [Comparison.Difference],
        seconds: Double
    ) {
        self.name = name
        self.verdict = verdict
        self.measured = measured
        self.differences = differences
        self.seconds = seconds
    }
}
