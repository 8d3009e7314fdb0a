// SPDX-License-Identifier: Apache-2.0
import PareModel

/// Why bytes are not the archive or the compressed stream that they should be.
///
/// Whoever knows the file's name puts it before ``problem``.
package enum ArchiveError: Explained, Hashable {
    /// The bytes end before the structure does: `("gzip stream", 1234)`, the offset in bytes of what was read.
    case truncated(String, offset: Int64)
    /// A structure contradicts its format: `("tar header", "wrong checksum", 512)`.
    case malformed(String, String, offset: Int64)
    /// More output than the caller allows, or at a ratio that only repetition reaches.
    case bomb(output: Int64, input: Int64)
    /// One entry is longer than the caller allows.
    case tooLong(String, limit: Int)
    /// A format or method that is known and not read: `xz compression`.
    case unsupported(String)

    package var problem: String {
        switch self {
        case .truncated(let what, let offset): "the \(what) ends too early, at byte \(offset)"
        case .malformed(let what, let reason, let offset):
            "the \(what) at byte \(offset) is broken: \(reason)"
        case .bomb(let output, let input):
            "\(ByteCount(input)) unpack to more than \(ByteCount(output)), which looks like a decompression bomb"
        case .tooLong(let name, let limit): "'\(name)' is longer than \(ByteCount(limit))"
        case .unsupported(let what): "\(what) is not supported"
        }
    }

    package var hint: String? {
        switch self {
        case .truncated: "copy or save it again, the file may be incomplete"
        case .malformed: "copy or save it again"
        case .bomb: "do not unpack it elsewhere either, unless you know where it comes from"
        case .tooLong: nil
        case .unsupported: "convert it to gzip, zstd or an uncompressed archive"
        }
    }
}
