// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareDockerfile
import PareModel

/// A folder with a Dockerfile, as the user has it.
struct Application: Sendable {
    let folder: String
    /// Fit to name an image: `demo-api`.
    let name: String
    /// Path of the Dockerfile.
    let dockerfile: String
    /// The same from the folder; of one outside of it, its name.
    let dockerfileName: String
    let text: String
    let facts: ApplicationFacts
    /// What builds must not see: the lines of `.dockerignore`, and what earlier runs of pare wrote.
    let ignored: [String]

    /// Reads what is in a folder; a `text` stands in place of what is in the Dockerfile's file.
    ///
    /// - Throws: ``VerbError/noDockerfile(folder:)``, ``FileError``.
    init(folder: String, dockerfile: String?, text: String? = nil) throws {
        let file = dockerfile ?? folder + "/Dockerfile"
        if dockerfile == nil, text == nil {
            _ = try namesInFolder(folder)
            guard fileExists(file) else { throw VerbError.noDockerfile(folder: folder) }
        }
        self.folder = folder
        self.dockerfile = file
        dockerfileName = Self.name(of: file, in: folder)
        name = imageName(ofFolder: folder)
        self.text = try text ?? readText(file)
        facts = try ApplicationFacts(inFolder: folder)
        ignored = try Self.ignored(in: folder, dockerfile: dockerfileName)
    }

    private static func name(of dockerfile: String, in folder: String) -> String {
        let name = dockerfile.split(separator: "/").last.map(String.init) ?? "Dockerfile"
        guard let folder = wholePath(folder), let parent = wholePath(parentFolder(of: dockerfile)),
            parent.hasPrefix(folder + "/")
        else { return name }
        return "\(parent.dropFirst(folder.count + 1))/\(name)"
    }

    /// What builds from a folder must not see; the Dockerfile's path is from there.
    static func ignored(in folder: String, dockerfile: String) throws -> [String] {
        let file = folder + "/.dockerignore"
        let lines = fileExists(file) ? lines(of: try readText(file)).map(String.init) : []
        return lines + ["\(dockerfile).pare", "\(dockerfile).orig", "pare-proof", FixOutput.patchName]
            + ["**/*Dockerfile*.pare", "**/*Dockerfile*.orig"]
            + manifests.map { "**/\($0).orig" }
    }

    /// Files that a dependency patch may change.
    private static let manifests = [
        "package.json", "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml",
        "requirements.txt", "constraints.txt", "pyproject.toml", "poetry.lock", "uv.lock",
    ]
}

extension ApplicationFacts {
    /// Reads what a recipe has to know of an application from its folder.
    init(inFolder folder: String) throws {
        func text(_ name: String) throws -> String? {
            fileExists(folder + "/" + name) ? try readText(folder + "/" + name) : nil
        }
        self.init(
            packageJSON: try text("package.json"), tsconfig: try text("tsconfig.json"),
            files: try namesInFolder(folder), sources: try sourceTexts(in: folder),
            requirements: try text("requirements.txt"))
    }
}
