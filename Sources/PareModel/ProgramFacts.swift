// SPDX-License-Identifier: Apache-2.0

/// What the ELF files of an image can reach, as far as it was asked for.
public struct ProgramFacts: Hashable, Sendable {
    /// By path.
    public let programs: [Program]
    /// Why the image may hold programs that were not seen: an ELF file that cannot be read, a preload from outside.
    public let unseen: [String]
    /// Why there may be files in the image of which not even the path is known; all of ``unseen``, too.
    public let gaps: [String]
    /// What lets functions be called by a name that no file has to hold: `usr/lib/…/_ctypes.so (Python's ctypes)`.
    public let foreignCalls: [String]
    /// For each pattern that was asked for, the paths that it matches.
    public let files: [String: [String]]
    /// Why a program may run with more rights than its caller has: `'usr/bin/su' gives rights to whoever runs it`.
    public let moreRights: [String]

    public init(
        programs: [Program], unseen: [String], gaps: [String], foreignCalls: [String],
        files: [String: [String]], moreRights: [String]
    ) {
        self.programs = programs
        self.unseen = gaps + unseen
        self.gaps = gaps
        self.foreignCalls = foreignCalls
        self.files = files
        self.moreRights = moreRights
    }
}

/// An ELF file that can be run or loaded, and which of the names that were asked for it knows.
public struct Program: Hashable, Sendable {
    /// In the image, without a leading slash.
    public let path: String
    public let size: ByteCount
    public let digest: Digest
    /// The name that others ask for it by; `nil` for most programs.
    public let soname: String?
    /// Whether it is linked statically, so that no other file's code is loaded into it.
    public let isStatic: Bool
    /// Whether it imports `dlsym` or the like, and so can call functions by their names.
    public let looksUpNames: Bool
    /// Whether it imports `dlvsym` or the like, and so can call those that only old programs import.
    public let looksUpVersions: Bool
    /// Functions and data that other files have to bring.
    public let imports: Set<String>
    public let exports: Set<String>
    /// Names that stand in what is loaded of it, with the offset in the file.
    public let texts: [String: Int]
    /// Conversions that stand in formats, with the offset in the file: `%mc`.
    public let conversions: [String: Int]

    public init(
        path: String, size: ByteCount, digest: Digest, soname: String? = nil, isStatic: Bool = false,
        looksUpNames: Bool = false, looksUpVersions: Bool = false, imports: Set<String> = [],
        exports: Set<String> = [], texts: [String: Int] = [:], conversions: [String: Int] = [:]
    ) {
        self.path = path
        self.size = size
        self.digest = digest
        self.soname = soname
        self.isStatic = isStatic
        self.looksUpNames = looksUpNames
        self.looksUpVersions = looksUpVersions
        self.imports = imports
        self.exports = exports
        self.texts = texts
        self.conversions = conversions
    }

    /// Whether it is a library, by its soname or by the name of its file.
    public func isLibrary(_ name: String) -> Bool {
        soname == name || path.split(separator: "/").last.map { $0 == name } ?? false
    }
}

/// What flaws ask of the files of an image.
public struct ProgramQuestion: Hashable, Sendable {
    public private(set) var symbols: Set<String> = []
    public private(set) var conversions: Set<String> = []
    /// Patterns of paths.
    public private(set) var files: Set<String> = []

    public init(about flaws: [Flaw]) {
        for flaw in flaws {
            switch flaw.condition {
            case .entryFunctions(let names), .onlyInBuild(absentSymbols: let names):
                symbols.formUnion(names.map(Flaw.bareName))
            case .formatString(let names, let conversions):
                symbols.formUnion(names.map(Flaw.bareName))
                self.conversions.formUnion(conversions)
            case .throughExport(let names, _, let entries):
                symbols.formUnion((names + entries).map(Flaw.bareName))
            case .onlyInFiles(let patterns): files.formUnion(patterns)
            case .onlyWithMoreRights, .onlyOnArchitectures, .unknown: break
            }
        }
    }
}
