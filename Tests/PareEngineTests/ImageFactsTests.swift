// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import PareModel
import Testing

@testable import PareEngine

@Suite("What the image and the host say") struct ImageFactsTests {
    static let passwd = """
        root:x:0:0:root:/root:/bin/sh
        # a remark:x:9:9
        node:x:1000:1001::/home/node:/bin/bash
        77:x:88:99::/srv
        short:x:5
        bad:x:-1:70000000000::/x
        """
    static let groups = "root:x:0:\nnode:x:1001:\nextra:x:2000:other,node\nmore:x:2001:node\nbad:x:x:node\n"

    @Test(
        arguments: [
            ("", 0, 0, [], "/root"), ("root", 0, 0, [], "/root"), ("0:0", 0, 0, [], "/root"),
            ("node", 1000, 1001, [2000, 2001], "/home/node"),
            ("1000", 1000, 1001, [2000, 2001], "/home/node"),
            ("node:extra", 1000, 2000, [], "/home/node"), ("node:12", 1000, 12, [], "/home/node"),
            ("65532", 65532, 0, [], "/"), ("65532:65532", 65532, 65532, [], "/"), (":7", 0, 7, [], "/root"),
            // A name of digits comes before the number.
            ("77", 88, 99, [], "/srv"), ("short", 5, 0, [], "/"),
        ] as [(String, UInt32, UInt32, [UInt32], String)])
    func usersAreResolved(text: String, user: UInt32, group: UInt32, more: [UInt32], home: String) throws {
        let found = try #require(ImageUser(text, passwd: Self.passwd, group: Self.groups))
        #expect(found.user == user)
        #expect(found.group == group)
        #expect(found.moreGroups == more)
        #expect(found.home == home)
    }

    @Test(arguments: ["nobody", "bad", "node:nogroup", "-1", "4294967295", "99999999999999999999", "node:-5"])
    func usersThatAreNotThereAreRefused(text: String) {
        #expect(ImageUser(text, passwd: Self.passwd, group: Self.groups) == nil)
    }

    @Test(arguments: [
        (["5200/tcp"], 5200 as Int?), (["5200"], 5200), (["53/udp", "8080/tcp"], 8080),
        (["8000-8010/tcp"], 8000),
        (["53/udp"], nil), ([], nil), (["0/tcp", "x", "", "/tcp", "70000"], nil),
    ])
    func thePortIsTheFirstOfTCP(exposed: [String], port: Int?) {
        let config = ImageConfig(exposedPorts: exposed)
        var request = TrialRequest(image: "x", config: config, questions: [], scratch: "")
        #expect(request.askedPort == port)
        request.port = 99
        #expect(request.askedPort == 99)
        request.isCommand = true
        #expect(request.askedPort == nil)
    }

    @Test func variablesAreCompleted() {
        let config = ImageConfig(environment: ["PATH=/x", "A=1", "novalue", "=x", "B=", "A=2"])
        var request = TrialRequest(image: "x", config: config, questions: [], scratch: "")
        request.environment = ["A=3", "C=4"]
        #expect(
            request.variables(home: "/h") == [
                "PATH=/x", "A=3", "B=", "C=4", "HOSTNAME=pare-trial", "HOME=/h",
            ])
    }

    @Test func listeningPortsAreRead() {
        let head = "  sl  local_address rem_address   st tx_queue rx_queue\n"
        let four =
            head
            + "   0: 0100007F:1450 00000000:0000 0A 00000000:00000000\n   1: 0100007F:9999 0100007F:1450 01 0\n"
            + "   2: 00000000:0050 00000000:0000 0A\n  3: zz 0 0A\n  4: 00000000:FFFFF 0 0A\n  5: x:\n"
        let six =
            head + "   0: 00000000000000000000000000000000:1F90 0:0 0A\n"
            + "   1: 00000000000000000000000001000000:1F91 0:0 0A\n   2: 00000000000000000000000001000000:0050 0:0 0A\n"
        let ports = ListeningPorts(tables: [four, six]).ports
        #expect(ports.map(\.number) == [80, 5200, 8080, 8081])
        #expect(ports.map(\.isLoopback) == [false, true, false, true])
        #expect(ListeningPorts(tables: []).ports.isEmpty)
    }

    @Test func linksDoNotLeadOutOfTheImage() throws {
        let top = NSTemporaryDirectory() + "pare-root-\(UUID().uuidString)"
        defer { Folder.remove(top) }
        let files = FileManager.default
        try files.createDirectory(atPath: top + "/root/etc", withIntermediateDirectories: true)
        try "outside".write(toFile: top + "/secret", atomically: true, encoding: .utf8)
        try "inside".write(toFile: top + "/root/secret", atomically: true, encoding: .utf8)
        let links = [
            "etc/relative": "../secret", "etc/absolute": "/secret", "etc/out": "../../../../secret",
            "etc/loop": "loop",
            "etc/gone": "nothing", "etc/folder": "/etc", "etc/secret": "/etc/absolute",
        ]
        for (name, target) in links {
            try files.createSymbolicLink(atPath: top + "/root/" + name, withDestinationPath: target)
        }
        mkfifo(top + "/root/etc/pipe", 0o600)
        let root = RootFolder(path: top + "/root")
        for name in ["relative", "absolute", "out", "folder/absolute", "secret", "../secret"] {
            #expect(root.text("etc/\(name)") == "inside", "\(name)")
        }
        for name in ["loop", "gone", "pipe", "folder", "../../secret2", ""] {
            #expect(root.text("etc/\(name)") == nil)
        }
    }

    @Test func namesTellWhoseTheyAre() {
        let mine = ContainerName.next(.trial)
        #expect(mine.hasPrefix("pare-trial-\(getpid())-"))
        #expect(mine != ContainerName.next(.trial))
        #expect(!ContainerName.isStale(mine, .trial))
        let start = ProcessTable.startTime(of: getpid()) ?? 0
        for (name, isStale) in [
            ("pare-trial-4999999-5-1", true), ("pare-trial-\(getpid())-\(start + 1)-1", true),
            ("pare-trial-\(getpid())-\(start)-7", false), ("pare-build-4999999-5-1", false),
            ("pare-trial-x-5-1", false),
            ("pare-trial-4999999-5", false), ("pare-trial-4999999-5-1-more", false),
            ("my-pare-trial-4999999-5-1", false), ("", false),
        ] {
            #expect(ContainerName.isStale(name, .trial) == isStale, "\(name)")
        }
    }

    @Test func buildsAreFoundInBuildahsRecords() {
        #expect(Engine.buildMarker(in: #"{"a":{"CgroupParent":"/pare-build-1-2-3"}}"#) == "pare-build-1-2-3")
        #expect(Engine.buildMarker(in: #"{"a":"/pare-build"}"#) == nil)
        #expect(Engine.buildMarker(in: "") == nil)
    }

    @Test func aBundleHasNoMoreThanDockersDefaults() throws {
        let user = try #require(ImageUser("1000:1000", passwd: "", group: ""))
        let bundle = RuntimeBundle(
            words: ["/app", "a\"b"], environment: ["A=1"], workingDirectory: "/", user: user, root: "/r",
            hosts: "/h")
        let config = try #require(
            JSONSerialization.jsonObject(with: Data(bundle.text.utf8)) as? [String: Any])
        let process = try #require(config["process"] as? [String: Any])
        #expect(process["args"] as? [String] == ["/app", "a\"b"])
        #expect(process["noNewPrivileges"] as? Bool == true)
        let capabilities = try #require(process["capabilities"] as? [String: [String]])
        #expect(capabilities["effective"] == [])
        #expect(capabilities["permitted"] == [])
        #expect(capabilities["bounding"]?.contains("CAP_SYS_ADMIN") == false)
        let linux = try #require(config["linux"] as? [String: Any])
        let namespaces = try #require(linux["namespaces"] as? [[String: String]]).compactMap { $0["type"] }
        #expect(Set(namespaces) == ["pid", "ipc", "uts", "mount", "network"])
        #expect(linux["seccomp"] != nil)
    }

    @Test(arguments: [
        ("unqualified-search-registries = [\"docker.io\"]", true),
        ("a\n  unqualified-search-registries=[]", true),
        ("# unqualified-search-registries = [\"docker.io\"]", false), ("", false),
    ])
    func aChoiceOfRegistriesIsSeen(text: String, isThere: Bool) {
        #expect(ShortNames.hasRegistries(text) == isThere)
    }
}
