// SPDX-License-Identifier: Apache-2.0

import PareModel
import Synchronization

/// What is seen of a container's processes from outside while it runs.
final class ContainerWatch: Sendable {
    private let seen = Mutex<(peak: Int64?, user: UserNumbers?)>((nil, nil))

    var peakMemory: ByteCount? { seen.withLock { $0.peak.map { ByteCount($0) } } }
    var user: UserNumbers? { seen.withLock { $0.user } }

    /// Looks once; the kernel keeps each process's peak, so few looks are enough.
    func look(at process: Int32) {
        let peak = ProcessTable.peakMemory(ofContainer: process)
        let user = ProcessTable.user(of: process)
        seen.withLock { seen in
            if let peak { seen.peak = max(peak, seen.peak ?? 0) }
            if peak != nil, let user { seen.user = user }
        }
    }
}
