// SPDX-License-Identifier: Apache-2.0

// Functions of the C library that are declared for _GNU_SOURCE only, which Swift's Glibc module does not define.
#pragma once
#include <stddef.h>

/// memmem(3): where a marker first stands in bytes; NULL where it does not.
const void *pare_memmem(const void *bytes, size_t count, const void *marker, size_t marker_count);

/// renameat2(2) with RENAME_NOREPLACE, in the current folder; 0 or -1 with errno.
int pare_rename_without_replacing(const char *from, const char *to);
