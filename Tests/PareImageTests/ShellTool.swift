// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareBytes

/// Runs a tool of the machine in a folder.
func run(_ command: String, in folder: String) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-ec", command]
    process.currentDirectoryURL = URL(filePath: folder)
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
        throw FileError.failed(action: "run", path: command, reason: "status \(process.terminationStatus)")
    }
}
