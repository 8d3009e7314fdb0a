// SPDX-License-Identifier: Apache-2.0
package import PareModel

/// A bbolt file (on-disk format 2), read in place.
///
/// Opening looks at the two meta pages only.  A damaged file makes calls throw or find nothing; every walk ends,
/// because it may look at no more bytes than the file has.
///
/// - SeeAlso: go.etcd.io/bbolt, `db.go`, `page.go`, `bucket.go`.
package struct BoltFile: Sendable {
    let file: MappedFile
    let pageSize: Int
    private let rootPage: UInt64

    /// - Throws: ``FileError`` where the file cannot be opened, ``BoltError`` where it is none.
    package init(_ path: String) throws {
        try self.init(MappedFile(path))
    }

    package init(_ file: MappedFile) throws(BoltError) {
        guard let meta = file.withBytes({ BoltMeta.newest(in: $0) }) else { throw .notBolt(file.path) }
        self.file = file
        pageSize = meta.pageSize
        rootPage = meta.rootPage
    }

    /// The path it was opened by, or the name of the block of memory.
    package var path: String { file.path }

    /// The bucket that holds all others.
    package var root: BoltBucket { BoltBucket(bolt: self, place: .page(rootPage)) }

    /// The bucket at the end of a path of names; `nil` where one of them is not there.
    package func bucket(_ path: [String]) throws(BoltError) -> BoltBucket? {
        var bucket = root
        for name in path {
            guard let next = try bucket.bucket(name) else { return nil }
            bucket = next
        }
        return bucket
    }

    /// Looks whether another program made the file shorter since it was opened.
    package func checkLength() throws(FileError) { try file.checkLength() }

    /// Of all the file's bytes.
    package func digest() throws(FileError) -> Digest { try SHA256.digest(of: file) }
}

/// What a meta page says.
struct BoltMeta {
    let pageSize: Int
    let rootPage: UInt64
    let transaction: UInt64

    static let magic: UInt32 = 0xED0C_DAED
    static let version: UInt32 = 2
    /// From the start of the meta data, behind the page's header, to its checksum.
    static let checkedLength = 56

    /// The valid meta page of the last transaction; `nil` where neither is valid.
    ///
    /// The second page's place is known from the first; where that one is damaged, sizes are tried as bbolt does.
    static func newest(in bytes: UnsafeRawBufferPointer) -> BoltMeta? {
        let first = BoltMeta(bytes, at: 0)
        let sizes = first.map { [$0.pageSize] } ?? (0..<16).map { 1024 << $0 }
        let second = sizes.lazy.compactMap { size in
            BoltMeta(bytes, at: size).flatMap { $0.pageSize == size ? $0 : nil }
        }.first
        guard let first, let second else { return first ?? second }
        return second.transaction > first.transaction ? second : first
    }

    private init?(_ bytes: UnsafeRawBufferPointer, at page: Int) {
        let start = page + BoltPage.headerLength
        guard let checked = try? bytes.part(at: start, count: Self.checkedLength + 8),
            let magic = try? checked.littleEndian(UInt32.self, at: 0), magic == Self.magic,
            let version = try? checked.littleEndian(UInt32.self, at: 4), version == Self.version,
            let pageSize = try? checked.littleEndian(UInt32.self, at: 8),
            let root = try? checked.littleEndian(UInt64.self, at: 16),
            let transaction = try? checked.littleEndian(UInt64.self, at: 48),
            let checksum = try? checked.littleEndian(UInt64.self, at: Self.checkedLength),
            checksum == fnv1a(checked.prefix(Self.checkedLength)),
            pageSize.nonzeroBitCount == 1, (512...1 << 25).contains(pageSize)
        else { return nil }
        self.pageSize = Int(pageSize)
        rootPage = root
        self.transaction = transaction
    }
}

/// The 64 bits FNV-1a hash, which guards meta pages.
func fnv1a(_ bytes: some Sequence<UInt8>) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
}
