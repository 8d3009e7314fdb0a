// SPDX-License-Identifier: Apache-2.0
import PareModel

/// Why a package manager did not do what a patch needs.
enum PatchFailure: Explained, Equatable {
    case missing(manager: String, image: String)
    /// It said no; other steps may work.
    case refused(manager: String, reason: String)
    /// The registry did not answer, or not as it should: no step can be judged.
    case registry(manager: String, reason: String)
    /// A file that it wrote holds a password or token.
    case secret(file: String)

    var problem: String {
        switch self {
        case .missing(let manager, let image): "'\(manager)' is not in the image '\(image)'"
        case .refused(let manager, let reason): "\(manager) cannot lock the dependencies: \(reason)"
        case .registry(let manager, let reason): "\(manager) gets no good answer from the registry: \(reason)"
        case .secret(let file): "'\(file)' would hold a secret of the registry's settings"
        }
    }

    var hint: String? {
        switch self {
        case .missing(let manager, _):
            "dependencies are patched with the image's own \(manager); patch them by hand, or use a base that has it"
        case .refused: nil
        case .registry: "look whether the registry can be reached and its settings are right, then run again"
        case .secret:
            "name the registry in '.npmrc' without a password, and the password in a line of its own"
        }
    }
}
