// SPDX-License-Identifier: Apache-2.0
package import PareModel

/// A place that an image is asked for at: its own registry, or a mirror of it.
package struct Endpoint: Hashable, Sendable {
    /// What to ask for there; its registry and repository may be others than those of the image's name.
    package let reference: ImageReference
    /// Plain HTTP may be spoken there, and certificates need not be trusted.
    package let isInsecure: Bool
    /// The file that leads there; `nil` where no file does.
    package let file: String?
    /// Whether that file is the working folder's, which somebody else may have written.
    package let isOfFolder: Bool

    package init(
        _ reference: ImageReference, isInsecure: Bool = false, file: String? = nil, isOfFolder: Bool = false
    ) {
        self.reference = reference
        self.isInsecure = isInsecure
        self.file = file
        self.isOfFolder = isOfFolder
    }

    /// Host, and port where one is named.
    package var registry: String { reference.registry }
    /// Path in the registry.
    package var repository: String { reference.repository }

    /// Says that this is elsewhere than an image's name says, and by which file; `nil` where it is the same place.
    func detour(from original: ImageReference) -> Diagnostic? {
        guard (original.name, original.tag) != (reference.name, reference.tag) else { return nil }
        let reason = file.map { ", as '\($0)' says" } ?? ""
        return Diagnostic(
            isOfFolder ? .warning : .note,
            "'\(original.familiar)' was taken from '\(reference.familiar)'\(reason)")
    }
}
