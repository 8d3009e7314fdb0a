// SPDX-License-Identifier: Apache-2.0
import PareBytes

/// Waits until nothing is left of what verbs put aside for themselves, before the process ends: three seconds at most.
public func clearUp() async { await ScratchFolder.removeAll() }
