// SPDX-License-Identifier: Apache-2.0

/// A layer's history entry as the Dockerfile instruction it came from.
///
/// `/bin/sh -c #(nop) COPY file:… in /app` and `RUN /bin/sh -c npm install # buildkit` become what a person wrote;
/// white space is drawn together, and digests of copied files are cut to eight digits.
func instruction(ofHistory createdBy: String) -> String {
    var words = createdBy.split(whereSeparator: \.isWhitespace).map(String.init)
    if words.suffix(2) == ["#", "buildkit"] { words.removeLast(2) }
    var isRun = words.first == "RUN"
    if isRun { words.removeFirst() }
    // Arguments of the build stand before the shell as `|1 NAME=value`.
    if words.first?.hasPrefix("|") == true, let shell = words.firstIndex(of: "/bin/sh") {
        words.removeSubrange(0..<shell)
    }
    if words.starts(with: ["/bin/sh", "-c"]) {
        words.removeFirst(2)
        isRun = words.first != "#(nop)"
        if !isRun { words.removeFirst() }
    }
    if !isRun { words = words.map(withShortDigest) }
    return (isRun ? "RUN " : "") + words.joined(separator: " ")
}

/// `file:71a1e3e6` of `file:71a1e3e6d48f…`; any other word as it is.
private func withShortDigest(_ word: String) -> String {
    let parts = word.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, ["file", "dir", "multi"].contains(parts[0]) else { return word }
    return parts[1].count == 64 && parts[1].allSatisfy(\.isHexDigit)
        ? "\(parts[0]):\(parts[1].prefix(8))" : word
}

/// The gist of an instruction in few words: `RUN apt-get install autoconf automake …`.
///
/// Of a `RUN` the first command is told that does more than prepare or clean up; `…` stands for others.
func gist(ofHistory createdBy: String) -> String {
    let whole = instruction(ofHistory: createdBy)
    guard whole.hasPrefix("RUN ") else { return whole }
    let words = whole.split(separator: " ").dropFirst().drop { $0.hasPrefix("--") }
    let steps = words.split { $0 == "&&" || $0 == ";" || $0 == "||" }.flatMap(splitAtSemicolons)
    let telling = steps.filter { !isPreparation($0) }
    guard let first = telling.first ?? steps.first else { return "RUN" }
    let isInstall = ["apt-get", "apt", "apk", "dnf", "yum"].contains(first.first)
    let shown = isInstall ? first.filter { !$0.hasPrefix("-") } : first
    return (["RUN"] + shown).joined(separator: " ") + (telling.count > 1 ? " …" : "")
}

/// `set -eux; apt-get update` stands as `["set", "-eux;", "apt-get", "update"]`: parts it where a word ends in `;`.
private func splitAtSemicolons(_ words: some Sequence<Substring>) -> [[Substring]] {
    words.reduce(into: [[]]) { steps, word in
        let ends = word.hasSuffix(";")
        steps[steps.count - 1].append(ends ? word.dropLast() : word)
        if ends { steps.append([]) }
    }.filter { !$0.isEmpty }
}

private func isPreparation(_ step: [Substring]) -> Bool {
    switch step.first.map(String.init) ?? "" {
    case "set", "export", "cd", "rm", "mkdir", "echo", "true", ":", "umask", "shopt": true
    case "apt-get", "apt", "apk", "dnf", "yum": !step.contains("install") && !step.contains("add")
    default: false
    }
}
