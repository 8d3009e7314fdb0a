// SPDX-License-Identifier: Apache-2.0

/// What calls functions of libraries by names that come from scripts, tables or users, so that no program has to hold them.
///
/// Where one of these is in an image, nothing can be said of which functions are called.  Interpreters are listed that have such
/// calls built in; where the calls are a module of their own (Python's ctypes), only that one is.
enum ForeignCalls {
    /// By paths; `*` stands for any run of characters.
    private static let paths: [(Wildcard, String)] = [
        ("*libffi.so*", "libffi"),
        ("*/_ctypes.*", "Python's ctypes"), ("*/_cffi_backend*", "Python's cffi"),
        ("*node_modules/koffi/*", "koffi"), ("*node_modules/ffi-napi/*", "ffi-napi"),
        ("*node_modules/ref-napi/*", "ref-napi"), ("*node_modules/ffi-rs/*", "ffi-rs"),
        ("*koffi.node", "koffi"), ("*ffi_bindings.node", "ffi-napi"),
        ("*/fiddle.so", "Ruby's fiddle"), ("*/ffi_c.so", "Ruby's ffi"),
        ("*bin/perl*", "Perl's DynaLoader"), ("*libperl.so*", "Perl's DynaLoader"),
        ("*bin/lua*", "Lua's package.loadlib"), ("*liblua*.so*", "Lua's package.loadlib"),
        ("*bin/tclsh*", "Tcl's load"), ("*libtcl*.so*", "Tcl's load"),
        ("*libjvm.so", "Java"), ("*libcoreclr.so", ".NET"), ("*libmono*.so*", "Mono"),
        ("*bin/deno", "Deno"), ("*bin/bun", "Bun"), ("*libguile*.so*", "Guile"), ("*libR.so", "R"),
        ("*libLLVM*.so*", "LLVM's compiler"), ("*libllvmlite*", "LLVM's compiler"), ("*libtcc.so*", "tcc"),
        ("*libpypy*.so*", "PyPy's cffi"), ("*bin/pypy*", "PyPy's cffi"),
        ("*libjulia*.so*", "Julia"), ("*bin/sbcl", "SBCL"), ("*bin/gdb", "gdb"),
        ("*bin/vim*", "vim's libcall"),
        ("*bin/sqlite3", "SQLite's load_extension"), ("*bin/postgres", "PostgreSQL's functions in C"),
        ("*bin/mysqld", "MySQL's functions in C"), ("*bin/mariadbd", "MariaDB's functions in C"),
    ].map { (Wildcard($0), $1) }

    /// By symbols of the loader's table and by texts that a program holds.
    static let texts = [
        "ffi_call": "libffi", "PyInit__ctypes": "Python's ctypes", "--experimental-ffi": "node:ffi",
    ]

    /// The module that a path belongs to, with the path: `usr/lib/…/_ctypes.so (Python's ctypes)`.
    static func module(at path: String) -> String? {
        paths.first { $0.0.matches(path) }.map { "\(path) (\($0.1))" }
    }
}
