// SPDX-License-Identifier: Apache-2.0
import Testing

/// Texts that strangers wrote, in what a person reads at a terminal.
@Suite struct StrangersTextTests {
    @Test(arguments: [
        "\\u001b[31mRED\\u001b]0;title\\u0007", "\\u009b31m", "x\\nhint: run this", "\\u202e\\u200b",
    ])
    func steersNoTerminal(_ text: String) throws {
        let folder = try TemporaryFolder()
        try folder.write(#"{"registries":{"a.corp":{"\#(text)":1}}}"#, to: ".pare.json")
        let command = try Command(["attachments", "127.0.0.1:1/x:1"], .init(folder: folder.path))
        #expect(command.failed(naming: ".pare.json"), "\(command)")
        #expect(command.errors.contains("\\u{"), "\(command)")
        let odd = command.errors.unicodeScalars.filter {
            $0 != "\n" && [.control, .format].contains($0.properties.generalCategory)
        }
        #expect(odd.isEmpty, "\(command)")
        #expect(command.errors.split(separator: "\n").count { $0.hasPrefix("hint: ") } == 1, "\(command)")
    }

    /// A user whom only the surroundings name, without a password, keeps nobody from what is for everybody.
    @Test func aUserAloneIsNobody() throws {
        let words = ["attachments", "--offline", "127.0.0.1:1/x:1"]
        let alone = try Command(words, .init(environment: ["PARE_USERNAME": "me"]))
        #expect(alone.failed(naming: "'--offline'"), "\(alone)")
        let named = try Command(words + ["--username", "me"], .init())
        #expect(named.failed(naming: "1 user and 0 passwords"), "\(named)")
    }
}
