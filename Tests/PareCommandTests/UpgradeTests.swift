// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

extension EngineSuite {
    /// The rewrite that upgrades Debian packages, built on a base whose archive is a folder in it.
    @Suite(
        .serialized,
        .enabled(if: Engines.hasNode, "needs node:20 in buildah's storage; 'make test-images' has it")
    )
    struct UpgradeTests {
        /// A package of which every distilled image keeps a file, installed as 1.0 where the archive has 2.0; and one of which
        /// it keeps nothing.
        private static let base = """
            FROM docker.io/library/node:20
            RUN set -eu; \\
                rm -rf /etc/apt/sources.list.d; echo 'deb [trusted=yes] file:/archive ./' > /etc/apt/sources.list; \\
                mkdir -p /archive; \\
                for version in 1.0 2.0; do for name in names other; do \\
                    mkdir -p /w/$name/DEBIAN /w/$name/etc /w/$name/usr/share/doc/$name; \\
                    echo words > /w/$name/usr/share/doc/$name/copyright; \\
                    cp /etc/nsswitch.conf "/w/$name/etc/$([ $name = names ] && echo nsswitch.conf || echo other.conf)"; \\
                    { echo "Package: $name"; echo "Version: $version"; echo 'Architecture: all'; \\
                      echo 'Maintainer: a <a@example.org>'; echo 'Description: words'; } > /w/$name/DEBIAN/control; \\
                    dpkg-deb --build /w/$name /archive/${name}_$version.deb; \\
                    if [ $version = 1.0 ]; then dpkg --install --force-overwrite /archive/${name}_1.0.deb; fi; \\
                done; done; \\
                cd /archive; rm *_1.0.deb; \\
                for file in *.deb; do \\
                    dpkg-deb --field $file; echo "Filename: ./$file"; echo "Size: $(stat -c %s $file)"; \\
                    echo "SHA256: $(sha256sum $file | cut -d' ' -f1)"; echo; \\
                done > Packages
            """

        /// Builds the base, then the application's rewrite on it; gives the build, and what reads the package's record in the image.
        private static func build(
            _ name: String, steps: String,
            _ body: (_ build: Command, _ record: () throws -> String) throws -> Void
        ) throws {
            let base = "\(EngineSuite.prefix)-\(name)/node:24"
            let tag = "\(EngineSuite.prefix)-\(name):1"
            let folder = try TemporaryFolder()
            try folder.write(Self.base + steps, to: "Dockerfile")
            try shell("buildah bud --isolation chroot --tag \"$1\" \"$2\" >&2 2>/dev/null", base, folder.path)
            defer { _ = try? shell("buildah rmi \"$1\" \"$2\" >/dev/null 2>&1", tag, base, status: nil) }
            let application = try Application.folder(server: "", base: base)
            let rewrite = try Command(
                "rewrite", "--recipe", "distill+compiled+current", "--output",
                application.path + "/Dockerfile.new", application.path + "/Dockerfile")
            #expect(
                rewrite.status == 0 && rewrite.errors.contains("become the archive's newest"), "\(rewrite)")
            let build = try Command(
                "build", "--engine", "buildah", "--file", application.path + "/Dockerfile.new", "--tag", tag,
                application.path)
            try body(build) {
                try shell(
                    "c=$(buildah from \"$1\") && cat \"$(buildah mount \"$c\")/$2\"; buildah rm \"$c\" >&2",
                    tag, "var/lib/dpkg/status.d/names")
            }
        }

        @Test func whatIsKeptIsUpgraded() throws {
            try Self.build("upgrade", steps: "") { build, record in
                #expect(build.status == 0 && build.leftovers.isEmpty, "\(build)")
                let text = try record()
                #expect(text.contains("Version: 2.0"), "\(text)")
            }
        }

        @Test func anArchiveOutOfReachFailsTheBuild() throws {
            try Self.build("no-upgrade", steps: "; rm -r /archive") { build, _ in
                #expect(build.status == 1 && build.errors.contains("Failed to fetch"), "\(build)")
            }
        }
    }
}
