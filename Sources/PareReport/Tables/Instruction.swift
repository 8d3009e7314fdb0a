// SPDX-License-Identifier: Apache-2.0

/// A layer's history entry as the Dockerfile instruction it came from.
///
/// `/bin/sh -c #(nop) COPY file:… in /app` and `RUN /bin/sh -c npm install # buildkit` become what a person wrote;
/// white space is drawn together, and digests are cut to the twelve digits that Docker shows.
func instruction(ofHistory createdBy: String) -> String {
    var words = createdBy.split(whereSeparator: \.isWhitespace).map(String.init)
    if let buildkit = words.lastIndex(of: "buildkit"), buildkit > 0, words[buildkit - 1] == "#" {
        words.removeSubrange((buildkit - 1)...buildkit)
    }
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
    return (isRun ? "RUN " : "") + words.map(\.withShortDigest).joined(separator: " ")
}

extension String {
    /// `file:` and twelve digits for `file:` and sixty-four.
    fileprivate var withShortDigest: String {
        let digits = suffix(while: \.isHexDigit)
        guard digits.count == 64, count == 64 || dropLast(64).last == ":" else { return self }
        return dropLast(52) + "…"
    }

    private func suffix(while isIncluded: (Character) -> Bool) -> Substring {
        guard let end = lastIndex(where: { !isIncluded($0) }) else { return self[...] }
        return self[index(after: end)...]
    }
}
