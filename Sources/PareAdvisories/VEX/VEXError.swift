// SPDX-License-Identifier: Apache-2.0
import PareModel

/// Why statements about vulnerabilities could not be read.
package enum VEXError: Explained, Hashable {
    case unreadable(file: String, reason: String)
    /// It is no JSON, and has to be.
    case notJSON(file: String, offset: Int)
    /// It is JSON of another kind.
    case notVEX(file: String, is: String)
    /// It is VEX, and a part of it makes no sense: `("statement 3", "it has no status")`.
    case broken(file: String, part: String, reason: String)
    case tooMuch(folder: String, what: String)
    /// A VEX repository's index names a file outside of it, or one that is not there.
    case badLocation(index: String, location: String)

    package var problem: String {
        switch self {
        case .unreadable(let file, let reason): "the VEX document '\(file)' cannot be read: \(reason)"
        case .notJSON(let file, let offset): "'\(file)' is no VEX document: not JSON, at byte \(offset)"
        case .notVEX(let file, let kind): "'\(file)' is no VEX document: it is \(kind)"
        case .broken(let file, let part, let reason): "cannot read \(part) of '\(file)': \(reason)"
        case .tooMuch(let folder, let what): "'\(folder)' holds \(what), more than is read of VEX documents"
        case .badLocation(let index, let location):
            "'\(index)' names the document '\(location)', which is not there"
        }
    }

    package var hint: String? {
        switch self {
        case .unreadable: "name a file or folder that this user may read with '--vex'"
        case .notJSON, .notVEX: "name an OpenVEX, CSAF 2.0 or CycloneDX document in JSON, or a folder of them"
        case .broken: "correct it, or leave it out; nothing is dismissed on a guess"
        case .tooMuch: "name the part of it that is about this image"
        case .badLocation: "fetch the VEX repository again"
        }
    }
}
