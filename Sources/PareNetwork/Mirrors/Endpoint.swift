// SPDX-License-Identifier: Apache-2.0
package import PareModel

/// A place that an image is asked for at: its own registry, or a mirror of it.
package struct Endpoint: Hashable, Sendable {
    /// What to ask for there; its registry and repository may be others than those of the image's name.
    package let reference: ImageReference
    /// Plain HTTP may be spoken there, and certificates need not be trusted.
    package let isInsecure: Bool

    package init(_ reference: ImageReference, isInsecure: Bool = false) {
        self.reference = reference
        self.isInsecure = isInsecure
    }

    /// Host, and port where one is named.
    package var registry: String { reference.registry }
    /// Path in the registry.
    package var repository: String { reference.repository }
}
