// SPDX-License-Identifier: Apache-2.0

/// The version of the program, by semantic versioning.
public let pareVersion = "0.1.0"
