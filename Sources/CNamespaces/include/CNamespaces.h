// SPDX-License-Identifier: Apache-2.0

#ifndef PARE_C_NAMESPACES_H
#define PARE_C_NAMESPACES_H

/// Moves the calling thread into the network namespace that a descriptor of `/proc/PID/ns/net` names.
///
/// setns(2) is a GNU extension that Swift's Glibc module does not show.
/// Returns 0, or -1 with errno set.
int pare_enter_network(int descriptor);

#endif
