// SPDX-License-Identifier: Apache-2.0
import CPareData
import PareArchive
import PareBytes

/// The data that the program carries: two data bases in Trivy's format, packed.
///
/// They hold facts only.  `Scripts/snapshot/make-snapshot` makes them.
enum Snapshot {
    static let name = "data on board"

    /// When its facts were true, RFC 3339.
    static let date = String(cString: pare_snapshot_date())

    /// What Trivy's data base has a place for.
    static func packages() throws -> BoltFile {
        try unpacked(UnsafeRawBufferPointer(start: pare_snapshot(), count: pare_snapshot_size()))
    }

    /// The advisories of the Node.js runtime, on their own because every store is read with them.
    static func runtime() throws -> BoltFile {
        try unpacked(
            UnsafeRawBufferPointer(start: pare_runtime_snapshot(), count: pare_runtime_snapshot_size()))
    }

    private static func unpacked(_ bytes: UnsafeRawBufferPointer) throws -> BoltFile {
        try BoltFile(ZstdSource(ArraySource(Array(bytes))).collect(as: name, limit: 1 << 28))
    }
}
