// SPDX-License-Identifier: Apache-2.0
import Glibc
import PareBytes
package import PareModel

/// Where images are asked for in place of, or before, the registry that their names say.
package struct MirrorTable: Sendable {
    /// What the user's and the system's files say.
    private var rules: [String: MirrorRule] = [:]
    /// What the working folder's says, which may have been written by somebody else.
    private var folderRules: [String: MirrorRule] = [:]
    /// What in the files is without effect.
    package private(set) var diagnostics: [Diagnostic] = []

    /// Every image is asked for where its name says.
    package init() {}

    /// What the files of podman say, then those of pare: a later file's rule for a prefix takes the place of an earlier
    /// one's.  The working folder's file leads images elsewhere, but `insecure` counts in the others only, and what these block
    /// stays blocked.
    ///
    /// - Parameters:
    ///   - environment: `CONTAINERS_REGISTRIES_CONF`, `XDG_CONFIG_HOME`, `HOME`.
    ///   - folder: The working folder, with perhaps a `.pare.json`.
    ///   - system: The folder of the system's own files.
    /// - Throws: `FileError`, ``MirrorError``.
    package init(
        environment: [String: String], folder: String = ".", system: String = "/etc/containers"
    ) throws {
        func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let home = variable("HOME")
        let own = home.map { $0 + "/.config/containers/registries.conf" }
        let named = variable("CONTAINERS_REGISTRIES_CONF")
        if let named, !Self.isThere(named) {
            throw MirrorError.missingFile(named, variable: "CONTAINERS_REGISTRIES_CONF")
        }
        // A user's own file takes the place of all of the system's.
        let isOwn = named == nil && own.map(Self.isThere) ?? false
        try add(named ?? (isOwn ? own : nil) ?? system + "/registries.conf", RegistriesFile.rules)
        if !isOwn { try addFolder(system + "/registries.conf.d") }
        if let own { try addFolder(own + ".d") }
        let config = (variable("XDG_CONFIG_HOME") ?? home.map { $0 + "/.config" }) ?? ""
        if !config.isEmpty { try add(config + "/pare/pare.json", PareFile.rules) }
        try addFolderFile(folder == "." ? ".pare.json" : folder + "/.pare.json", own: config)
    }

    /// The places to ask for an image, to be tried in their order; the original, or what stands for it, comes last.
    ///
    /// - Throws: ``MirrorError``.
    package func places(for reference: ImageReference) throws -> [Endpoint] {
        let all = rules.merging(folderRules) { $1 }
        guard let (rule, count) = Self.best(of: all, for: reference.description) else {
            return [Endpoint(reference)]
        }
        let own = Self.best(of: rules, for: reference.description)
        if let own, own.rule.isBlocked { return try own.rule.places(for: reference, matching: own.count) }
        let places = try rule.places(for: reference, matching: count)
        return rule.isOfFolder ? places.map(trusted) : places
    }

    /// A place that the working folder's file leads to, insecure only where the other files say so of it.
    private func trusted(_ place: Endpoint) -> Endpoint {
        let own = Self.best(of: rules, for: place.reference.description)?.rule
        return Endpoint(
            place.reference, isInsecure: own?.location == nil && own?.isInsecure == true, file: place.file,
            isOfFolder: true)
    }

    /// The longest part of a name decides, and of two for the same part the one without a '*'.
    private static func best(
        of rules: [String: MirrorRule], for name: String
    ) -> (rule: MirrorRule, count: Int)? {
        rules.values.compactMap { rule in rule.match(name).map { (rule, $0) } }
            .max { ($0.1, $0.0.weight) < ($1.1, $1.0.weight) }
    }

    /// Whether plain HTTP may be spoken with a registry itself, and its certificates need not be trusted.
    package func isInsecure(registry: String) -> Bool {
        rules.values.filter { $0.match(registry) == registry.utf8.count }
            .max { $0.weight < $1.weight }?.isInsecure ?? false
    }

    private static func isThere(_ path: String) -> Bool { access(path, F_OK) == 0 }

    private mutating func add(_ path: String, _ read: ([UInt8], String) throws -> [MirrorRule]) throws {
        guard Self.isThere(path) else { return }
        for rule in try read(try readFile(path, limit: 4 << 20), path) { rules[rule.prefix] = rule }
    }

    private mutating func addFolderFile(_ path: String, own config: String) throws {
        guard Self.isThere(path) else { return }
        for rule in try PareFile.rules(in: try readFile(path, limit: 4 << 20), file: path) {
            folderRules[rule.prefix] = rule.ofFolder
            guard rule.saysInsecure else { continue }
            let place = config.isEmpty ? "~/.config" : config
            diagnostics.append(
                Diagnostic(
                    .warning,
                    "'insecure' of '\(rule.prefix)' in '\(path)' is passed over, as whoever wrote the folder could have "
                        + "written it; if you mean it, put it into '\(place)/pare/pare.json'"))
        }
    }

    /// Adds the files of a folder, in the order of their names.
    private mutating func addFolder(_ path: String) throws {
        guard Self.isThere(path) else { return }
        for name in try namesInFolder(path) where name.hasSuffix(".conf") {
            try add("\(path)/\(name)", RegistriesFile.rules)
        }
    }
}
