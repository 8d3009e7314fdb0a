// SPDX-License-Identifier: Apache-2.0
import Glibc
import PareArchive
import PareBytes
package import PareImage
package import PareModel

/// Finds an image in containerd, through its program `ctr`.
///
/// The socket is what `CONTAINERD_ADDRESS` says, the namespace what `CONTAINERD_NAMESPACE` says.
///
/// - Parameters:
///   - name: As a person writes it.
///   - reference: The same in full, as containerd names images.
///   - platform: What it must be for; what fits this machine where it is `nil`.
///   - options: How long it may take, and the environment.
/// - Returns: The image, whose layers come when they are read.
/// - Throws: ``EngineSourceError``; `CancellationError`.
package func containerdImage(
    _ name: String, reference: ImageReference, platform: Platform?, options: NetworkOptions
) async throws -> Image {
    let environment = options.environment
    let address = environment.filled("CONTAINERD_ADDRESS") ?? "/run/containerd/containerd.sock"
    guard access(address, R_OK | W_OK) == 0 else {
        throw errno == EACCES ? EngineSourceError.notPermitted(address) : .noSocket([address], .containerd)
    }
    guard let ctr = ShortProgram.find("ctr", environment: environment) else {
        throw EngineSourceError.noProgram(["ctr"])
    }
    let place = ["-a", address, "-n", environment.filled("CONTAINERD_NAMESPACE") ?? "default"]
    let list = StreamingProgram(
        executable: ctr, arguments: place + ["images", "list", "name==\(reference.description)"],
        environment: environment, limit: options.patience)
    let table = try await onOwnThread { _ in
        try list.open().collect(as: list.summary, limit: 1 << 20).withBytes {
            String(decoding: $0, as: UTF8.self)
        }
    }
    // REF TYPE DIGEST SIZE PLATFORMS LABELS, where the size is two words.
    let row = table.split(separator: "\n").map { $0.split(separator: " ", omittingEmptySubsequences: true) }
        .first { $0.first.map(String.init) == reference.description }
    guard let row else { throw EngineSourceError.noImage(reference.description) }
    if let platform { try check(row, for: platform, name: name) }
    let digest = row.count > 2 ? Digest(row[2]) : nil
    let export = StreamingProgram(
        executable: ctr,
        arguments: place + [
            "images", "export", "--platform", (platform ?? .host).description, "-", reference.description,
        ],
        environment: environment, limit: options.timeLimit)
    return Image(
        exported: ImageExport(image: name, platform: platform, id: digest, stream: export),
        tags: reference.tag == nil ? [] : [reference.familiar],
        repositoryDigests: digest.map { ["\(reference.name)@\($0)"] } ?? [])
}

/// - Throws: ``EngineSourceError/otherPlatform(image:there:wanted:)``.
private func check(_ row: [Substring], for wanted: Platform, name: String) throws(EngineSourceError) {
    let platforms = row.dropFirst(5).prefix(1).flatMap { $0.split(separator: ",") }
        .compactMap { Platform(String($0)) }
    guard let first = platforms.first else { return }
    guard platforms.contains(where: { $0.fits(wanted) }) else {
        throw .otherPlatform(image: name, there: first, wanted: wanted)
    }
}
