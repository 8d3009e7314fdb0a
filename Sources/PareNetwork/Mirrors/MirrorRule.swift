// SPDX-License-Identifier: Apache-2.0
import PareModel

/// What a file says of the images whose names begin alike.
struct MirrorRule: Hashable, Sendable {
    /// `docker.io`, `quay.io/team`, `quay.io/team/app:1`, `*.example.com`.
    let prefix: String
    /// What is put in place of the prefix; `nil` for nothing.
    var location: String?
    /// Plain HTTP may be spoken at the location, and its certificates need not be trusted.
    var isInsecure = false
    var isBlocked = false
    /// To be tried before the location, in their order.
    var mirrors: [Mirror] = []
    /// The file that says so.
    let file: String
    /// Whether that is the working folder's, which says nothing of whom to trust.
    var isOfFolder = false

    struct Mirror: Hashable, Sendable {
        let location: String
        var isInsecure = false
        var pulls: Pulls = .all
    }

    /// Which images are asked for at a mirror.
    enum Pulls: String, Sendable {
        case all
        case byDigest = "digest-only"
        case byTag = "tag-only"
    }

    /// The part of an image's name that the rule speaks of, in bytes; `nil` where it does not.
    ///
    /// A prefix ends where a part of the name does; `*.example.com` stands for any host below that one, at any port.
    ///
    /// - SeeAlso: containers-registries.conf(5), "Choosing a [[registry]] TOML table".
    func match(_ name: String) -> Int? {
        let slash = name.utf8.firstIndex(of: UInt8(ascii: "/")) ?? name.utf8.endIndex
        if prefix.hasPrefix("*.") {
            let port = name.utf8[..<slash].lastIndex(of: UInt8(ascii: ":")) ?? slash
            let host = String(name[..<port])
            guard host.hasSuffix(prefix.dropFirst()), host.utf8.count >= prefix.utf8.count else { return nil }
            return name.utf8.distance(from: name.startIndex, to: slash)
        }
        guard name.utf8.starts(with: prefix.utf8) else { return nil }
        let count = prefix.utf8.count
        guard let end = name.utf8.dropFirst(count).first else { return count }
        // After a host, a ':' begins a port, and that is another host.
        let ends = prefix.contains("/") ? "/:@" : "/"
        return ends.utf8.contains(end) ? count : nil
    }

    /// Which of two rules for the same part of a name is the closer one.
    var weight: Int { prefix.hasPrefix("*") ? prefix.utf8.count : .max }

    /// The places that an image is to be asked for at, of which ``match(_:)`` knows a part of the name.
    ///
    /// - Throws: ``MirrorError``.
    func places(for reference: ImageReference, matching count: Int) throws(MirrorError) -> [Endpoint] {
        if isBlocked { throw .blocked(reference: reference.description, file: file) }
        var places: [Endpoint] = []
        for mirror in mirrors where mirror.pulls.includes(reference) {
            places.append(
                place(try rewritten(reference, mirror.location, count), isInsecure: mirror.isInsecure))
        }
        let original = try location.map { location throws(MirrorError) in
            try rewritten(reference, location, count)
        }
        return places + [place(original ?? reference, isInsecure: isInsecure)]
    }

    private func place(_ reference: ImageReference, isInsecure: Bool) -> Endpoint {
        Endpoint(reference, isInsecure: isInsecure, file: file, isOfFolder: isOfFolder)
    }

    private func rewritten(
        _ reference: ImageReference, _ location: String, _ count: Int
    ) throws(MirrorError) -> ImageReference {
        let text = location + String(decoding: reference.description.utf8.dropFirst(count), as: UTF8.self)
        do { return try ImageReference(text) } catch {
            throw .badRewrite(reference: reference.description, result: text, file: file)
        }
    }
}

extension MirrorRule.Pulls {
    fileprivate func includes(_ reference: ImageReference) -> Bool {
        switch self {
        case .all: true
        case .byDigest: reference.digest != nil
        case .byTag: reference.digest == nil
        }
    }
}
