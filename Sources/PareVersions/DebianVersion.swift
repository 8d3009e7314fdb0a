// SPDX-License-Identifier: Apache-2.0

/// A version of a Debian package, ordered as `dpkg` orders it.
///
/// `[epoch:]upstream[-revision]`.  Epochs compare as numbers; upstream and revision by turns, a run of
/// other characters and then a run of digits, where `~` comes before everything, even the end (`1.0~rc1` <
/// `1.0`), letters before all other characters (`1.0a` < `1.0+`), and digits compare as numbers of any
/// length.
///
/// - SeeAlso: Debian Policy §5.6.12, `deb-version(7)`; the texts taken are those that Trivy takes.
struct DebianVersion: Sendable {
    private let epoch: DecimalNumber
    private let upstream: ArraySlice<UInt8>
    private let revision: ArraySlice<UInt8>

    /// The version that a text writes; `nil` where its epoch is no number, its upstream part does not start
    /// with a digit, or a character is in it that no version has.
    init?(_ text: String) {
        var rest = Array(text.utf8)[...].trimmed
        if let colon = rest.firstIndex(of: UInt8(ascii: ":")) {
            guard colon > rest.startIndex, rest[..<colon].allSatisfy(\.isDigit) else { return nil }
            epoch = DecimalNumber(digits: rest[..<colon])
            rest = rest[(colon + 1)...]
        } else {
            epoch = .zero
        }
        let dash = rest.lastIndex(of: UInt8(ascii: "-")) ?? rest.endIndex
        upstream = rest[..<dash]
        revision = rest[dash...].dropFirst()
        guard upstream.first?.isDigit == true,
            upstream.allSatisfy({ Self.isPlain($0) || Self.isUpstreamOnly($0) }),
            revision.allSatisfy(Self.isPlain)
        else { return nil }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "~"), UInt8(ascii: "_"): true
        default: byte.isDigit || byte.isLetter
        }
    }

    private static func isUpstreamOnly(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "-") || byte == UInt8(ascii: ":")
    }
}

extension DebianVersion: ThreeWayComparable {
    func order(against other: Self) -> Int {
        let epochs = epoch.order(against: other.epoch)
        if epochs != 0 { return epochs }
        let upstreams = Self.order(upstream, other.upstream)
        return upstreams != 0 ? upstreams : Self.order(revision, other.revision)
    }

    private static func order(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Int {
        var left = left
        var right = right
        while !left.isEmpty || !right.isEmpty {
            while left.first?.isDigit == false || right.first?.isDigit == false {
                let difference = weight(left.popFirst()) - weight(right.popFirst())
                if difference != 0 { return difference }
            }
            let difference = orderOfNumbers(&left, &right)
            if difference != 0 { return difference }
        }
        return 0
    }

    /// Takes the digits at both starts and compares them as numbers, which may be of any length.
    private static func orderOfNumbers(_ left: inout ArraySlice<UInt8>, _ right: inout ArraySlice<UInt8>)
        -> Int
    {
        while left.first == UInt8(ascii: "0") { left.removeFirst() }
        while right.first == UInt8(ascii: "0") { right.removeFirst() }
        var difference = 0
        while let digit = left.first, digit.isDigit, let other = right.first, other.isDigit {
            if difference == 0 { difference = Int(digit) - Int(other) }
            left.removeFirst()
            right.removeFirst()
        }
        // The longer number is the greater one.
        if left.first?.isDigit == true { return 1 }
        return right.first?.isDigit == true ? -1 : difference
    }

    /// The place of a character that is not a digit; digits and the end count as nothing.
    private static func weight(_ byte: UInt8?) -> Int {
        guard let byte, !byte.isDigit else { return 0 }
        if byte == UInt8(ascii: "~") { return -1 }
        return byte.isLetter ? Int(byte) : Int(byte) + 256
    }
}
