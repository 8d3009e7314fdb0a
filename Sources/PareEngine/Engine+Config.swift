// SPDX-License-Identifier: Apache-2.0
import PareBytes
package import PareModel

extension Engine {
    /// How an image in the storage says that it is run.
    ///
    /// - Throws: `EngineError.noImage`, `.refused`, `.cannotRun`, `.tookTooLong`.
    package func config(of image: String) async throws -> ImageConfig {
        try checkName(image)
        let arguments =
            switch kind {
            case .buildah: ["inspect", "--type", "image", "--", image]
            case .podman, .docker: ["image", "inspect", "--", image]
            }
        let result = try await command(arguments).result(within: .seconds(60))
        guard result.isSuccess else { throw EngineError.noImage(image) }
        guard let answer = try? JSONValue(Array(result.output.utf8)) else {
            throw EngineError.refused(
                engine: kind.rawValue, action: "inspect '\(image)'", reason: "its answer is not JSON")
        }
        return ImageConfig(inspected: answer.elements?.first ?? answer["OCIv1"] ?? answer)
    }
}

extension ImageConfig {
    /// Reads what docker and podman print of an image, or the configuration in buildah's answer, which has other cases.
    fileprivate init(inspected answer: JSONValue) {
        let config = answer["Config"] ?? answer["config"]
        self.init(
            architecture: (answer["Architecture"] ?? answer["architecture"])?.text ?? "",
            os: (answer["Os"] ?? answer["os"])?.text ?? "", user: config?["User"]?.text ?? "",
            exposedPorts: config?["ExposedPorts"]?.members?.map(\.name).sorted() ?? [],
            environment: config?["Env"]?.texts ?? [], entrypoint: config?["Entrypoint"]?.texts ?? [],
            command: config?["Cmd"]?.texts ?? [], workingDirectory: config?["WorkingDir"]?.text ?? "",
            labels: Dictionary(
                (config?["Labels"]?.members ?? []).map { ($0.name, $0.value.text ?? "") },
                uniquingKeysWith: { $1 }))
    }
}
