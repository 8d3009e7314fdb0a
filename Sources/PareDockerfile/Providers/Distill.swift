// SPDX-License-Identifier: Apache-2.0

extension Provider {
    /// No new vendor: the final stage is empty but for what the process needs of the base it already had.
    package static let distill = Provider(
        name: "distill", node: "/usr/local/bin/node", launcher: [], user: "1000:1000", keepsUserNames: true,
        environment: ["ENV PATH=/usr/local/bin"],
        expectation: Expectation(openFindings: 20, megabytes: 180),
        purpose: "no base at all: of the one it has, only what the process needs is left",
        libraries: "Of them the final image has the libraries that node and native add-ons link to",
        prepare: { draft in
            guard let base = draft.target.base, base.isAlpine else { return }
            draft.stop(
                draft.target.root.instructions[0].line,
                "not supported: '\(draft.target.root.base)' is Alpine; distill needs a Debian base so far: "
                    + "try '--provider chainguard'")
        },
        stages: { draft in
            closure(draft) + ["", draft.finalFrom("scratch"), "COPY --from=\(draft.closureName) /closure /"]
        })

    /// The stage that collects.  Its block works out what is needed from the base as it is, so that it stays
    /// right when the base gets its next patch; nothing in it names an architecture or a Debian release.
    ///
    /// - Libraries come from `ldd`, for node and each native add-on; an add-on for another system is no
    ///   error.
    /// - The name services and the resolver are loaded at run time by C libraries older than 2.34 (bullseye).
    /// - `dpkg` knows files by the path of the day they were packaged: with or without `/usr`.
    /// - Licences are files too; some are another package's (`libstdc++6` has that of `gcc-12-base`), which
    ///   is why the list of files and then the list of licences is gone through.
    private static func closure(_ draft: Draft) -> [String] {
        let folders = draft.folders.filter { !draft.files.contains($0) }
        let ownLibraries = folders.map { ##"\#=> \##($0)/#d; "## }.joined()
        let names = folders.joined(separator: " ")
        var search = ""
        if !folders.isEmpty {
            search = "    find \(names) -name '*.node' -exec ldd {} ';' >> /tmp/ldd; \\\n"
        }
        if draft.keepsFolderOwners, !folders.isEmpty {
            search = keepingOwners(of: names) + search
        }
        var text = #"""
            # What the process needs of this system: node, the libraries that it and native add-ons load,
            # certificates, time zones, user names. And the record and the licence of each file's package,
            # so that scanners see what is left.
            FROM \#(draft.buildName) AS \#(draft.closureName)
            RUN set -eu; \
                mkdir -p /closure/var/lib/dpkg/status.d; \
                mkdir -m 1777 /closure/tmp; \
                # Where Debian has merged them, /lib is a link to /usr/lib, and so on.
                find / -maxdepth 1 -type l -name 'lib*' -exec cp -P {} /closure ';'; \
                ldd /usr/local/bin/node > /tmp/ldd; \
            \#(search)    sed -n '\#(ownLibraries)s#^[^/]*\(/[^ ]*\) (0x.*#\1#p' /tmp/ldd > /tmp/files; \
                find /lib/ -name libnss_dns.so.2 -o -name libnss_files.so.2 -o -name libresolv.so.2 \
                    >> /tmp/files; \
                printf '%s\n' /usr/local/bin/node /etc/passwd /etc/group /etc/nsswitch.conf \
                    /etc/os-release /usr/lib/os-release /etc/debian_version \
                    /etc/ssl/certs/ca-certificates.crt /usr/share/doc/ca-certificates/copyright \
                    /etc/localtime /usr/share/zoneinfo /usr/share/zoneinfo/UTC >> /tmp/files; \
            \#(draft.upgradeLines)    for list in files licences; do \
                    while read -r file; do \
                        folder="/closure$(readlink -f "${file%/*}")"; \
                        mkdir -p "$folder"; \
                        if [ -e "$file" ]; then cp -rpH "$file" "$folder"; fi; \
                        # dpkg knows a file by the path of the day it was packaged: with or without /usr.
                        dpkg-query -S "${file#/usr}" "/usr${file#/usr}" >> /tmp/owners 2> /dev/null || true; \
                    done < "/tmp/$list"; \
                    sed -n 's/^\([^ ,]*\): .*/\1/p' /tmp/owners > /tmp/packages; \
                    while read -r package; do \
                        dpkg-query -s "$package" > "/closure/var/lib/dpkg/status.d/${package%:*}"; \
                        readlink -f "/usr/share/doc/${package%:*}/copyright" >> /tmp/licences; \
                    done < /tmp/packages; \
                done; \
                rm -rf /closure/usr/share/zoneinfo/right /closure/usr/share/zoneinfo/posix
            """#
        if draft.has(.strip) {
            text += #"""
                ; \
                    node=/closure/usr/local/bin/node; \
                    if command -v strip > /dev/null; then strip --strip-unneeded "$node"; fi
                """#
        }
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.hasSuffix(" \\") ? line.dropLast() + draft.continuation : String(line)
        }
    }

    /// COPY makes a folder anew, as root's, where it is not there; with this it is.
    private static func keepingOwners(of folders: String) -> String {
        #"""
            # COPY keeps owners in a folder; the folder itself keeps its own if it is there before.
            for folder in \#(folders); do \
                mkdir -p "/closure$folder"; \
                chmod --reference="$folder" "/closure$folder"; \
                chown --reference="$folder" "/closure$folder"; \
            done; \

        """#
    }
}
