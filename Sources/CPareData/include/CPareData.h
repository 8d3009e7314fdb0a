// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <stddef.h>

/// The advisories on board: a data base in Trivy's format, compressed with zstd.
const unsigned char *pare_snapshot(void);
/// In bytes.
size_t pare_snapshot_size(void);
/// The same for the Node.js runtime, which Trivy's data base has no bucket for.
const unsigned char *pare_runtime_snapshot(void);
/// In bytes.
size_t pare_runtime_snapshot_size(void);
/// When the facts were true, RFC 3339.
const char *pare_snapshot_date(void);
/// What Debian's security team calls unimportant, an OpenVEX document.
const char *pare_debian_statements(void);
/// The table of flaws and how each can be entered, as JSON.
const unsigned char *pare_flaws(void);
/// In bytes.
size_t pare_flaws_size(void);
/// Release lines of runtimes and distributions: JSON.
const char *pare_release_lines(void);
/// In bytes.
size_t pare_release_lines_size(void);
