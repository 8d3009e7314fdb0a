// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Testing

/// What this machine has to build and run images with.
enum Engines {
    static let areThere =
        getuid() == 0
        && (try? shell("command -v buildah && PATH=$PATH:/usr/sbin:/sbin command -v runc && command -v cc"))
            != nil

    /// Whether tests are asked for that take minutes, and the image that applications of Node.js stand on is in buildah's
    /// storage.
    static let hasNode =
        areThere && ProcessInfo.processInfo.environment["PARE_TEST_IMAGES"] != nil
        && (try? shell("buildah inspect --type image docker.io/library/node:20 2>/dev/null")) != nil
}

/// The tests that build and run images, one after the other.
@Suite("With an engine", .serialized, .enabled(if: Engines.areThere, "needs root, buildah, runc and cc"))
enum EngineSuite {
    static let prefix = "localhost/pare-command-test-\(getpid())"

    /// A folder that an image of the little server is built from; `words` are its command.
    static func folder(_ words: String, steps: String = "", from base: String = "scratch") throws
        -> TemporaryFolder
    {
        let folder = try TemporaryFolder()
        let source = URL(filePath: #filePath).appending(path: "../../PareEngineTests/Fixtures/server.c")
        try shell("cc -static -O1 -o \"$1/server\" \"$2\"", folder.path, source.standardizedFileURL.path)
        try folder.write("12.5\n", to: "debian_version")
        try folder.write(
            "Package: server\nStatus: install ok installed\nVersion: 1.0\n", to: "server.package")
        try folder.write(
            """
            FROM \(base)
            COPY server /
            COPY debian_version /etc/debian_version
            COPY server.package /var/lib/dpkg/status.d/server
            \(steps)
            EXPOSE 5200
            ENTRYPOINT ["/server"]
            CMD [\(words.split(separator: " ").map { "\"\($0)\"" }.joined(separator: ", "))]

            """, to: "Dockerfile")
        return folder
    }

    /// Builds an image of the little server, and gives it to the body; it is removed afterwards.
    static func withImage(
        _ name: String, _ words: String, steps: String = "", _ body: (String) throws -> Void
    ) throws {
        let tag = "\(prefix)-\(name):1"
        let folder = try folder(words, steps: steps)
        let build = try Command("build", "--engine", "buildah", "--tag", tag, folder.path)
        #expect(build.status == 0 && build.output.hasPrefix("sha256:") && build.leftovers.isEmpty, "\(build)")
        defer { _ = try? shell("buildah rmi \"$1\" >&2", tag, status: nil) }
        try body(tag)
    }

    /// Containers and records of containers that bear the number of a command's process.
    static func leftovers(of command: Command) throws -> String {
        try shell(
            """
            buildah containers --all --noheading | grep -e "pare-[a-z]*-$1-"
            grep -ls -e "pare-[a-z]*-$1-" /var/lib/containers/storage/*-containers/*/userdata/buildah.json
            grep -e "pare-[a-z]*-$1-" /proc/mounts
            ls -d /sys/fs/cgroup/*/pare-*-"$1"-* /sys/fs/cgroup/pare-*-"$1"-* 2>/dev/null
            """, "\(command.processID)", status: nil)
    }

    /// Images that bear an application's name.
    static func images(of folder: TemporaryFolder) throws -> String {
        let name = folder.path.split(separator: "/").last ?? ""
        return try shell("buildah images --noheading | grep -i \"$1\"", String(name), status: nil)
    }
}
