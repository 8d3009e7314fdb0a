// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@Suite struct SizesTests {
    /// Lines of a source file at most.
    static let fileLimit = 400

    static let bannedWords = ["Utils", "Util", "Helpers", "Helper", "Manager", "Common", "Extras"]

    @Test func filesFitInTheHead() throws {
        for file in try SourceFile.all(in: "Sources") {
            #expect(
                file.lines.count <= Self.fileLimit,
                "\(file.path) has \(file.lines.count) lines; is there a seam?")
        }
    }

    @Test func filesAreNamedForWhatTheyHold() throws {
        for file in try SourceFile.all(in: "Sources") {
            for word in Self.bannedWords {
                #expect(!file.path.contains(word), "\(file.path) is named for nothing")
            }
        }
    }

    @Test func everyFileNamesItsLicence() throws {
        for file in try SourceFile.all(in: "Sources") + SourceFile.all(in: "Tests") {
            #expect(file.lines.first == "// SPDX-License-Identifier: Apache-2.0", "\(file.path)")
        }
    }

    @Test(arguments: ["try!", "as!", "fatalError(", "DispatchSemaphore", "NSRegularExpression"])
    func nothingTrapsOnPurpose(_ text: String) throws {
        for file in try SourceFile.all(in: "Sources") {
            let places = file.lines.enumerated().filter { $0.element.contains(text) }.map { $0.offset + 1 }
            #expect(places.isEmpty, "\(file.path) has '\(text)' in lines \(places)")
        }
    }
}
