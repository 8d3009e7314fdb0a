// SPDX-License-Identifier: Apache-2.0

extension Provider {
    /// No new vendor: the final stage is empty but for what the process needs of the base it already had.
    package static let distill = Provider(
        name: "distill", node: "/usr/local/bin/node", launcher: [], user: "1000:1000", keepsUserNames: true,
        environment: { $0.kind.needs($0).environment },
        expectation: Expectation(openFindings: 20, megabytes: 180),
        purpose: "no base at all: of the one it has, only what the process needs is left",
        libraries: { "Of them the final image has \($0.kind.needs($0).libraries)" },
        prepare: { draft in
            guard let base = draft.target.base, base.isAlpine else { return }
            draft.stop(
                draft.target.root.instructions[0].line,
                "not supported: '\(draft.target.root.base)' is Alpine; distill needs a Debian base so far"
                    + (draft.kind.id == .node ? ": try '--provider chainguard'" : ""))
        },
        stages: { draft in
            closure(draft) + ["", draft.finalFrom("scratch"), "COPY --from=\(draft.closureName) /closure /"]
        })

    /// The stage that collects.  Its block works out what is needed from the base as it is, so that it stays
    /// right when the base gets its next patch; nothing in it names an architecture or a Debian release.
    ///
    /// - Libraries come from `ldd`, for the program and each native module; a module for another system is no
    ///   error.
    /// - The name services and the resolver are loaded at run time by C libraries older than 2.34 (bullseye).
    /// - `dpkg` knows files by the path of the day they were packaged: with or without `/usr`.
    /// - Licences are files too; some are another package's (`libstdc++6` has that of `gcc-12-base`), which
    ///   is why the list of files and then the list of licences is gone through.
    private static func closure(_ draft: Draft) -> [String] {
        let needs = draft.kind.needs(draft)
        var lines = [
            "# What the process needs of this system: \(needs.comment)",
            "# certificates, time zones, user names. And the record and the licence of each file's package,",
            "# so that scanners see what is left.",
            "FROM \(draft.buildName) AS \(draft.closureName)",
            "RUN set -eu; \\",
        ]
        let steps =
            beginning + needs.before + libraries(needs, draft) + needs.looking
            + listing(needs, draft) + draft.upgradeLines + copying + needs.after
            + (draft.has(.strip) ? stripping(needs) : [])
        lines += steps.map { "    " + $0 }
        // The last line ends the block.
        while let last = lines.popLast() {
            guard !last.hasPrefix("    #") else { continue }
            lines.append(last.hasSuffix("; \\") ? String(last.dropLast(3)) : last)
            break
        }
        return lines.map { $0.hasSuffix(" \\") ? $0.dropLast() + draft.continuation : $0 }
    }

    private static let beginning = [
        #"mkdir -p /closure/var/lib/dpkg/status.d; \"#,
        #"mkdir -m 1777 /closure/tmp; \"#,
        #"# Where Debian has merged them, /lib is a link to /usr/lib, and so on."#,
        #"find / -maxdepth 1 -type l -name 'lib*' -exec cp -P {} /closure ';'; \"#,
    ]

    /// What the program and native modules load.
    private static func libraries(_ needs: Needs, _ draft: Draft) -> [String] {
        var lines = [
            needs.mayBeStatic
                ? #"if ! ldd \#(needs.program) > /tmp/ldd; then echo 'static: needs no library'; fi; \"#
                : #"ldd \#(needs.program) > /tmp/ldd; \"#
        ]
        let folders = draft.folders.filter { !draft.files.contains($0) }
        if draft.keepsFolderOwners, !folders.isEmpty { lines += keepingOwners(of: folders) }
        let searched = folders + needs.searched
        if !searched.isEmpty, !needs.modules.isEmpty {
            let names = needs.modules.map { "-name '\($0)'" }.joined(separator: " -o ")
            let pattern = needs.modules.count > 1 ? #"\( \#(names) \)"# : names
            lines.append(
                #"find \#(searched.joined(separator: " ")) \#(pattern) -exec ldd {} ';' >> /tmp/ldd; \"#)
        }
        return lines
    }

    /// The list of files.
    private static func listing(_ needs: Needs, _ draft: Draft) -> [String] {
        let folders = draft.folders.filter { !draft.files.contains($0) } + needs.searched
        let ownLibraries = folders.map { ##"\#=> \##($0)/#d; "## }.joined()
        let services = [
            #"find /lib/ -name libnss_dns.so.2 -o -name libnss_files.so.2 -o -name libresolv.so.2 \"#,
            #"    >> /tmp/files; \"#,
        ]
        let ifDynamic = [#"if grep -q '/libc[.]so' /tmp/files; then \"#]
        var lines = [#"sed -n '\#(ownLibraries)s#^[^/]*\(/[^ ]*\) (0x.*#\1#p' /tmp/ldd > /tmp/files; \"#]
        lines += needs.mayBeStatic ? ifDynamic + services.map { "    " + $0 } + [#"fi; \"#] : services
        return lines + [
            #"printf '%s\n' \#(needs.files.map { $0 + " " }.joined())\"#,
            #"    /etc/passwd /etc/group /etc/nsswitch.conf \"#,
            #"    /etc/os-release /usr/lib/os-release /etc/debian_version \"#,
            #"    /etc/ssl/certs/ca-certificates.crt /usr/share/doc/ca-certificates/copyright \"#,
            #"    /etc/localtime /usr/share/zoneinfo >> /tmp/files; \"#,
        ]
    }

    /// Copies what is listed, and looks whose files these are.
    private static let copying = [
        #"for list in files licences; do \"#,
        #"    sort -u "/tmp/$list" -o "/tmp/$list"; \"#,
        #"    while read -r file; do \"#,
        #"        folder="/closure$(readlink -m "${file%/*}/")"; \"#,
        #"        if [ -e "$file" ]; then mkdir -p "$folder"; cp -rpH "$file" "$folder"; fi; \"#,
        #"    done < "/tmp/$list"; \"#,
        #"    # dpkg knows a file by the path of the day it was packaged: with or without /usr."#,
        #"    find /closure -type f -fprint /tmp/kept; \"#,
        #"    sed -n 's#^/closure##p; s#^/usr##p' /tmp/kept > /tmp/paths; \"#,
        #"    xargs -d '\n' dpkg-query -S < /tmp/paths > /tmp/owners 2> /dev/null || true; \"#,
        #"    sed -n 's/^\([^ ,]*\): .*/\1/p' /tmp/owners > /tmp/packages; \"#,
        #"    sort -u /tmp/packages -o /tmp/packages; \"#,
        #"    while read -r package; do \"#,
        #"        dpkg-query -s "$package" > "/closure/var/lib/dpkg/status.d/${package%:*}"; \"#,
        #"        readlink -m "/usr/share/doc/${package%:*}/copyright" >> /tmp/licences; \"#,
        #"    done < /tmp/packages; \"#,
        #"done; \"#,
        #"rm -rf /closure/usr/share/zoneinfo/right /closure/usr/share/zoneinfo/posix; \"#,
    ]

    private static func stripping(_ needs: Needs) -> [String] {
        guard let files = needs.strippable else { return [] }
        return [
            #"if command -v strip > /dev/null; then \"#,
            #"    find \#(files) -type f -exec strip --strip-unneeded {} +; \"#,
            #"fi; \"#,
        ]
    }

    /// COPY makes a folder anew, as root's, where it is not there; with this it is.
    private static func keepingOwners(of folders: [String]) -> [String] {
        [#"# COPY keeps owners in a folder; the folder itself keeps its own if it is there before."#]
            + forEach(
                "folder", of: folders,
                [
                    #"mkdir -p "/closure$folder"; \"#,
                    #"chmod --reference="$folder" "/closure$folder"; \"#,
                    #"chown --reference="$folder" "/closure$folder"; \"#,
                ])
    }
}

/// Lines of a script that do the same with each of some words; without a loop where there is one word only.
func forEach(_ variable: String, of words: [String], _ lines: [String]) -> [String] {
    if words.count == 1 { return [#"\#(variable)=\#(words[0]); \"#] + lines }
    return [#"for \#(variable) in \#(words.joined(separator: " ")); do \"#] + lines.map { "    " + $0 }
        + [#"done; \"#]
}
