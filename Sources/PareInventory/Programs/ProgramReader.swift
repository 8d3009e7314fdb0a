// SPDX-License-Identifier: Apache-2.0

import PareBytes
import PareModel

/// Reads what one ELF file can reach, as far as a question asks for it.
struct ProgramReader {
    private let question: ProgramQuestion
    private let texts: [String]
    private let names: NameSearch
    private let conversions: ConversionSearch

    enum Result {
        /// The program, and what in it calls functions by names that no file has to hold.
        case program(Program, foreignCalls: [String])
        /// Nothing can be said of it: what is wrong, to be read after its path.
        case unclear(String)
        /// An object file, which must be linked before it runs, or a memory image.
        case noProgram
    }

    init(_ question: ProgramQuestion) {
        self.question = question
        texts = question.symbols.union(ForeignCalls.texts.keys).sorted()
        names = NameSearch(texts.map { Array($0.utf8) })
        conversions = ConversionSearch(question.conversions.sorted().map { Array($0.utf8) })
    }

    func reading(of path: String, _ bytes: UnsafeRawBufferPointer) -> Result {
        guard let elf = try? ELFFile(bytes) else { return .unclear("is an ELF file that cannot be read") }
        // ET_EXEC and ET_DYN; relocatable files and cores have other types.
        guard elf.type == 2 || elf.type == 3 else { return .noProgram }
        guard let symbols = try? SymbolSets(elf, bytes, asked: question.symbols) else {
            return .unclear("has symbols that cannot be read")
        }
        if elf.overlayLength(ofFileWith: bytes.count) >= 4096 {
            return .unclear("carries data behind its end, in which there may be more programs")
        }
        // Packers leave a program that unpacks the real one, without a loader and without sections.
        if elf.isStaticallyLinked, elf.sections.isEmpty { return .unclear("may be packed") }
        let texts = texts(of: elf, in: bytes, without: symbols.names)
        let program = Program(
            path: path, size: ByteCount(bytes.count), digest: SHA256.digest(of: bytes), soname: elf.soname,
            isStatic: elf.isStaticallyLinked, looksUpNames: symbols.looksUpNames,
            looksUpVersions: symbols.looksUpVersions, imports: symbols.imports, exports: symbols.exports,
            texts: texts.filter { question.symbols.contains($0.key) },
            conversions: conversions(of: elf, in: bytes))
        let calls = ForeignCalls.texts.filter { texts[$0.key] != nil || symbols.all.contains($0.key) }
        return .program(program, foreignCalls: Set(calls.values).map { "\(path) (\($0))" })
    }

    /// Names in all that is loaded, but for the table of the file's own symbols: that one is the loader's.
    private func texts(
        of elf: ELFFile, in bytes: UnsafeRawBufferPointer, without own: Range<Int>
    ) -> [String: Int] {
        var found: [String: Int] = [:]
        for range in elf.loadedRanges(ofFileWith: bytes.count) {
            let pieces = [
                range.clamped(to: 0..<own.lowerBound),
                range.clamped(to: own.upperBound..<max(own.upperBound, bytes.count)),
            ]
            for piece in pieces where !piece.isEmpty {
                names.forEachPlace(in: UnsafeRawBufferPointer(rebasing: bytes[piece])) { name, offset in
                    found[texts[name]] = min(found[texts[name]] ?? .max, piece.lowerBound + offset)
                }
            }
        }
        return found
    }

    /// Conversions in all that is loaded, but for data of ICU's: its tables hold any bytes.
    private func conversions(of elf: ELFFile, in bytes: UnsafeRawBufferPointer) -> [String: Int] {
        guard !question.conversions.isEmpty else { return [:] }
        var places: [(text: String, offset: Int)] = []
        for range in elf.loadedRanges(ofFileWith: bytes.count) {
            conversions.forEachPlace(in: UnsafeRawBufferPointer(rebasing: bytes[range])) { text, offset in
                places.append((text, range.lowerBound + offset))
            }
        }
        guard !places.isEmpty else { return [:] }
        let archives = icuArchives(in: bytes)
        places.removeAll { place in archives.contains { $0.contains(place.offset) } }
        return Dictionary(places.map { ($0.text, $0.offset) }, uniquingKeysWith: min)
    }
}

/// The asked ones of the symbols that the loader knows of a file.
private struct SymbolSets {
    /// Where in the file the names of all symbols stand.
    let names: Range<Int>
    private(set) var imports: Set<String> = []
    private(set) var exports: Set<String> = []
    /// All of the marks of foreign calls, imported or exported.
    private(set) var all: Set<String> = []
    private(set) var looksUpNames = false
    private(set) var looksUpVersions = false

    private static let lookups: Set<String> = ["dlsym", "dlvsym", "__libc_dlsym", "__libc_dlvsym"]
    private static let versionLookups: Set<String> = ["dlvsym", "__libc_dlvsym"]

    init(_ elf: ELFFile, _ bytes: UnsafeRawBufferPointer, asked: Set<String>) throws(ELFFile.Malformed) {
        names = try elf.symbolNames(in: bytes) ?? 0..<0
        var (imports, exports, all) = (imports, exports, all)
        var (looksUpNames, looksUpVersions) = (false, false)
        let isProgram = elf.interpreter != nil
        try elf.forEachDynamicSymbol(in: bytes) { symbol in
            let name = String(decoding: symbol.name, as: UTF8.self)
            if ForeignCalls.texts[name] != nil { all.insert(name) }
            if !symbol.isDefined, Self.lookups.contains(name) {
                looksUpNames = true
                looksUpVersions = looksUpVersions || Self.versionLookups.contains(name)
            }
            guard asked.contains(name) else { return }
            if symbol.isDefined { exports.insert(name) }
            // A program that is not position-independent defines a copy of a library's variable that it uses.
            if !symbol.isDefined || symbol.isData && isProgram { imports.insert(name) }
        }
        (self.imports, self.exports, self.all) = (imports, exports, all)
        (self.looksUpNames, self.looksUpVersions) = (looksUpNames, looksUpVersions)
    }
}
