// SPDX-License-Identifier: Apache-2.0
package import PareBytes
package import PareModel

/// What an index lists: an image's manifest, or an index again.
///
/// - SeeAlso: OCI image specification, image-index.md; Docker image manifest v2 schema 2, "Manifest List".
package struct ListedImage: Sendable {
    package let digest: Digest
    package let isIndex: Bool
    /// `nil` where the index does not say it.
    package let platform: Platform?
    package let tags: [String]
    /// The descriptor as it stands in the index.
    package let json: JSONValue

    /// Indexes may hold indexes; deeper ones than any tool writes are loops.
    package static let depthLimit = 4
    private static let countLimit = 10_000

    /// The images and indexes that an index lists, without the attestations and other documents beside them.
    ///
    /// - Parameters:
    ///   - index: The JSON of the index.
    ///   - name: How errors name the index.
    ///   - image: How errors name the image.
    ///   - depth: 0 for the outermost index.
    /// - Returns: What is listed, in its order.
    /// - Throws: ``ImageError`` for what is no index, and for one that is too deep or too long.
    package static func all(in index: JSONValue, named name: String, image: String, depth: Int)
        throws(ImageError) -> [ListedImage]
    {
        func broken(_ reason: String) -> ImageError { .broken(image: image, part: name, reason: reason) }
        guard depth < depthLimit else { throw broken("indexes hold each other") }
        guard let elements = index["manifests"]?.elements else { throw broken("it lists no manifests") }
        try check(elements.count, image: image)
        var found: [ListedImage] = []
        for element in elements {
            guard let digest = element["digest"]?.text.flatMap({ Digest($0) }) else {
                throw broken("a manifest without a digest")
            }
            // Attestations that BuildKit puts beside an image are no images.
            guard element["annotations"]?["vnd.docker.reference.type"] == nil else { continue }
            let type = element["mediaType"]?.text ?? ""
            let platform = platform(of: element)
            if platform == nil, let kind = element["artifactType"]?.text, !kind.isEmpty { continue }
            found.append(
                ListedImage(
                    digest: digest, isIndex: isIndex(type), platform: platform, tags: tags(of: element),
                    json: element))
        }
        return found
    }

    /// - Throws: ``ImageError/tooMuch(image:what:)``.
    package static func check(_ count: Int, image: String) throws(ImageError) {
        guard count <= countLimit else { throw .tooMuch(image: image, what: "\(count) manifests") }
    }

    /// Whether a media type is that of an index.
    package static func isIndex(_ mediaType: String) -> Bool {
        mediaType.hasSuffix("image.index.v1+json") || mediaType.hasSuffix("manifest.list.v2+json")
    }

    /// The same, with other tags where it has none of its own: those of the index that lists it.
    package func tagged(_ others: [String]) -> ListedImage {
        guard tags.isEmpty else { return self }
        return ListedImage(digest: digest, isIndex: isIndex, platform: platform, tags: others, json: json)
    }

    private static func tags(of element: JSONValue) -> [String] {
        let annotations = element["annotations"]
        let name =
            annotations?["io.containerd.image.name"]?.text
            ?? annotations?["org.opencontainers.image.ref.name"]?.text
        return name.map { [$0] } ?? []
    }

    private static func platform(of element: JSONValue) -> Platform? {
        guard let platform = element["platform"], let architecture = platform["architecture"]?.text else {
            return nil
        }
        return Platform(
            os: platform["os"]?.text ?? "linux", architecture: architecture,
            variant: platform["variant"]?.text ?? "")
    }
}

extension [ListedImage] {
    /// The first image for a platform; one that does not say its platform fits.
    ///
    /// - Parameters:
    ///   - platform: This machine's where it is `nil`.
    ///   - image: How errors name the image.
    ///   - isSparse: Whether the index lists more than these, which are not there.
    ///   - diagnostics: Takes that others were left alone, and that it is for another platform than this machine's.
    /// - Returns: One that is no index, if there are no indexes among them.
    /// - Throws: ``ImageError/noPlatform(image:wanted:there:)``; ``ImageError/missing(image:part:)`` of none at all.
    package func chosen(
        for platform: Platform?, image: String, isSparse: Bool = false, _ diagnostics: inout [Diagnostic]
    ) throws(ImageError) -> ListedImage {
        guard let first else { throw .missing(image: image, part: "any image") }
        let wanted = platform ?? .host
        let fitting = filter { listed in
            guard let its = listed.platform else { return true }
            return its.os == wanted.os && its.architecture == wanted.architecture
                && (wanted.variant.isEmpty || its.variant.isEmpty || its.variant == wanted.variant)
        }
        guard let chosen = fitting.first else {
            // An index made for one other platform leaves no choice, and nobody has made one.
            if platform == nil, count == 1, !isSparse {
                diagnostics += first.platform.map { [.strange($0)] } ?? []
                return first
            }
            throw .noPlatform(image: image, wanted: wanted, there: compactMap { $0.platform?.description })
        }
        if fitting.count > 1 {
            let name = chosen.tags.first ?? "the first"
            diagnostics.append(
                Diagnostic(.warning, "'\(image)' holds \(fitting.count) images: only \(name) was read"))
        }
        return chosen
    }
}

extension Diagnostic {
    /// Of an image for another platform than this machine's, where nobody has asked for any.
    static func strange(_ platform: Platform) -> Diagnostic {
        Diagnostic(
            .warning,
            "the image is for \(platform), and not for \(Platform.host), which is this machine's platform")
    }
}
