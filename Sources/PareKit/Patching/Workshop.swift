// SPDX-License-Identifier: Apache-2.0
import Glibc
import PareBytes
import PareEngine

/// A folder with an application's manifests, and containers of its image in which package managers work on them.
///
/// Nothing but the manifests is in it, no container outlives its command, and all goes with this value.
struct Workshop: Sendable {
    let image: String
    private let setup: Setup
    private let engine: Engine
    private let scratch: ScratchFolder
    let settings: RegistrySettings

    init(setup: Setup, engine: Engine, image: String, project: String, scratch: String) throws {
        self.setup = setup
        self.engine = engine
        self.image = image
        self.scratch = try ScratchFolder(in: scratch, name: "pare-patch")
        settings = RegistrySettings(environment: setup.environment, project: project)
        for name in ["app", "out", "home"] { mkdir("\(self.scratch.path)/\(name)", 0o700) }
        try settings.write(to: self.scratch.path + "/settings")
    }

    /// Folder of the application's manifests, as this process sees it; containers see it as `/pare/app`.
    var application: String { scratch.path + "/app" }

    /// Puts a file into the application's folder.
    func put(_ text: String, at path: String) throws {
        let file = application + "/" + path
        makeFolders(parentFolder(of: file))
        try writeFile(Array(text.utf8), to: file, replacing: true)
    }

    func remove(_ path: String) { unlink(application + "/" + path) }

    /// A file that a command left, at most 64 MiB of it; `nil` where there is none.
    func file(_ path: String) throws -> String? {
        guard fileExists(scratch.path + "/" + path) else { return nil }
        return String(decoding: try readFile(scratch.path + "/" + path, limit: 64 << 20), as: UTF8.self)
    }

    /// Runs a shell script in the application's folder, in a container.
    func run(_ script: String, _ arguments: [String] = [], limit: Duration) async throws -> RunResult {
        let begin = ". \(RegistrySettings.place)/environment; cd /pare/app || exit 99\n"
        var request = RunRequest(image: image, words: ["sh", "-c", begin + script, "pare"] + arguments)
        request.folders = [(scratch.path, "/pare")]
        request.volumes = ["\(scratch.path)/settings:\(RegistrySettings.place):ro"] + setup.buildVolumes
        request.environment = [
            "HOME": "/pare/home", "NPM_CONFIG_CACHE": "/pare/home/npm",
            "NPM_CONFIG_USERCONFIG": RegistrySettings.place + "/npmrc",
            "PIP_CONFIG_FILE": RegistrySettings.place + "/pip.conf",
            "NETRC": RegistrySettings.place + "/netrc",
            "CI": "1", "NODE_OPTIONS": "", "NODE_ENV": "", "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_NO_INPUT": "1",
            "PIP_ROOT_USER_ACTION": "ignore",
        ]
        request.limit = limit
        return try await engine.run(request)
    }
}

extension Setup {
    /// Volumes among the words for the engine's build command: a registry's settings may be in one.
    var buildVolumes: [String] {
        var volumes: [String] = []
        var isNext = false
        for word in buildOptions {
            if isNext { volumes.append(word) }
            isNext = word == "--volume" || word == "-v"
            if word.hasPrefix("--volume=") { volumes.append(String(word.dropFirst(9))) }
        }
        return volumes
    }
}
