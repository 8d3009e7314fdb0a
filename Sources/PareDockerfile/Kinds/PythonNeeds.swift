// SPDX-License-Identifier: Apache-2.0

/// What a Python application needs of the system: the interpreter, its library, installed packages, and what the native
/// modules of all link to.
func pythonNeeds(_ draft: Draft) -> Needs {
    let python = PythonPlace(draft)
    var needs = Needs(
        comment: "Python, its library and packages, the system's libraries that they load,",
        libraries: "the libraries that Python and native modules link to, and none that only 'ctypes' opens",
        environment: ["ENV PATH=\(python.programs) LANG=C.UTF-8"], program: python.system,
        modules: ["*.so", "*.so.*"], searched: ["/closure"], files: ["/etc/ld.so.cache"],
        strippable: "/closure/usr/local/lib \\( -name 'libpython*' -o -path '*/lib-dynload/*.so' \\)")
    let script = draft.start.flatMap { start in
        (start.words + start.defaults).first {
            $0.hasPrefix(python.programs + "/") || $0.hasPrefix("/usr/local/bin/")
        }
    }
    needs.files += script.map { [$0] } ?? []
    needs.before = library(of: python) + withoutInstallers(draft, python)
    if draft.has(.withoutUnusedModules) { needs.before += withoutUnused(draft, python) }
    if draft.has(.withoutForeignFunctions) { needs.before += withoutForeign(draft, python) }
    if draft.has(.compileAhead) {
        needs.after = [
            "# Compiled here, once: the process may not write beside its sources.",
            #"\#(python.system) -m compileall -q -j 0 -s /closure -p / --invalidation-mode unchecked-hash \"#,
            #"    "/closure$library" > /tmp/compiled || true; \"#,
        ]
    }
    return needs
}

extension PythonPlace {
    /// The folders of installed packages, as words in the block; `$library` is set there.
    fileprivate var packages: [String] {
        isOfficial
            ? [#""/closure$library/site-packages""#]
            : ["/closure/usr/lib/python3/dist-packages", "/closure/usr/local/lib/python3*/dist-packages"]
    }
}

/// The interpreter under all its names, and the library without what only its own authors, installers and desktops use.
private func library(of python: PythonPlace) -> [String] {
    let folders =
        [#""$library""#] + (python.isOfficial ? [] : ["/usr/lib/python3", "/usr/local/lib/python3*"])
    return [
        "# Python's library, without its tests, its editor and what installs or embeds it.",
        #"library="$(\#(python.system) -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')"; \"#,
    ]
        + forEach(
            "folder", of: folders,
            [
                #"if [ -d "$folder" ]; then mkdir -p "/closure$folder"; cp -rp "$folder/." "/closure$folder"; fi; \"#
            ])
        + [
            #"for part in test idlelib turtledemo ensurepip 'config-*'; do \"#,
            #"    find "/closure$library" -maxdepth 1 -name "$part" -exec rm -r {} +; \"#,
            #"done; \"#,
            #"find "$library/lib-dynload" -name '_*test*' -exec rm -f /closure{} ';'; \"#,
            #"mkdir -p /closure\#(python.programs); \"#,
            #"find \#(python.programs) -name 'python*' ! -name '*-config' \"#,
            #"    -exec cp -pP -t /closure\#(python.programs) {} +; \"#,
        ]
}

/// A condition in the block: whether a source of the application or of a package imports what a pattern says.
private func imports(_ pattern: String, _ draft: Draft, _ python: PythonPlace) -> [String] {
    let folders = (draft.folders + python.packages).joined(separator: " ")
    return [
        #"grep -rqswE --include='*.py' "^[[:blank:]]*(import|from)[[:blank:]](.*[^[:alnum:]_.])?\#(pattern)" \"#,
        #"    \#(folders)"#,
    ]
}

private func withoutInstallers(_ draft: Draft, _ python: PythonPlace) -> [String] {
    // The leaner recipe goes by what packages say they need, this one also by what they try to import.
    let asked = imports("(pkg_resources|setuptools)", draft, python)
    let condition =
        draft.has(.withoutUnusedModules)
        ? [#"    if ! grep -qix "$tool" /tmp/required; then \"#]
        : [
            #"    if ! grep -qix "$tool" /tmp/required && ! { [ "$tool" = setuptools ] && \"#,
            #"        \#(asked[0])"#,
            #"    \#(asked[1]) --exclude-dir=setuptools --exclude-dir=pkg_resources \"#,
            #"            --exclude-dir=pip --exclude-dir=wheel --exclude-dir=_distutils_hack; }; then \"#,
        ]
    let removal = forEach(
        "folder", of: python.packages,
        [
            #"rm -rf "${folder:?}/$tool" "$folder/$tool"-*; \"#,
            #"if [ "$tool" = setuptools ]; then \"#,
            #"    rm -rf "${folder:?}/pkg_resources" "$folder/_distutils_hack" "$folder"/distutils-*.pth; \"#,
            #"fi; \"#,
        ])
    return ["# What installs packages goes, unless an installed package needs it."]
        + forEach(
            "folder", of: python.packages,
            [
                #"sed -n '/extra *==/d; s/^Requires-Dist: *\([A-Za-z0-9_.-]*\).*/\1/p' \"#,
                #"    "$folder"/*.dist-info/METADATA >> /tmp/required 2> /dev/null || true; \"#,
            ])
        + [#"for tool in pip setuptools wheel; do \"#] + condition + removal.map { "        " + $0 }
        + [#"    fi; \"#, #"done; \"#]
}

/// Leaves out native modules that load more of the system; `uuid` has its own way without `_uuid`.
private func withoutUnused(_ draft: Draft, _ python: PythonPlace) -> [String] {
    let condition = imports("${module%:*}", draft, python)
    return [
        "# Native modules that load more of the system go where nothing imports what needs them.",
        "# readline is for people at a terminal, and what imports it does without.",
        #"find "$library/lib-dynload" -name 'readline*' -exec rm -f /closure{} ';'; \"#,
        #"for module in 'bz2:_bz2' 'crypt:_crypt' 'curses:_curses' '(dbm|shelve):_dbm' '(dbm|shelve):_gdbm' \"#,
        #"    'lzma:_lzma' 'nis:nis' 'sqlite3:_sqlite3' 'tkinter:_tkinter' '_uuid:_uuid'; do \"#,
        #"    if ! \#(condition[0])"#, #"    \#(condition[1]); then \"#,
        #"        find "$library/lib-dynload" -name "${module#*:}*" -exec rm -f /closure{} ';'; \"#,
        #"    fi; \"#,
        #"done; \"#,
    ]
}

private func withoutForeign(_ draft: Draft, _ python: PythonPlace) -> [String] {
    let folders = (draft.folders + python.packages).joined(separator: " ")
    return [
        "# By ctypes a program may call any function of any library. It goes unless a module imports it when it is",
        "# loaded and is not for Windows or macOS only.",
        #"grep -rlswE --include='*.py' '^(import|from)[[:blank:]](.*[^[:alnum:]_.])?(_?ctypes|_?cffi)' \"#,
        #"    \#(folders) > /tmp/foreign || true; \"#,
        #"foreign=; \"#,
        #"while read -r file; do \"#,
        #"    if ! grep -qE 'windll|WinDLL|msvcrt|CoreFoundation' "$file"; then foreign="$file"; fi; \"#,
        #"done < /tmp/foreign; \"#,
        #"if [ -z "$foreign" ]; then find "$library/lib-dynload" -name '_ctypes*' -exec rm -f /closure{} ';'; fi; \"#,
    ]
}
