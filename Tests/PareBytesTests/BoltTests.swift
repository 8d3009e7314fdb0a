// SPDX-License-Identifier: Apache-2.0
import Foundation
import PareBytes
import Testing

@Suite struct BoltTests {
    @Test(arguments: [512, 1024, 4096, 16384])
    func findsWhatWasWritten(pageSize: Int) throws {
        let file = try BoltSample.open(BoltSample.mixed(pageSize: pageSize))
        #expect(
            try file.bucket(["debian 12", "zlib"])?.value("CVE-2024-2") == BoltSample.text("{\"Status\":2}"))
        #expect(try file.bucket(["nested", "deep", "er", "est"])?.value("k") == BoltSample.text("deep down"))
        #expect(try file.bucket(["nested", "big"])?.value("long") == [UInt8](repeating: 7, count: 20_000))
        #expect(try file.bucket(["nested", "big"])?.value("nothing") == [])
        for number in 0..<60 {
            #expect(try file.bucket(["nested", "b\(number + 100)"])?.value("key")?.count == number * 23)
        }
        #expect(try file.bucket(["empty"])?.entries().isEmpty == true)
        #expect(
            try file.root.entries().map(\.key) == [
                "debian 12", "empty", "nested", "npm::A", "npm::B", "npmx",
            ])
    }

    @Test(arguments: ["", "zlib", "debian 1", "debian 12/", "nested\u{0}", "zz"])
    func findsNothingUnderOtherNames(name: String) throws {
        let file = try BoltSample.open(BoltSample.mixed())
        #expect(try file.bucket([name]) == nil)
        #expect(try file.root.value(name) == nil)
        #expect(try file.bucket(["debian 12", "zlib"])?.value(name) == nil)
    }

    @Test func tellsBucketsFromValues() throws {
        let file = try BoltSample.open(BoltSample.mixed())
        #expect(try file.root.value("debian 12") == nil)
        #expect(try file.bucket(["debian 12", "zlib", "CVE-2024-1"]) == nil)
        #expect(try file.root.entry("debian 12")?.isBucket == true)
    }

    @Test(arguments: [1, 127, 128, 12_000], [512, 4096])
    func readsTreesOfAnyHeight(count: Int, pageSize: Int) throws {
        let file = try BoltSample.open(BoltSample.flat(count, pageSize: pageSize))
        let many = try #require(try file.bucket(["many"]))
        #expect(try many.count() == count)
        #expect(try many.entries().map(\.key) == (0..<count).map(BoltSample.key))
        for number in stride(from: 0, to: count, by: 97) {
            #expect(try many.value(BoltSample.key(number)) == BoltSample.text("value \(number)"))
        }
        #expect(try many.value(BoltSample.key(count)) == nil)
        #expect(try many.value("a") == nil)
    }

    @Test(arguments: [
        ("npm::", ["npm::A", "npm::B"]), ("npm", ["npm::A", "npm::B", "npmx"]), ("npmx", ["npmx"]), ("o", []),
        ("a", []),
    ])
    func findsByPrefix(prefix: String, names: [String]) throws {
        let root = try BoltSample.open(BoltSample.mixed()).root
        #expect(try root.entries(startingWith: prefix).map(\.key) == names)
    }

    @Test(arguments: [512, 4096])
    func findsByPrefixAcrossPages(pageSize: Int) throws {
        let many = try #require(
            try BoltSample.open(BoltSample.flat(5_000, pageSize: pageSize)).bucket(["many"]))
        for prefix in ["key1000", "key10012", "key100499", "key1004999"] {
            let expected = (0..<5_000).map(BoltSample.key).filter { $0.hasPrefix(prefix) }
            #expect(try many.entries(startingWith: prefix).map(\.key) == expected)
        }
    }

    @Test func countsLevelsBelow() throws {
        let file = try BoltSample.open(BoltSample.mixed())
        #expect(try file.root.count() == 6)
        #expect(try file.bucket(["debian 12"])?.count(below: 1) == 2)
        #expect(try file.bucket(["nested"])?.count(below: 1) == 63)
    }

    @Test func readsAFileInPlace() throws {
        let folder = try ScratchFolder()
        try writeFile(BoltSample.mixed(), to: folder.path + "/a.db")
        #expect(try BoltFile(folder.path + "/a.db").bucket(["npm::A"])?.value("k") == BoltSample.text("one"))
        #expect(throws: FileError.missing(folder.path + "/b.db")) { try BoltFile(folder.path + "/b.db") }
    }
}

@Suite struct BoltWriterTests {
    @Test(arguments: [
        (["a", "b"], ["x", "x"]), (["b", "a"], ["x", "x"]), (["a", "a"], ["y", "x"]),
        (["b", "a"], ["x", "y"]),
    ])
    func refusesKeysOutOfOrder(buckets: [String], keys: [String]) throws {
        var writer = BoltWriter()
        try writer.put([], for: keys[0], in: [buckets[0]])
        if buckets[0] < buckets[1] {
            try writer.put([], for: keys[1], in: [buckets[1]])
        } else {
            #expect(throws: BoltError.self) { try writer.put([], for: keys[1], in: [buckets[1]]) }
        }
    }

    @Test func refusesAKeyTwice() throws {
        var writer = BoltWriter()
        try writer.put([], for: "k", in: ["a"])
        #expect(throws: BoltError.outOfOrder("k")) { try writer.put([], for: "k", in: ["a"]) }
    }

    @Test(arguments: ["", String(repeating: "k", count: 40_000)])
    func refusesKeysThatDoNotFit(key: String) {
        var writer = BoltWriter()
        #expect(throws: BoltError.unfit(key)) { try writer.put([], for: key, in: ["a"]) }
    }

    @Test func ordersByBytes() throws {
        // "é" as one scalar and as two are equal strings and other keys.
        var writer = BoltWriter()
        try writer.put([1], for: "e\u{301}", in: ["a"])
        try writer.put([2], for: "\u{e9}", in: ["a"])
        let bucket = try #require(try BoltSample.open(writer.finish()).bucket(["a"]))
        #expect(try bucket.value("e\u{301}") == [1])
        #expect(try bucket.value("\u{e9}") == [2])
    }

    @Test func writesAnEmptyFile() throws {
        var writer = BoltWriter()
        let file = try BoltSample.open(writer.finish())
        #expect(try file.root.entries().isEmpty)
    }
}

/// A file that goes to disk page by page is the one that is built in memory.
@Suite struct BoltFileWriterTests {
    @Test(arguments: [0, 1, 500, 60_000])
    func writesTheSameBytes(count: Int) throws {
        let folder = try ScratchFolder()
        var writer = BoltWriter()
        let file = try BoltFileWriter(folder.path + "/x.db")
        for number in 0..<count {
            let value = [UInt8](repeating: UInt8(number % 251), count: number % 300)
            for path in [["a", "b\(number / 10 + 100_000)"]] {
                try writer.put(value, for: BoltSample.key(number), in: path)
                try file.put(value, for: BoltSample.key(number), in: path)
            }
        }
        try writer.openBucket(["z"])
        try file.openBucket(["z"])
        try file.finish()
        #expect(try readFile(folder.path + "/x.db") == writer.finish())
    }

    @Test func longKeysAreCutInWords() throws {
        let error = BoltError.unfit(String(repeating: "k", count: 40_000))
        #expect(error.problem.utf8.count < 200 && error.problem.contains("…'"))
        #expect(BoltError.outOfOrder("CVE-1").problem == "key 'CVE-1' is out of order")
    }

    @Test func writesOverNothing() throws {
        let folder = try ScratchFolder()
        try writeFile([1], to: folder.path + "/x.db")
        #expect(throws: FileError.exists(folder.path + "/x.db")) { try BoltFileWriter(folder.path + "/x.db") }
    }
}

@Suite struct GrowingFileTests {
    @Test func isThereWhenItIsWhole() throws {
        let folder = try ScratchFolder()
        do {
            let file = try GrowingFile(folder.path + "/a")
            try file.write([1, 2])
            #expect(try file.mapped().count == 2)
        }
        #expect(try namesInFolder(folder.path).isEmpty)
        for (content, replacing) in [([UInt8(1)], false), ([2], true)] {
            let file = try GrowingFile(folder.path + "/a", replacing: replacing)
            try file.write(content)
            try file.settle()
            #expect(try readFile(folder.path + "/a") == content)
        }
        let file = try GrowingFile(folder.path + "/a")
        #expect(throws: FileError.exists(folder.path + "/a")) { try file.settle() }
        #expect(try readFile(folder.path + "/a") == [2])
    }

    /// A pipe here, as a device is not for everybody to make.
    @Test func writesThroughWhatIsNoFile() throws {
        let folder = try ScratchFolder()
        let pipe = folder.path + "/pipe"
        try #require(mkfifo(pipe, 0o600) == 0)
        let reader = open(pipe, O_RDWR | O_NONBLOCK)
        defer { close(reader) }
        func isPipe() -> Bool {
            var facts = stat()
            return lstat(pipe, &facts) == 0 && facts.st_mode & S_IFMT == S_IFIFO
        }
        func arrived() -> [UInt8] {
            var bytes = [UInt8](repeating: 0, count: 100)
            let count = read(reader, &bytes, bytes.count)
            return Array(bytes.prefix(max(0, count)))
        }
        let file = try GrowingFile(pipe, replacing: true)
        try file.write([1, 2])
        try file.settle()
        #expect(file.count == 2 && isPipe() && arrived() == [1, 2])
        try writeFile(to: pipe) { append in try [UInt8]([3]).withUnsafeBytes { try append($0) } }
        #expect(isPipe() && arrived() == [3])
        #expect(throws: FileError.exists(pipe)) { _ = try GrowingFile(pipe) }
        #expect(throws: FileError.isFolder(folder.path)) {
            _ = try GrowingFile(folder.path, replacing: true)
        }
        #expect(try namesInFolder(folder.path) == ["pipe"])
    }
}
