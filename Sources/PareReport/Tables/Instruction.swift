// SPDX-License-Identifier: Apache-2.0

/// A layer's history entry as the Dockerfile instruction it came from.
///
/// `/bin/sh -c #(nop) COPY file:… in /app` and `RUN /bin/sh -c npm install # buildkit` become what a person wrote;
/// white space is drawn together.
func instruction(ofHistory createdBy: String) -> String {
    var words = createdBy.split(whereSeparator: \.isWhitespace).map(String.init)
    if let buildkit = words.lastIndex(of: "buildkit"), buildkit > 0, words[buildkit - 1] == "#" {
        words.removeSubrange((buildkit - 1)...buildkit)
    }
    // Arguments of the build stand before the shell as `|1 NAME=value`.
    if words.first?.hasPrefix("|") == true, let shell = words.firstIndex(of: "/bin/sh") {
        words.removeSubrange(0..<shell)
    }
    var isRun = words.first == "RUN"
    if isRun { words.removeFirst() }
    if words.starts(with: ["/bin/sh", "-c"]) {
        words.removeFirst(2)
        isRun = words.first != "#(nop)"
        if !isRun { words.removeFirst() }
    }
    return (isRun ? "RUN " : "") + words.joined(separator: " ")
}
