// SPDX-License-Identifier: Apache-2.0

/// A version of a Python package: `[N!]N(.N)*[{a|b|rc}N][.postN][.devN][+local]` and all that is normalised
/// to it.
///
/// - SeeAlso: PEP 440; the order repeats `packaging.version`.
struct PythonVersion: Sendable {
    let epoch: DecimalNumber
    let release: [DecimalNumber]
    let pre: Pre?
    let post: DecimalNumber?
    let dev: DecimalNumber?
    let local: [LocalPart]

    enum Phase: Int, Sendable { case alpha, beta, candidate }

    struct Pre: ThreeWayComparable, Sendable {
        let phase: Phase
        let number: DecimalNumber

        func order(against other: Self) -> Int {
            phase == other.phase ? number.order(against: other.number) : phase.rawValue - other.phase.rawValue
        }
    }

    /// A part of a local version; words come before numbers.
    enum LocalPart: ThreeWayComparable, Sendable {
        case word(ArraySlice<UInt8>)
        case number(DecimalNumber)

        func order(against other: Self) -> Int {
            switch (self, other) {
            case (.number(let left), .number(let right)): left.order(against: right)
            case (.word(let left), .word(let right)): left.order(against: right)
            case (.word, .number): -1
            case (.number, .word): 1
            }
        }
    }

    /// The version without its local part, which the public index does not know.
    var withoutLocal: PythonVersion {
        PythonVersion(epoch: epoch, release: release, pre: pre, post: post, dev: dev, local: [])
    }

    /// Whether epoch and release numbers are the same, zeros at the end aside.
    func hasSameRelease(as other: PythonVersion) -> Bool {
        epoch == other.epoch && release.order(against: other.release, filling: .zero) == 0
    }
}

extension PythonVersion: ThreeWayComparable {
    func order(against other: Self) -> Int {
        let epochs = epoch.order(against: other.epoch)
        if epochs != 0 { return epochs }
        let releases = release.order(against: other.release, filling: .zero)
        if releases != 0 { return releases }
        let phases = Self.order(pre, other.pre, missing: prePlace, other.prePlace)
        if phases != 0 { return phases }
        let posts = Self.order(post, other.post, missing: -1, -1)
        if posts != 0 { return posts }
        let devs = Self.order(dev, other.dev, missing: 1, 1)
        return devs != 0 ? devs : local.order(against: other.local)
    }

    /// Where a version without a pre-release stands among those with one: before all for `1.0.dev1`, else
    /// after.
    private var prePlace: Int { post == nil && dev != nil ? -1 : 1 }

    /// Orders two optional parts.  A missing one stands before (-1) or after (1) all that are there.
    private static func order<Part: ThreeWayComparable>(
        _ left: Part?, _ right: Part?, missing leftPlace: Int, _ rightPlace: Int
    ) -> Int {
        switch (left, right) {
        case (let left?, let right?): left.order(against: right)
        case (nil, nil): leftPlace - rightPlace
        case (nil, _): leftPlace
        case (_, nil): -rightPlace
        }
    }
}

extension PythonVersion {
    /// The version that a text writes, in any spelling that PEP 440 normalises; `nil` for other texts.
    init?(_ text: String) {
        var cursor = Cursor(Array(text.utf8)[...].trimmed.lowercased)
        _ = cursor.take("v")
        guard var number = cursor.takeNumber() else { return nil }
        var epoch = DecimalNumber.zero
        if cursor.take("!") {
            guard let first = cursor.takeNumber() else { return nil }
            (epoch, number) = (number, first)
        }
        var release = [number]
        while cursor.next == UInt8(ascii: "."), cursor.rest.dropFirst().first?.isDigit == true {
            _ = cursor.take()
            if let number = cursor.takeNumber() { release.append(number) }
        }
        let pre = Self.takePre(&cursor)
        let post = Self.takePost(&cursor)
        let dev = Self.takeNumber(after: ["dev"], &cursor)
        var local: [LocalPart] = []
        if cursor.take("+") {
            guard let parts = Self.takeLocal(&cursor) else { return nil }
            local = parts
        }
        guard cursor.isAtEnd else { return nil }
        self.init(epoch: epoch, release: release, pre: pre, post: post, dev: dev, local: local)
    }

    private static func takePre(_ cursor: inout Cursor) -> Pre? {
        let spellings: [(Phase, [String])] = [
            (.alpha, ["alpha", "a"]), (.beta, ["beta", "b"]), (.candidate, ["rc", "c", "preview", "pre"]),
        ]
        for (phase, words) in spellings {
            if let number = takeNumber(after: words, &cursor) { return Pre(phase: phase, number: number) }
        }
        return nil
    }

    /// Reads `.post1` and its spellings, of which `-1` is one.
    private static func takePost(_ cursor: inout Cursor) -> DecimalNumber? {
        var ahead = cursor
        if ahead.take("-"), let number = ahead.takeNumber() {
            cursor = ahead
            return number
        }
        return takeNumber(after: ["post", "rev", "r"], &cursor)
    }

    /// Reads one of some words and its number, zero where it has none; a separator may stand before and
    /// between.
    private static func takeNumber(after words: [String], _ cursor: inout Cursor) -> DecimalNumber? {
        var ahead = cursor
        _ = takeSeparator(&ahead)
        guard words.contains(where: { ahead.take($0) }) else { return nil }
        cursor = ahead
        _ = takeSeparator(&ahead)
        guard let number = ahead.takeNumber() else { return .zero }
        cursor = ahead
        return number
    }

    private static func takeSeparator(_ cursor: inout Cursor) -> Bool {
        cursor.take(".") || cursor.take("-") || cursor.take("_")
    }

    private static func takeLocal(_ cursor: inout Cursor) -> [LocalPart]? {
        var parts: [LocalPart] = []
        repeat {
            let part = cursor.take { $0.isDigit || $0.isLowercase }
            guard !part.isEmpty else { return nil }
            parts.append(part.allSatisfy(\.isDigit) ? .number(DecimalNumber(digits: part)) : .word(part))
        } while takeSeparator(&cursor)
        return parts
    }
}

extension ArraySlice<UInt8> {
    var lowercased: ArraySlice<UInt8> { map(\.lowercased)[...] }
}
