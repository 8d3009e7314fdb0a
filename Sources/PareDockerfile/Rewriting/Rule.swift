// SPDX-License-Identifier: Apache-2.0

/// One thing that a rewrite does, to a draft that the rules before it have worked on.
struct Rule: Sendable {
    let name: String
    let apply: @Sendable (inout Draft) -> Void

    /// In the order in which they are applied.
    static let all: [Rule] = [
        .base, .currentBases, .startCommand, .compileAhead, .startReason, .productionDependencies,
        .lockFile, .buildStage, .settings, .user, .healthcheck, .folders, .pythonFiles, .sources,
        .staticLinking, .owners,
        .leftBehind, .fitness,
    ]
}
