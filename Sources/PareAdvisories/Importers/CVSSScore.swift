// SPDX-License-Identifier: Apache-2.0
import PareModel

/// The base score of a CVSS 3.0 or 3.1 vector, `CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H`.
///
/// - Returns: `nil` for texts that are none, or lack one of the base metrics.
/// - SeeAlso: CVSS 3.1 Specification Document, §7.1, §7.4 and appendix A.
func cvss3Score(_ vector: String) -> Double? {
    guard vector.hasPrefix("CVSS:3.0/") || vector.hasPrefix("CVSS:3.1/") else { return nil }
    var metrics: [Substring: Substring] = [:]
    for part in vector.dropFirst(9).split(separator: "/") {
        let pair = part.split(separator: ":", omittingEmptySubsequences: false)
        guard pair.count == 2, metrics.updateValue(pair[1], forKey: pair[0]) == nil else { return nil }
    }
    func weight(_ name: Substring, _ weights: [Substring: Double]) -> Double? {
        metrics[name].flatMap { weights[$0] }
    }
    guard let scope = metrics["S"], scope == "U" || scope == "C" else { return nil }
    let isChanged = scope == "C"
    let losses: [Substring: Double] = ["H": 0.56, "L": 0.22, "N": 0]
    guard let way = weight("AV", ["N": 0.85, "A": 0.62, "L": 0.55, "P": 0.2]),
        let complexity = weight("AC", ["L": 0.77, "H": 0.44]),
        let privileges = weight(
            "PR", isChanged ? ["N": 0.85, "L": 0.68, "H": 0.5] : ["N": 0.85, "L": 0.62, "H": 0.27]),
        let interaction = weight("UI", ["N": 0.85, "R": 0.62]), let secrecy = weight("C", losses),
        let integrity = weight("I", losses), let availability = weight("A", losses)
    else { return nil }
    let loss = 1 - (1 - secrecy) * (1 - integrity) * (1 - availability)
    var impact = 6.42 * loss
    if isChanged {
        let power = (0..<15).reduce(1.0) { value, _ in value * (loss - 0.02) }
        impact = 7.52 * (loss - 0.029) - 3.25 * power
    }
    guard impact > 0 else { return 0 }
    let sum = impact + 8.22 * way * complexity * privileges * interaction
    return roundedUp(min(isChanged ? 1.08 * sum : sum, 10))
}

/// To the next tenth that is not below, without what floating point adds.
private func roundedUp(_ score: Double) -> Double {
    let whole = Int((score * 100_000).rounded())
    return whole % 10_000 == 0 ? Double(whole) / 100_000 : Double(whole / 10_000 + 1) / 10
}

extension Severity {
    /// - SeeAlso: CVSS 3.1 Specification Document, §5.
    init(cvssScore score: Double) {
        self =
            score >= 9 ? .critical : score >= 7 ? .high : score >= 4 ? .medium : score > 0 ? .low : .unknown
    }
}
