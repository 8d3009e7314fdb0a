// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import PareDockerfile

/// Rules and providers are one file each, and a line in a list.
@Suite struct RegistryTests {
    @Test func listsAllRules() throws {
        #expect(try declarations(of: "Rule", in: "Rules") == Rule.all.count)
        #expect(Set(Rule.all.map(\.name)).count == Rule.all.count)
    }

    @Test func listsAllProviders() throws {
        #expect(try declarations(of: "Provider", in: "Providers") == Provider.all.count)
        #expect(Set(Recipe.all.map(\.provider.name)) == Set(Provider.all.map(\.name)))
    }

    /// How many `static let … = TYPE(` there are in a folder of the sources.
    private func declarations(of type: String, in folder: String) throws -> Int {
        let sources = fixtures.appending(path: "../../../Sources/PareDockerfile/\(folder)")
            .standardizedFileURL
        let files = try FileManager.default.contentsOfDirectory(at: sources, includingPropertiesForKeys: nil)
        return try files.reduce(0) { count, file in
            let text = try String(contentsOf: file, encoding: .utf8)
            return count
                + text.split(separator: "\n").count { $0.contains("static let") && $0.contains("= \(type)(") }
        }
    }
}
