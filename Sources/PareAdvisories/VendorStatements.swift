// SPDX-License-Identifier: Apache-2.0
import CPareData
package import PareModel

/// What distributions say of vulnerabilities and what Trivy's data base cannot hold: Debian's "unimportant".
package enum VendorStatements {
    /// The document on board, in OpenVEX, about source packages of the distribution; `nil` for all others.
    ///
    /// - SeeAlso: Debian security tracker, `data/CVE/list` and "Security Team FAQ"; Sources/CPareData/debian-statements.json.
    package static func document(for distro: Distro?) throws -> VEXDocument? {
        guard distro?.family == "debian" else { return nil }
        return try vexDocument(Array(String(cString: pare_debian_statements()).utf8), name: "debian")
    }
}
