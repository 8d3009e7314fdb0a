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
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    ],
    targets: [
        // Floor 0: formats, bytes, vocabulary, orders.
        [system("CZlib", archive: "libz.a"), system("CZstd", archive: "libzstd.a")],
        [system("CSQLite", archive: "libsqlite3.a")],
        [system("CCrypto", archive: "libcrypto.a"), system("CISAL"), system("CGNU"), system("CNamespaces")],
        module("PareModel", uses: []),
        module("PareVersions", uses: ["PareModel"], tests: ["Samples"]),
        module("PareBytes", uses: ["PareModel", "CCrypto", "CGNU"], tests: ["Samples"]),
        module(
            "PareArchive", uses: ["PareModel", "PareBytes", "CZlib", "CZstd", "CISAL"], tests: ["Samples"]),
        // Floor 1: the image.
        module("PareImage", uses: ["PareModel", "PareBytes", "PareArchive"], tests: ["CZstd", "Samples"]),
        // Floor 2: stages, which never import each other.
        [
            .target(
                name: "CPareData",
                exclude: [
                    "snapshot.db.zst", "runtime.db.zst", "snapshot-date.txt", "debian-statements.json",
                    "flaws.json",
                    "release-lines.json",
                ])
        ],
        module(
            "PareNetwork",
            uses: [
                "PareModel", "PareBytes", "PareArchive", "PareImage",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            tests: ["NetworkServers", "Samples"]),
        module("PareInventory", uses: ["PareModel", "PareBytes", "PareArchive", "PareImage"]),
        module(
            "PareAdvisories",
            uses: ["PareModel", "PareVersions", "PareBytes", "PareArchive", "CPareData", "CSQLite"]),
        module("PareMatch", uses: ["PareModel", "PareVersions"], tests: ["Samples"]),
        module("PareDockerfile", uses: ["PareModel", "PareBytes", "CPareData"], tests: ["Samples"]),
        module("PareDependencies", uses: ["PareModel", "PareBytes", "PareVersions"]),
        module(
            "PareEngine",
            uses: [
                "PareModel", "PareBytes", "CNamespaces", .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]),
        module("PareReport", uses: ["PareModel", "PareVersions", "PareBytes"]),
        // Floor 3: the verbs.
        module(
            "PareKit",
            uses: [
                "PareModel", "PareVersions", "PareBytes", "PareArchive", "PareImage", "PareInventory",
                "PareAdvisories", "PareMatch", "PareDockerfile", "PareDependencies", "PareEngine",
                "PareNetwork",
                "PareReport",
            ], tests: ["NetworkServers", "Samples"]),
        // Floor 4: the shell.
        [
            .executableTarget(
                name: "pare",
                dependencies: [
                    "PareModel", "PareKit",
                    .product(name: "ArgumentParser", package: "swift-argument-parser"),
                ],
                swiftSettings: strict),
            .testTarget(
                name: "PareCommandTests",
                dependencies: ["PareModel", "PareBytes", "NetworkServers", "Samples", "pare"],
                exclude: ["Fixtures"],
                swiftSettings: strict),
            .testTarget(name: "ArchitectureTests", swiftSettings: strict),
            // What tests of several modules are fed with; no product uses it.
            .target(
                name: "Samples", dependencies: ["CZlib", "CZstd"], path: "Tests/Samples",
                swiftSettings: strict),
            // Servers on loopback for the tests that speak with some; no product uses it.
            .target(
                name: "NetworkServers",
                dependencies: [
                    "PareModel", "PareBytes", "PareArchive", "Samples",
                    .product(name: "AsyncHTTPClient", package: "async-http-client"),
                    .product(name: "NIOCore", package: "swift-nio"),
                    .product(name: "NIOPosix", package: "swift-nio"),
                    .product(name: "NIOHTTP1", package: "swift-nio"),
                    .product(name: "NIOSSL", package: "swift-nio-ssl"),
                ], path: "Tests/NetworkServers", swiftSettings: strict),
        ],
    ].flatMap(\.self),
    cLanguageStandard: .gnu2x
)
