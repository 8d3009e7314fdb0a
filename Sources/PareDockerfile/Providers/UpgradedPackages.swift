// SPDX-License-Identifier: Apache-2.0

extension Draft {
    /// Lines of the stage that collects, between its list of files and the copying of them: the packages that own
    /// the files are upgraded to what the archive has, security and updates suites included.
    ///
    /// Nothing but these packages, and what depends on exactly their versions, is touched.  An archive that cannot
    /// be reached fails the build within seconds, where apt would go on with old lists: the image is then not
    /// taken for an upgraded one.
    var upgradeLines: [String] {
        guard has(.upgradedPackages) else { return [] }
        return [
            "# The newest packages of these files, security fixes included.",
            #"while read -r file; do \"#,
            #"    dpkg-query -S "${file#/usr}" "/usr${file#/usr}" 2> /dev/null || true; \"#,
            #"done < /tmp/files > /tmp/owned; \"#,
            #"sed -n 's/^\([^ ,]*\): .*/\1/p' /tmp/owned > /tmp/upgrades; \"#,
            #"apt-get update -qq -o APT::Update::Error-Mode=any -o Acquire::http::Timeout=20; \"#,
            #"DEBIAN_FRONTEND=noninteractive xargs apt-get install -qq -y --only-upgrade < /tmp/upgrades; \"#,
            #"rm -rf /var/lib/apt/lists/*; \"#,
        ]
    }
}
