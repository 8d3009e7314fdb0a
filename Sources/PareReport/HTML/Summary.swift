// SPDX-License-Identifier: Apache-2.0
import PareModel

/// The head of the page: what it comes to in a sentence, and the figures that matter.
func summary(of comparison: Comparison, title: String, kind: String, note: String?) -> Section {
    let (before, after) = (comparison.before, comparison.after)
    var tiles: [HTML] = []
    if let old = before.image?.size, let new = after.image?.size {
        tiles.append(sizeTile("size on disk", old, new))
    }
    if let old = before.image?.compressedSize, let new = after.image?.compressedSize {
        tiles.append(sizeTile("compressed", old, new))
    }
    tiles.append(countTile("open findings", before.open.count, after.open.count))
    tiles.append(countTile("packages", before.packages.count, after.packages.count))
    if let old = comparison.behaviourBefore?.startSeconds, let new = comparison.behaviourAfter?.startSeconds {
        tiles.append(tile("start time", old.seconds, new.seconds, old, new))
    }
    let sentences = comparison.verdict.split(separator: ";").map { part -> HTML in
        "<span>\(part.drop { $0 == " " })</span>"
    }
    let line: HTML = note.map { "<p class=\"muted\">\($0)</p>" } ?? ""
    return Section(
        id: "summary", title: "",
        body: """
            <header class="\(comparison.isClean ? "clean" : "worse")">
            <p class="kind">\(kind)</p>
            <h1>\(title)</h1>
            <p class="verdict">\(sentences)</p>
            <p class="images"><code>\(before.target)</code> <span class="muted">became</span> <code>\(after.target)</code></p>
            \(line)
            </header>
            <div class="tiles">
            \(tiles)</div>
            """)
}

private func sizeTile(_ label: String, _ before: ByteCount, _ after: ByteCount) -> HTML {
    tile(label, "\(before)", "\(after)", Double(before.bytes), Double(after.bytes))
}

private func countTile(_ label: String, _ before: Int, _ after: Int) -> HTML {
    tile(label, before.grouped, after.grouped, Double(before), Double(after))
}

/// A figure as it is now, what it was, and how much of it is left.
private func tile(_ label: String, _ old: String, _ new: String, _ before: Double, _ after: Double) -> HTML {
    let whole = max(before, after)
    return """
        <div class="tile"><h3>\(label)</h3>
        <p class="now">\(new) \(pill(change(before, after), isBetter: after <= before))</p>
        <p class="muted">before: \(old)</p>
        <svg class="left" aria-hidden="true"><rect class="track" width="100%" height="4" rx="2"/>\
        <rect class="\(after <= before ? "after" : "worse")" width="\(percent(after, of: whole))" height="4" rx="2"/></svg>
        </div>

        """
}

/// A share as a length in SVG: never so short that it cannot be seen, but for nothing.
func percent(_ part: Double, of whole: Double) -> String {
    guard whole > 0, part > 0, whole.isFinite, part.isFinite else { return "0%" }
    return max(0.3, min(100, part / whole * 100)).formatted(decimals: 2) + "%"
}
