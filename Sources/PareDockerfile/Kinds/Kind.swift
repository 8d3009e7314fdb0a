// SPDX-License-Identifier: Apache-2.0

/// The kinds of applications that there are recipes for.
package enum ApplicationKind: String, Sendable, CaseIterable {
    case node, python, nginx
    /// A program of the application's own: Go, Rust, C.
    case program
}

/// A kind of application: how it is recognised, how it starts, and what its process needs of the system it is built on.
struct Kind: Sendable {
    let id: ApplicationKind

    /// As messages have it: `a Node.js application`.
    let name: String

    /// Whether an image is of this kind, by what it stands on and what it starts.
    let fits: @Sendable (Target, BaseReference) -> Bool

    /// Looks at the base that was; stops the draft where the kind does not know it.
    var prepare: @Sendable (inout Draft) -> Void = { _ in }

    /// What words start, told without a shell.
    let start: @Sendable (StartWords, Draft) throws(StartCommand.Unavailable) -> StartCommand

    /// Why the start is told otherwise than it was, where it was told by name: after a colon.
    let startReason: String

    /// What a small program of the final image asks an address by, as words for a health check; `nil` where there is none.
    var probe: @Sendable (_ url: String, Draft) -> [String]? = { _, _ in nil }

    /// Who the process runs as where the old file did not say and the provider's user does not do.
    var user: @Sendable (Target) -> String? = { _ in nil }

    /// Whether a path is taken over with ``needs``, so that it is none of the application's folders.
    var takes: @Sendable (_ path: String, Draft) -> Bool = { _, _ in false }

    /// What collects the process's needs.
    let needs: @Sendable (Draft) -> Needs

    /// In the order in which they are asked.
    static let all: [Kind] = [.node, .python, .nginx, .program]
}

/// The words of `ENTRYPOINT` and `CMD`, where they are there.
struct StartWords: Sendable {
    let entrypoint: [String]?
    let command: [String]?

    var all: [String] { (entrypoint ?? []) + (command ?? []) }
}

/// What a process needs of the system it is built on, in the words of the block that collects it.
struct Needs: Sendable {
    /// What is collected beside certificates, time zones and user names: one line of a comment.
    let comment: String

    /// What of system packages that the build installs is in the final image: the end of a sentence.
    let libraries: String

    /// Lines that the final stage needs because nothing below it says so.
    var environment: [String] = []

    /// The program that is started: absolute.
    let program: String

    /// Whether the program may need no library at all.
    var mayBeStatic = false

    /// Shell patterns for names of files in the application's folders that load libraries.
    var modules: [String] = []

    /// Folders in which ``modules`` are looked for, beside the application's.
    var searched: [String] = []

    /// Files and folders of the system, the program among them where nothing else brings it.
    var files: [String] = []

    /// Lines of a script that run before libraries are looked for, that look for more of them, and that run at the end;
    /// each a whole line with its end, `; \`, or a comment.
    var before: [String] = []
    var looking: [String] = []
    var after: [String] = []

    /// What can do without symbol tables, as the words of a `find` in what was collected.
    var strippable: String?
}

extension Kind {
    /// The kind of an image.
    ///
    /// - Throws: where it is none of the known ones.
    init(of target: Target) throws(StartCommand.Unavailable) {
        guard let base = target.base else {
            throw StartCommand.Unavailable(
                reason: "the base '\(target.root.base)' hangs on a variable without a value")
        }
        guard let kind = Kind.all.first(where: { $0.fits(target, base) }) else {
            throw StartCommand.Unavailable(
                reason:
                    "the base '\(target.root.base)' is not of Node.js, Python, nginx, Go, Rust or plain Debian"
            )
        }
        self = kind
    }
}
