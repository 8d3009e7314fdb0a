// SPDX-License-Identifier: Apache-2.0

/// How tables are drawn.
public struct TableStyle: Sendable, Hashable {
    /// Columns at most; 40 or more.
    public let width: Int
    public let isColoured: Bool

    public init(width: Int, isColoured: Bool) {
        self.width = max(40, width)
        self.isColoured = isColoured
    }

    /// For a file.
    public static let plain = TableStyle(width: 120, isColoured: false)
}
