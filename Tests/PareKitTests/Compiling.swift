// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Compiles C, or C++ where the flags say so; `sectionless` among them takes the table of sections away.
func compile(_ source: String, _ flags: String, to path: String) throws {
    try FileManager.default.createDirectory(
        at: URL(filePath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
    let file = path + (flags.contains("c++") ? ".cc" : ".c")
    try source.write(toFile: file, atomically: false, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: file) }
    let clang = Process()
    clang.executableURL = URL(filePath: "/usr/bin/env")
    let words = flags.split(separator: " ").map(String.init)
    clang.arguments =
        ["clang", "-w", "-std=\(flags.contains("c++") ? "c++17" : "gnu11")"]
        + words.filter { $0.hasPrefix("-") && !$0.hasPrefix("-l") || $0 == "c++" }
        + [file, "-o", path] + words.filter { $0.hasPrefix("-l") }
    try clang.run()
    clang.waitUntilExit()
    try #require(clang.terminationStatus == 0)
    if words.contains("sectionless") { try dropSections(of: path) }
}

/// Takes the table of sections away, at the end of the file and in its header.
private func dropSections(of path: String) throws {
    var bytes = try Data(contentsOf: URL(filePath: path))
    let table = (40..<48).reversed().reduce(0) { $0 << 8 | Int(bytes[$1]) }
    for offset in Array(40..<48) + Array(58..<64) { bytes[offset] = 0 }
    try bytes.prefix(table).write(to: URL(filePath: path))
}
