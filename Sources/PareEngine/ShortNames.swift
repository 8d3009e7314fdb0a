// SPDX-License-Identifier: Apache-2.0

import Glibc

/// What `node:20` means to buildah and podman.
///
/// Dockerfiles are written for docker, to which a name without a registry is one of Docker Hub.  Debian's
/// buildah and podman come without a registry for such names, so one is given to them where the machine's
/// owner has not chosen any.
enum ShortNames {
    /// For the variable `CONTAINERS_REGISTRIES_CONF`; `nil` where the machine has a choice of its own.
    ///
    /// The file has no name any more, and is gone with this process: only a process of the same user reads
    /// it, by our descriptor.
    static let configuration: String? = {
        let folder = "/etc/containers/registries.conf"
        let parts = Folder.names(folder + ".d").filter { $0.hasSuffix(".conf") }.map { "\(folder).d/\($0)" }
        let main = Folder.text(folder) ?? ""
        let texts = [main] + parts.compactMap { Folder.text($0) }
        guard !texts.contains(where: hasRegistries) else { return nil }
        var name = Array("/tmp/pare-registries-XXXXXX".utf8CString)
        let descriptor = mkstemp(&name)
        guard descriptor >= 0 else { return nil }
        unlink(name)
        // Keys of the whole file stand before its tables.
        let text = "unqualified-search-registries = [\"docker.io\"]\n" + main
        let count = Array(text.utf8).withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        return count == text.utf8.count ? "/proc/\(getpid())/fd/\(descriptor)" : nil
    }()

    /// Whether a configuration names registries to search.
    static func hasRegistries(_ text: String) -> Bool {
        text.split { $0 == "\n" || $0 == "\r\n" }.contains { line in
            line.drop { $0 == " " || $0 == "\t" }.hasPrefix("unqualified-search-registries")
        }
    }
}
