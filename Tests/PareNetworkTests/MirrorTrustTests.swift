// SPDX-License-Identifier: Apache-2.0
import PareModel
import PareNetwork
import Testing

extension MirrorTests {
    /// What comes with a folder leads elsewhere, and does not say whom to trust.
    @Test func theFolderOfSomebodyElseSaysNothingOfTrust() throws {
        let text = """
            {"registries": {
              "docker.io": {"mirrors": [{"location": "10.0.0.1:5000", "insecure": true}, "10.0.0.2:5000"]},
              "quay.io": {"insecure": true}, "ghcr.io": {"location": "ghcr.corp"}, "own.corp": {}
            }}
            """
        let home = try Home([
            "folder/.pare.json": text,
            ".config/pare/pare.json": """
            {"registries": {"10.0.0.2:5000": {"insecure": true}, "ghcr.io": {"blocked": true}, "own.corp": {"insecure": true}}}
            """,
        ])
        let table = try MirrorTable(
            environment: home.environment(), folder: home.path + "/folder", system: home.path + "/etc")
        #expect(
            try places(home, "node:20") == [
                "10.0.0.1:5000/library/node:20", "10.0.0.2:5000/library/node:20!",
                "docker.io/library/node:20",
            ])
        #expect(try places(home, "quay.io/a:1") == ["quay.io/a:1"])
        #expect(try places(home, "own.corp/a:1") == ["own.corp/a:1!"])
        #expect(throws: MirrorError.self) { try places(home, "ghcr.io/a:1") }
        #expect(!table.isInsecure(registry: "quay.io"))
        #expect(table.isInsecure(registry: "own.corp"))
        #expect(table.diagnostics.count == 2)
        for diagnostic in table.diagnostics {
            #expect(diagnostic.severity == .warning)
            #expect(diagnostic.message.contains("'\(home.path)/folder/.pare.json'"))
            #expect(diagnostic.message.contains("'\(home.path)/.config/pare/pare.json'"))
        }
    }
}
