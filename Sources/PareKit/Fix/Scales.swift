// SPDX-License-Identifier: Apache-2.0
import PareBytes
import PareEngine
import PareImage
import PareModel

/// Works out what images weigh in a registry, one after the other, while other things are done.
actor Scales {
    private let engine: Engine
    /// Where weights of layers are kept for the next run.
    private let cache: String?
    private var tasks: [String: Task<[ByteCount], any Error>] = [:]
    private var last: Task<[ByteCount], any Error>?

    init(engine: Engine, cache: String?) {
        self.engine = engine
        self.cache = cache
    }

    /// Begins to weigh an image; its archive is removed afterwards.
    func put(_ tag: String, archive: String) {
        let (engine, cache, before) = (engine, cache, last)
        let task = Task {
            _ = await before?.result
            defer { removeTree(archive) }
            try Task.checkCancellation()
            if !fileExists(archive) { try await engine.export(tag, toDockerArchive: archive) }
            return try await openImage(at: archive, platform: nil).compressedSizes(keptIn: cache)
        }
        tasks[tag] = task
        last = task
    }

    /// The weights of an image's layers; one that nobody has put on the scales is exported to the archive first.
    func weights(of tag: String, archive: String) async throws -> [ByteCount] {
        if tasks[tag] == nil { put(tag, archive: archive) }
        guard let task = tasks[tag] else { return [] }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    /// Breaks off what is still being weighed, and waits until it has ended.
    func clear() async {
        for task in tasks.values { task.cancel() }
        for task in tasks.values { _ = await task.result }
        tasks = [:]
    }
}
