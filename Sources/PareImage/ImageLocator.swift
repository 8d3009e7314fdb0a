// SPDX-License-Identifier: Apache-2.0
import Glibc
import PareArchive
import PareBytes
package import PareModel

/// A compressed archive is unpacked into memory, because its layers must be found before they are read.
private let compressedArchiveLimit = 512 << 20

/// Opens the image that lies at a path: a docker-archive or OCI archive, compressed or not, an OCI layout folder, or a
/// root file system folder.  Layers are looked at, and not read.
///
/// - Parameters:
///   - path: Of a file or folder.
///   - platform: What to choose where the image is there for several; this machine's by default.
/// - Returns: The image, whose layers come when they are read.
/// - Throws: ``FileError`` for what cannot be opened, ``ImageError`` for what is no image.
package func openImage(at path: String, platform: Platform? = nil) throws -> Image {
    var facts = stat()
    guard stat(path, &facts) == 0 else { throw FileError.reading(path) }
    if facts.st_mode & S_IFMT == S_IFDIR { return try openFolder(path, platform) }
    return try namesInArchive(path).image(platform)
}

extension NamedFiles {
    /// The image that the files of an archive are.
    func image(_ platform: Platform?) throws -> Image {
        if find("manifest.json") != nil {
            var image = try dockerArchive(self)
            // Of an index for several platforms the list for older engines names one image only.
            guard !image.config.fits(platform ?? .host), find("index.json") != nil else { return image }
            guard platform != nil else {
                let config = image.config
                let its = Platform(
                    os: config.os.isEmpty ? "linux" : config.os, architecture: config.architecture)
                image.diagnostics.append(.strange(its))
                return image
            }
        }
        if find("index.json") != nil { return try ociLayout(self, platform) }
        guard !isEmpty else { throw ImageError.notImage(image: image, is: "an empty tar") }
        throw ImageError.notImage(image: image, is: "a tar without a manifest.json or index.json")
    }
}

/// - Throws: ``ImageError/notImage(image:is:)`` for a file of another kind.
private func namesInArchive(_ path: String) throws -> NamedFiles {
    let file = try archive(path)
    do {
        return try NamedFiles(archive: file)
    } catch let error as ArchiveError {
        guard case .malformed(_, _, offset: 0) = error else {
            throw ImageError.broken(image: path, part: "the archive", reason: error.problem)
        }
        throw ImageError.notImage(image: path, is: file.count == 0 ? "empty" : "a file of another kind")
    }
}

/// The files that an image which was opened is made of.
func namedFiles(ofImageAt path: String) throws -> NamedFiles {
    var facts = stat()
    guard stat(path, &facts) == 0 else { throw FileError.reading(path) }
    return facts.st_mode & S_IFMT == S_IFDIR ? NamedFiles(folder: path) : try namesInArchive(path)
}

private func openFolder(_ path: String, _ platform: Platform?) throws -> Image {
    let names = try namesInFolder(path)
    if names.contains("index.json"), names.contains("oci-layout") || names.contains("blobs") {
        return try ociLayout(NamedFiles(folder: path), platform)
    }
    guard !names.isEmpty else { throw ImageError.notImage(image: path, is: "an empty folder") }
    var diagnostics: [Diagnostic] = []
    if Set(names).isDisjoint(with: ["bin", "etc", "lib", "opt", "usr", "var"]) {
        diagnostics.append(Diagnostic(.note, "'\(path)' does not look like a root file system"))
    }
    let layer = Layer(digest: nil, diffID: nil, createdBy: "", isBase: false, place: .folder(path))
    return Image(name: path, kind: .folder, layers: [layer], diagnostics: diagnostics)
}

/// The file itself, or what a compressed one unpacks to.
private func archive(_ path: String) throws -> MappedFile {
    let file = try MappedFile(path)
    do {
        let compression = try Compression(of: file, in: 0..<file.count)
        guard compression != .none else { return file }
        return try compression.unpacking(FileSource(file)).collect(as: path, limit: compressedArchiveLimit)
    } catch ArchiveError.tooLong {
        throw ImageError.compressedArchiveTooLong(image: path, limit: compressedArchiveLimit)
    } catch let error as ArchiveError {
        throw ImageError.broken(image: path, part: "the archive", reason: error.problem)
    }
}

/// Whether there is something under a path.
func isThere(_ path: String) -> Bool { access(path, F_OK) == 0 }
