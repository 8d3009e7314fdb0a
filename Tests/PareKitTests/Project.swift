// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareKit
import PareModel

/// Where the project is.
enum Project {
    static let root = URL(filePath: #filePath).appending(path: "../../..").standardizedFileURL.path
    static let fixtures = root + "/Tests/PareKitTests/Fixtures"
}

extension Setup {
    /// No progress, no cache, a fixed time.
    static let quiet = Setup(environment: ["SOURCE_DATE_EPOCH": "1766000000"], progress: .silent)
}

/// A tar that is unpacked by `tar` into a folder of its own, which goes away with it.
final class Unpacked: Sendable {
    let folder: String

    init(_ archive: String) throws {
        folder = NSTemporaryDirectory() + "pare-test-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let tar = Process()
        tar.executableURL = URL(filePath: "/usr/bin/env")
        tar.arguments = ["tar", "xf", archive, "-C", folder]
        try tar.run()
        tar.waitUntilExit()
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }
}
