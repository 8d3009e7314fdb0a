// SPDX-License-Identifier: Apache-2.0
import PareBytes
import Synchronization
import Testing

@testable import PareArchive

@Suite struct BytePipeTests {
    private struct Failure: Error, Equatable { let number: Int }

    private static func write(_ bytes: [UInt8], _ pipe: BytePipe) async throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let taken = try rest.withUnsafeBytes { try pipe.offer($0) }
            rest = rest.dropFirst(taken)
            if !rest.isEmpty { try await pipe.waitForRoom() }
        }
    }

    private static func read(_ source: any ByteSource, by size: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: size)
        while true {
            let count = try piece.withUnsafeMutableBytes { try source.read(into: $0) }
            if count == 0 { return bytes }
            bytes += piece[..<count]
        }
    }

    @Test(arguments: [1, 7, 64, 1000], [1, 3, 100, 5000])
    func carriesAll(capacity: Int, size: Int) async throws {
        let bytes = (0..<3000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 2) }
        let read = try await onOwnThread { _ in
            let source = PipeSource(capacity: capacity) { pipe in
                for start in stride(from: 0, to: bytes.count, by: 170) {
                    try await Self.write(Array(bytes[start..<min(bytes.count, start + 170)]), pipe)
                }
            }
            return try Self.read(source, by: size)
        }
        #expect(read == bytes)
    }

    @Test func tellsTheReaderWhatFailed() async throws {
        await #expect(throws: Failure(number: 7)) {
            try await onOwnThread { _ in
                let source = PipeSource { pipe in
                    try await Self.write([1, 2, 3], pipe)
                    throw Failure(number: 7)
                }
                return try Self.read(source, by: 2)
            }
        }
    }

    @Test(arguments: [false, true]) func tellsTheWriterThatNobodyReads(waitsInside: Bool) async throws {
        let (ends, told) = AsyncStream.makeStream(of: (any Error)?.self)
        try await onOwnThread { _ in
            let source = PipeSource(capacity: 10) { pipe in
                do {
                    if waitsInside {
                        try await Self.write([UInt8](repeating: 1, count: 1000), pipe)
                    } else {
                        // As a network that says nothing.
                        try await Self.write([1], pipe)
                        try await Task.sleep(for: .seconds(1000))
                    }
                    told.yield(nil)
                } catch {
                    told.yield(error)
                    throw error
                }
            }
            var byte: UInt8 = 0
            let count = try withUnsafeMutableBytes(of: &byte) { try source.read(into: $0) }
            #expect(count == 1)
        }
        for await error in ends {
            #expect(error is CancellationError)
            break
        }
    }

    @Test func wakesAReaderWhoseWorkIsCancelled() async throws {
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            try await onOwnThread { _ in
                let source = PipeSource { _ in
                    begin.yield()
                    try await Task.sleep(for: .seconds(1000))
                }
                return try Self.read(source, by: 10)
            }
        }
        for await _ in begun { break }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func interruptsSourcesThatAreOpenedTooLate() async throws {
        let task = Task {
            try await onOwnThread { interruption in
                while !interruption.isSet {}
                return try Self.read(PipeSource { _ in try await Task.sleep(for: .seconds(1000)) }, by: 10)
            }
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func theFirstEndCounts() throws {
        let pipe = BytePipe(capacity: 10)
        pipe.finish()
        pipe.finish(throwing: Failure(number: 1))
        var byte: UInt8 = 0
        let count = try withUnsafeMutableBytes(of: &byte) { try pipe.take(into: $0) }
        #expect(count == 0)
        let bytes: [UInt8] = [1]
        #expect(throws: CancellationError.self) { try bytes.withUnsafeBytes { try pipe.offer($0) } }
    }

    @Test func knowsItsThreadsWork() async throws {
        #expect(Interruption.current == nil)
        #expect(try await onOwnThread { Interruption.current === $0 })
        let actions = Atomic(0)
        let interruption = Interruption()
        interruption.onSet { actions.add(1, ordering: .relaxed) }
        interruption.set()
        interruption.set()
        interruption.onSet { actions.add(1, ordering: .relaxed) }
        #expect(actions.load(ordering: .relaxed) == 2)
    }
}
