// SPDX-License-Identifier: Apache-2.0

/// What a long step tells while it runs.
public enum ProgressEvent: Sendable {
    /// A step began: `build demo-api`.
    case began(step: String)
    /// A line worth showing while the step runs, such as an engine's output.
    case said(step: String, line: String)
    /// A step is over, after so many seconds.
    case ended(step: String, seconds: Double, outcome: String)
    /// Something to tell apart from any step.
    case note(String)
}

/// Where progress goes: a terminal, a log, a test, nowhere.
public struct ProgressSink: Sendable {
    /// Takes one event.  Called from any task, so it must be quick.
    public let report: @Sendable (ProgressEvent) -> Void

    public init(report: @escaping @Sendable (ProgressEvent) -> Void) { self.report = report }

    /// Drops every event.
    public static let silent = ProgressSink { _ in }
}
