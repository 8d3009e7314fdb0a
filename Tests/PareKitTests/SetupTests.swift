// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareModel
import Testing

@testable import PareKit

@Suite struct SetupTests {
    @Test(arguments: [
        ("0", "1970-01-01T00:00:00Z"), ("1766000000", "2025-12-17T19:33:20Z"),
        ("951782400", "2000-02-29T00:00:00Z"), ("-1", "1969-12-31T23:59:59Z"),
        ("253402300799", "9999-12-31T23:59:59Z"),
    ])
    func theTimeIsTheOneThatIsSet(epoch: String, timestamp: String) {
        let setup = Setup(environment: ["SOURCE_DATE_EPOCH": epoch], progress: .silent)
        #expect(setup.timestamp == timestamp)
        #expect("\(setup.today)" == String(timestamp.prefix(10)) || setup.today == Day(timestamp))
    }

    @Test(arguments: [
        "", "soon", "1e9", "253402300800", "-62167219201", "67768036191676799", "9223372036854775807",
        "-9223372036854775808", "9223372036854775808",
    ])
    func anOddTimeDoesNoHarm(epoch: String) {
        let setup = Setup(environment: ["SOURCE_DATE_EPOCH": epoch], progress: .silent)
        #expect(setup.timestamp.hasSuffix("Z"))
        _ = setup.today
    }

    @Test(
        arguments: [
            (["XDG_CACHE_HOME": "/c", "HOME": "/h"], "/c/pare"), (["HOME": "/h"], "/h/.cache/pare"),
            (["XDG_CACHE_HOME": "c", "HOME": "/h"], "/h/.cache/pare"), ([:], nil),
        ] as [([String: String], String?)])
    func cachesLieWhereTheyShould(environment: [String: String], folder: String?) {
        #expect(Setup(environment: environment, progress: .silent).cacheFolder == folder)
    }

    @Test(arguments: [
        ("/srv/demo-api", "demo-api"), ("/srv/demo-api/", "demo-api"), ("/srv/Demo API", "demo-api"),
        ("/srv/__a__b__", "a-b"), ("/srv/Ünicode", "nicode"), ("/srv/日本", "app"), ("/", "app"), ("", "app"),
        ("/srv/a.b", "a-b"), ("/srv/42", "42"),
    ])
    func aFolderNamesAnImage(folder: String, name: String) {
        #expect(imageName(ofFolder: folder) == name)
    }

    @Test func theFolderItselfHasItsName() throws {
        let folder = try Folder(named: "Kit Test")
        #expect(imageName(ofFolder: folder.path + "/.") == "kit-test")
        #expect(imageName(ofFolder: folder.path + "/../Kit Test//") == "kit-test")
    }

    @Test(arguments: [
        ("src/Dockerfile", "src"), ("Dockerfile", "."), ("/Dockerfile", "/"), ("/a/b", "/a"),
        ("./Dockerfile", "."),
    ])
    func filesLieInFolders(path: String, folder: String) { #expect(parentFolder(of: path) == folder) }

    @Test(arguments: [
        ("a\nb", ["a", "b"]), ("a\r\nb\r\n", ["a", "b", ""]), ("", [""]), ("a\rb", ["a\rb"]),
        ("\r\n\n", ["", "", ""]),
    ])
    func linesEndInTwoWays(text: String, expected: [String]) {
        #expect(lines(of: text).map(String.init) == expected)
    }

    @Test func optionsOfTheBuildAreWords() {
        let setup = Setup(environment: ["PARE_BUILD_OPTIONS": " --a  b\tc\n"], progress: .silent)
        #expect(setup.buildOptions == ["--a", "b", "c"])
    }

    /// A device stays a device.
    @Test func devicesAreWrittenTo() throws {
        try replaceFile("/dev/null", with: "text")
        let kind = try FileManager.default.attributesOfItem(atPath: "/dev/null")[.type] as? FileAttributeType
        #expect(kind == .typeCharacterSpecial)
        let error = #expect(throws: (any Error).self) { try replaceFile("/dev/full", with: "text") }
        #expect((error as? any Explained)?.problem.contains("'/dev/full'") == true)
    }

    @Test func filesAreReplacedThroughLinks() throws {
        let folder = try Folder()
        try folder.write("old", to: "file")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/link", withDestinationPath: folder.path + "/file")
        try replaceFile(folder.path + "/link", with: "new")
        #expect(try folder.text("file") == "new")
        #expect(try folder.names == ["file", "link"])
    }
}
