// SPDX-License-Identifier: Apache-2.0

extension TrivyConformanceTests {
    private static func rows(_ lines: String) -> Set<Row> {
        Set(
            lines.split(separator: "\n").map {
                Row($0.split(separator: "|", omittingEmptySubsequences: false).map(String.init))
            })
    }

    private static let lodash = rows("CVE-2024-3001|lodash|4.17.20|4.17.21|fixed|HIGH")

    private static let alpha = rows(
        """
        CVE-2024-0001|alpha|1.0-1|2.0-1|fixed|HIGH
        CVE-2024-0002|alpha|1.0-1||affected|HIGH
        CVE-2024-0003|alpha|1.0-1||will_not_fix|LOW
        DSA-1111-1|alpha|1.0-1|1.5-1|fixed|HIGH
        """)

    /// By image; the reasons stand in `docs/differences.md`.
    static let differences: [String: Difference] = [
        // A package without origin is its own source, and this one has the fix.
        "apk-319": Difference(onlyTrivy: rows("CVE-2024-1003|openssl|3.1.4-r5|3.1.4-r5|fixed|HIGH")),
        // apk's data base lies under usr/lib in Wolfi, and in Alpine from 3.23 on.
        "apk-usr-lib": Difference(
            onlyPare: rows(
                """
                CVE-2024-1001|busybox|1.36.1-r15|1.36.1-r17|fixed|HIGH
                CVE-2024-1001|ssl_client|1.36.1-r15|1.36.1-r17|fixed|HIGH
                CVE-2024-1003|libssl3|3.1.4-r4|3.1.4-r5|fixed|HIGH
                """)),
        "sbom-apko-usr-lib-apk": Difference(
            onlyPare: rows(
                """
                CVE-2024-2001|curl|8.3.0-r0|8.4.0-r0|fixed|HIGH
                CVE-2024-2001|libcurl-openssl4|8.3.0-r0|8.4.0-r0|fixed|HIGH
                """)),
        // os-release says Debian 12, though there is no debian_version.
        "debian-os-release-only": Difference(onlyPare: alpha),
        // One long stanza does not make the others unread.
        "dpkg-stanza-too-long": Difference(
            onlyPare: alpha.union(
                rows(
                    """
                    CVE-2024-0005|gamma|0.9-1|1.0~rc1-1|fixed|HIGH
                    CVE-2024-0006|gamma|0.9-1|1.0-1+deb12u1|fixed|UNKNOWN
                    CVE-2024-0007|perl|1-1||fix_deferred|HIGH
                    """))),
        // What a younger layer put in the place of a folder, or of a file, hides what was there.
        "dir-replaced-by-file": Difference(onlyTrivy: lodash),
        "file-replaced-bad-json": Difference(onlyTrivy: lodash),
        "wh-opaque-root": Difference(onlyTrivy: lodash),
    ]
}
