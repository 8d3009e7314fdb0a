// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareModel

/// The configuration of an image: how it is run, and where its layers come from.
///
/// - SeeAlso: OCI image specification, config.md.
struct ConfigFile {
    let run: ImageConfig
    private let diffIDs: [Digest?]
    private let history: [History]
    private let image: String

    struct History {
        let createdBy: String
        let isEmpty: Bool
    }

    /// Where one layer comes from.
    struct Origin {
        let diffID: Digest?
        let createdBy: String
        let isBase: Bool
    }

    init(_ bytes: [UInt8], image: String) throws {
        self.image = image
        let json = try NamedFiles.json(bytes, as: "the configuration", image: image)
        guard json.members != nil else {
            throw ImageError.broken(image: image, part: "the configuration", reason: "it is not an object")
        }
        let config = json["config"]
        run = ImageConfig(
            architecture: json["architecture"]?.text ?? "", os: json["os"]?.text ?? "",
            user: config?["User"]?.text ?? "",
            exposedPorts: (config?["ExposedPorts"]?.members ?? []).map(\.name).sorted(),
            environment: config?["Env"]?.texts ?? [], entrypoint: Self.words(config?["Entrypoint"]),
            command: Self.words(config?["Cmd"]), workingDirectory: config?["WorkingDir"]?.text ?? "",
            labels: Dictionary(
                (config?["Labels"]?.members ?? []).map { ($0.name, $0.value.text ?? "") },
                uniquingKeysWith: { $1 }))
        diffIDs = (json["rootfs"]?["diff_ids"]?.elements ?? []).map { $0.text.flatMap { Digest($0) } }
        history = (json["history"]?.elements ?? []).map { entry in
            History(
                createdBy: entry["created_by"]?.text ?? "", isEmpty: entry["empty_layer"]?.isTrue ?? false)
        }
    }

    /// A list of words; very old images have a single text.
    private static func words(_ value: JSONValue?) -> [String] {
        value?.text.map { [$0] } ?? value?.texts ?? []
    }

    /// What does not fit together.
    func diagnostics(layerCount: Int) -> [Diagnostic] {
        var found: [Diagnostic] = []
        if diffIDs.count != layerCount {
            found.append(
                Diagnostic(
                    .warning,
                    "'\(image)' has \(layerCount) layers, but its configuration names \(diffIDs.count)"))
        }
        if !history.isEmpty, filledHistory.count != layerCount {
            found.append(
                Diagnostic(.note, "the history of '\(image)' does not fit its layers, and was not used"))
        }
        return found
    }

    /// For each layer its origin; without a history that fits, only the digest.
    func origins(layerCount: Int) -> [Origin] {
        let filled = filledHistory
        let base = Self.lastOfBase(history)
        return (0..<layerCount).map { index in
            let isKnown = filled.count == layerCount
            return Origin(
                diffID: diffIDs.count == layerCount ? diffIDs[index] : nil,
                createdBy: isKnown ? filled[index].element.createdBy : "",
                isBase: isKnown && filled[index].offset <= base)
        }
    }

    private var filledHistory: [(offset: Int, element: History)] {
        Array(history.enumerated()).filter { !$0.element.isEmpty }.map { ($0.offset, $0.element) }
    }

    /// Index of the last history entry that belongs to the base image; -1 where none can be told apart.
    ///
    /// From the end backwards past the empty entries of the image itself, then past its layers; the next empty entry
    /// that is a CMD ends the base.  This is `GuessBaseImageIndex` of Trivy's `pkg/fanal/image/image.go`, which
    /// knows `/bin/sh -c #(nop)  CMD` of Docker and `CMD` of BuildKit; buildah writes one space.
    static func lastOfBase(_ history: [History]) -> Int {
        guard let lastFilled = history.lastIndex(where: { !$0.isEmpty }) else { return -1 }
        return history[..<lastFilled].lastIndex { $0.isEmpty && isCommand($0.createdBy) } ?? -1
    }

    private static func isCommand(_ createdBy: String) -> Bool {
        let mark = "#(nop)"
        guard createdBy.hasPrefix("/bin/sh -c " + mark) else { return createdBy.hasPrefix("CMD") }
        return createdBy.dropFirst("/bin/sh -c ".count + mark.count).drop { $0 == " " }.hasPrefix("CMD")
    }
}

extension ImageConfig {
    /// Whether the image may be for a platform, as far as it says.
    func fits(_ platform: Platform) -> Bool {
        architecture.isEmpty || architecture == platform.architecture && (os.isEmpty || os == platform.os)
    }
}
