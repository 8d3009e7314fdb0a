// SPDX-License-Identifier: Apache-2.0
import PareModel
import Synchronization

/// Reads the layers of an image from when its manifest is there: while its configuration is still on the way.
///
/// ```swift
/// let ahead = LayersAhead(taking: interests, cache: cache)
/// do {
///     let image = try await registryImage(reference, platform: nil, client: client, ahead: ahead)
///     return try await image.read(taking: interests, cache: cache, ahead: ahead)
/// } catch {
///     await ahead.stop()
///     throw error
/// }
/// ```
package final class LayersAhead: Sendable {
    private let interests: [Interest]
    private let cache: LayerCache?
    private let begun = Mutex<Begun?>(nil)

    private struct Begun {
        let digests: [Digest?]
        let task: Task<LayerStack, any Error>
    }

    package init(taking interests: [Interest], cache: LayerCache?) {
        self.interests = interests
        self.cache = cache
    }

    /// Begins with the layers of an image; those of another one are given up.
    package func begin(_ layers: [Layer], of image: String) {
        let reader = LayerReader(image: image, taking: interests, cache: cache)
        let task = Task { try await reader.stack(of: layers) }
        let former = begun.withLock { begun in
            defer { begun = Begun(digests: layers.map(\.digest), task: task) }
            return begun
        }
        former?.task.cancel()
    }

    /// Gives up what was begun, and returns when nothing of it runs any more.
    package func stop() async {
        guard let task = begun.withLock({ $0.take() })?.task else { return }
        task.cancel()
        _ = await task.result
    }

    /// An image's layers as they were read, once; `nil` where others were begun with, which are given up, or none.
    ///
    /// - Throws: ``ImageError``, and what streams throw.
    func stack(of layers: [Layer]) async throws -> LayerStack? {
        let digests = layers.map(\.digest)
        guard let task = begun.withLock({ $0?.digests == digests ? $0.take()?.task : nil }) else {
            await stop()
            return nil
        }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }
}
