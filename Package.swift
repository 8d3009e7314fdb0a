// swift-tools-version: 6.2
import PackageDescription

/// Language settings shared by every target.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

/// A library and its tests.  The list in `targets:` is the architecture: each line may use only the lines above it.
func module(_ name: String, uses: [Target.Dependency], tests: [Target.Dependency] = []) -> [Target] {
    [
        .target(name: name, dependencies: uses, swiftSettings: strict),
        .testTarget(
            name: "\(name)Tests", dependencies: [.target(name: name)] + uses + tests, exclude: ["Fixtures"],
            swiftSettings: strict),
    ]
}

/// C: a library of the system that is linked into the binary from its archive, or a few lines around one.
func system(_ name: String, archive: String? = nil) -> Target {
    .target(
        name: name, cSettings: [.unsafeFlags(["-O2"])],
        linkerSettings: archive.map { [.linkedLibrary(":\($0)")] } ?? [])
}

let package = Package(
    name: "pare",
    products: [.executable(name: "pare", targets: ["pare"])],
    targets: [
        // Floor 0: formats, bytes, vocabulary, orders.
        [system("CZlib", archive: "libz.a"), system("CZstd", archive: "libzstd.a")],
        [system("CCrypto", archive: "libcrypto.a"), system("CISAL"), system("CSystem")],
        module("PareModel", uses: []),
        module("PareVersions", uses: ["PareModel"]),
        module("PareBytes", uses: ["PareModel", "CCrypto", "CSystem"]),
        module("PareArchive", uses: ["PareModel", "PareBytes", "CZlib", "CZstd", "CISAL"]),
        // Floor 1: the image.
        module("PareImage", uses: ["PareModel", "PareBytes", "PareArchive"], tests: ["CZlib", "CZstd"]),
        // Floor 2: stages, which never import each other.
        [.target(name: "CPareData")],
        module("PareInventory", uses: ["PareModel", "PareBytes", "PareArchive", "PareImage"]),
        module("PareAdvisories", uses: ["PareModel", "PareBytes", "PareArchive", "CPareData"]),
        module("PareMatch", uses: ["PareModel", "PareVersions"]),
        module("PareDockerfile", uses: ["PareModel"]),
        module("PareEngine", uses: ["PareModel"]),
        module("PareReport", uses: ["PareModel"]),
        // Floor 3: the verbs.
        module(
            "PareKit",
            uses: [
                "PareModel", "PareVersions", "PareBytes", "PareArchive", "PareImage", "PareInventory",
                "PareAdvisories", "PareMatch", "PareDockerfile", "PareEngine", "PareReport",
            ]),
        // Floor 4: the shell.
        [.executableTarget(name: "pare", dependencies: ["PareModel", "PareKit"], swiftSettings: strict)],
    ].flatMap(\.self),
    cLanguageStandard: .gnu2x
)
