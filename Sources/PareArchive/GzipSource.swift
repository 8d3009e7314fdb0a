// SPDX-License-Identifier: Apache-2.0
import CISAL
import CZlib

/// The content of a gzip file of any number of members, with checksums and lengths verified.
///
/// isa-l inflates where the machine has it, zlib elsewhere.
///
/// - SeeAlso: RFC 1952.
package final class GzipSource: ByteSource {
    package enum Engine: Sendable, CaseIterable { case fastest, zlib }

    private var input: InputBuffer
    private let inflater: any GzipInflater
    private let limit: OutputLimit
    private var isBetweenMembers = false
    private var output: Int64 = 0

    package init(_ source: any ByteSource, limit: OutputLimit = .generous, engine: Engine = .fastest) {
        input = InputBuffer(source)
        self.limit = limit
        inflater = (engine == .fastest ? ISALInflater() : nil) ?? ZlibInflater()
    }

    package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        while !buffer.isEmpty {
            if isBetweenMembers, try !beginNextMember() { return 0 }
            let isThereInput = try input.fill()
            let (used, made, outcome) = inflater.step(input.rest, into: buffer)
            input.use(used)
            output += Int64(made)
            switch outcome {
            case .corrupt:
                throw ArchiveError.malformed("gzip stream", "data or checksum", offset: consumed)
            case .memberEnded: isBetweenMembers = true
            case .running:
                if used == 0, made == 0 {
                    throw isThereInput
                        ? ArchiveError.malformed("gzip stream", "it does not go on", offset: consumed)
                        : ArchiveError.truncated("gzip stream", offset: input.total)
                }
            }
            if made > 0 {
                try limit.check(input: input.total, output: output)
                return made
            }
        }
        return 0
    }

    private var consumed: Int64 { input.total - Int64(input.rest.count) }

    /// Goes to the next member; `false` where nothing but zeros, which tapes and some tools pad with, comes.
    private func beginNextMember() throws -> Bool {
        var isPadded = false
        while try input.fill() {
            guard let first = input.rest.first(where: { $0 != 0 }) else {
                isPadded = true
                input.use(input.rest.count)
                continue
            }
            guard !isPadded, first == 0x1F, input.rest.first == first else {
                throw ArchiveError.malformed("gzip stream", "garbage after its end", offset: consumed)
            }
            inflater.nextMember()
            isBetweenMembers = false
            return true
        }
        return false
    }
}

private enum InflateOutcome { case running, memberEnded, corrupt }

private protocol GzipInflater: AnyObject {
    func step(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) -> (used: Int, made: Int, outcome: InflateOutcome)
    func nextMember()
}

private final class ISALInflater: GzipInflater {
    private let stream: OpaquePointer
    private var header = GzipHeader()

    init?() {
        guard let stream = pare_isal_new() else { return nil }
        self.stream = stream
    }

    deinit { pare_isal_free(stream) }

    func nextMember() {
        header = GzipHeader()
        pare_isal_next_member(stream)
    }

    func step(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) -> (used: Int, made: Int, outcome: InflateOutcome) {
        guard header.isDone else {
            let used = header.take(input)
            return (used, 0, header.isBroken ? .corrupt : .running)
        }
        var (used, made) = (input.count, output.count)
        let result = pare_isal_inflate(
            stream, input.baseAddress?.assumingMemoryBound(to: UInt8.self), &used,
            output.baseAddress?.assumingMemoryBound(to: UInt8.self), &made)
        return (used, made, result < 0 ? .corrupt : result == 1 ? .memberEnded : .running)
    }
}

private final class ZlibInflater: GzipInflater {
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    private let isReady: Bool

    init() {
        stream.initialize(to: z_stream())
        // 15 bits of window, and 16 for a gzip wrapper.
        isReady = inflateInit2_(stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    func nextMember() { inflateReset(stream) }

    func step(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) -> (used: Int, made: Int, outcome: InflateOutcome) {
        guard isReady else { return (0, 0, .corrupt) }
        let available = (input: UInt32(clamping: input.count), output: UInt32(clamping: output.count))
        stream.pointee.next_in = UnsafeMutablePointer(
            mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
        stream.pointee.avail_in = available.input
        stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = available.output
        let result = inflate(stream, Z_NO_FLUSH)
        let used = Int(available.input - stream.pointee.avail_in)
        let made = Int(available.output - stream.pointee.avail_out)
        switch result {
        case Z_OK, Z_BUF_ERROR: return (used, made, .running)
        case Z_STREAM_END: return (used, made, .memberEnded)
        default: return (used, made, .corrupt)
        }
    }
}
