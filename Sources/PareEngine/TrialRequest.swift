// SPDX-License-Identifier: Apache-2.0

package import PareModel

/// An image to start, and what to ask it.
package struct TrialRequest: Sendable {
    package var image: String
    /// What the image says of itself.
    package var config: ImageConfig
    package var questions: [Question]
    /// Stands in place of the image's command, after its entry point.
    package var command: [String]?
    /// `NAME=value`, over the image's own.
    package var environment: [String] = []
    /// Stands in place of the exposed port.
    package var port: Int?
    /// Runs the image to its end and asks nothing, whatever it exposes.
    package var isCommand = false
    /// Whether the image's files cannot be written.
    package var isReadOnlyRoot = false
    /// Whether `/tmp` is an empty folder in memory that can be written.
    package var hasOwnTmp = false
    /// Whether it has no capability at all, in place of docker's default ones or fewer.
    package var dropsCapabilities = false
    /// How long the application is left alone between the time it listens and the first question.
    package var pause = Duration.zero
    /// How long the application has until it listens.
    package var readinessLimit = Duration.seconds(60)
    package var questionLimit = Duration.seconds(30)
    /// For everything between start and stop.
    package var totalLimit = Duration.seconds(300)
    /// A folder for what is needed while the trial runs; it must exist.
    package var scratch: String

    package init(image: String, config: ImageConfig, questions: [Question], scratch: String) {
        self.image = image
        self.config = config
        self.questions = questions
        self.scratch = scratch
    }

    /// The TCP port to ask; `nil` for an image that is a command.
    package var askedPort: Int? { isCommand ? nil : port ?? exposedPorts.first }

    /// The exposed TCP ports, as the configuration orders them.
    private var exposedPorts: [Int] {
        config.exposedPorts.compactMap { text in
            let parts = text.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 1 || parts[1] == "tcp" else { return nil }
            let number = parts[0].split(separator: "-").first.flatMap { Int($0) }
            return number.flatMap { (1...65_535).contains($0) ? $0 : nil }
        }
    }

    /// The words that are run.
    var words: [String] { config.entrypoint + (command ?? config.command) }
}
