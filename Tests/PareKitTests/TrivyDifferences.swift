// SPDX-License-Identifier: Apache-2.0

extension TrivyConformanceTests {
    /// By image; the reasons stand in `docs/differences.md`.
    static let differences: [String: Difference] = [:]
}
