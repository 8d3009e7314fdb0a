// SPDX-License-Identifier: Apache-2.0

/// What a cataloger wants of the files of an image.
///
/// A layer is walked once for all interests together; only what an interest takes is kept.
package struct Interest: Sendable {
    /// Names the interest: ``KeptFile/interest`` carries it back to the cataloger.
    package let name: String
    package let pattern: PathPattern
    package let take: Take

    package init(_ name: String, _ pattern: PathPattern, take: Take) {
        self.name = name
        self.pattern = pattern
        self.take = take
    }

    /// What is kept of a file that the pattern selects.
    package enum Take: Sendable {
        /// The whole content; a longer file is kept as a diagnostic only.  In bytes.
        case content(limit: Int)

        /// Of an ELF file of any size, read as a stream: for each of the first 16 places where the marker stands, so many
        /// bytes from the marker's first byte on, joined (each padded to the length with zeros at the file's end).
        /// A file without the marker is not kept.
        case windows(marker: [UInt8], length: Int)

        /// What the function makes of the whole content of an ELF file up to a limit; `nil` keeps nothing.
        case extract(limit: Int, @Sendable (UnsafeRawBufferPointer) -> [UInt8]?)
    }
}

/// Which paths an interest is in; paths have no leading slash.
package enum PathPattern: Sendable, Hashable {
    /// Exactly this path: `etc/os-release`.
    case path(String)
    /// Any path whose last component is this: `package.json`.
    case name(String)
    /// Any path that ends so: `.jar`.
    case suffix(String)
    /// Files directly in a folder whose name ends so: `("var/lib/dpkg/info", ".list")`.
    case folder(String, suffix: String)
    /// Regular files with any execute bit, of at least so many bytes.
    case executable(minimumSize: Int)
}

/// A file that an interest took, as one layer has it.
package struct KeptFile: Sendable, Hashable {
    package let interest: String
    /// Normalised, without a leading slash.
    package let path: String
    /// Index of the layer; `0` is the oldest.
    package let layer: Int
    /// Permission bits.
    package let mode: UInt16
    /// Length of the file, which is more than the content's where only a part was taken.  In bytes.
    package let size: Int64
    package let content: [UInt8]

    package init(interest: String, path: String, layer: Int, mode: UInt16, size: Int64, content: [UInt8]) {
        self.interest = interest
        self.path = path
        self.layer = layer
        self.mode = mode
        self.size = size
        self.content = content
    }
}

/// The kept files of an image: all of every layer, and which of them a container sees.
package struct SquashedView: Sendable {
    /// All layers' kept files, oldest layer first, in the order of each layer.
    package let files: [KeptFile]
    /// For each of ``files`` whether no younger layer hides or replaces it.
    package let isVisible: [Bool]

    package init(files: [KeptFile], isVisible: [Bool]) {
        self.files = files
        self.isVisible = isVisible
    }

    /// The files of an interest that a container sees.
    package func visible(_ interest: String) -> [KeptFile] {
        zip(files, isVisible).filter { $0.0.interest == interest && $0.1 }.map(\.0)
    }

    /// The files of an interest in all layers, oldest first, hidden ones too.
    package func all(_ interest: String) -> [KeptFile] { files.filter { $0.interest == interest } }
}
