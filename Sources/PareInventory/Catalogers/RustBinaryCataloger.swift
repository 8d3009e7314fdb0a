// SPDX-License-Identifier: Apache-2.0

import PareArchive
import PareBytes
import PareImage
import PareModel

extension Cataloger {
    /// Crates in executables built with cargo-auditable: section `.dep-v0` holds their list as JSON packed by zlib.
    /// Crates that were only used to build are left out.
    ///
    /// - SeeAlso: rust-secure-code/cargo-auditable `PARSING.md`; Trivy's `pkg/dependency/parser/rust/binary`.
    static let rustBinary = Cataloger(
        "rust binary",
        reads: [
            Interest(
                "rust binary", .executable(minimumSize: 4 << 10),
                take: .extract(limit: 64 << 20) { section(".dep-v0", of: $0) })
        ]
    ) { file in
        let list = file.content.withUnsafeBytes { bytes in
            (try? ZlibText.unpacked(bytes, limit: 8 << 20)).flatMap { try? JSONValue($0) }
        }
        guard let list else { return Reading(.warning, "damaged list of Rust crates", at: file.path) }
        return Reading(packages: (list["packages"]?.elements ?? []).compactMap { crate($0, in: file.path) })
    }

    private static func section(_ name: String, of bytes: UnsafeRawBufferPointer) -> [UInt8]? {
        guard let file = try? ELFFile(bytes), let section = file.section(name),
            let content = try? file.bytes(of: section, in: bytes), !content.isEmpty
        else { return nil }
        return Array(content)
    }

    private static func crate(_ value: JSONValue, in path: String) -> Package? {
        guard let name = value["name"]?.text, let version = value["version"]?.text, !name.isEmpty,
            !version.isEmpty,
            value["kind"]?.text ?? "runtime" == "runtime"
        else { return nil }
        return Package(.cargo, name, version, in: path)
    }
}
