// SPDX-License-Identifier: Apache-2.0

// Functions of the C library that are declared for _GNU_SOURCE only, which Swift's Glibc module does not define.
#pragma once
#include <spawn.h>
#include <stddef.h>
#include <sys/types.h>

/// As memmem(3): where a marker first stands in bytes; NULL where it does not.
const void *pare_memmem(const void *bytes, size_t count, const void *marker, size_t marker_count);

/// renameat2(2) with RENAME_NOREPLACE, in the current folder; 0 or -1 with errno.
int pare_rename_without_replacing(const char *from, const char *to);

/// renameat2(2) with RENAME_EXCHANGE, in the current folder: two names change places at once; 0 or -1 with errno.
int pare_exchange(const char *one, const char *other);

/// copy_file_range(2) from where one file stands to where another does; the number of bytes, 0 at the end, -1 with errno.
ssize_t pare_copy_file_range(int from, int to, size_t count);

/// pipe2(2) with O_CLOEXEC: the end to read and the end to write; 0 or -1 with errno.
int pare_pipe(int ends[2]);

/// posix_spawn_file_actions_addclosefrom_np(3): closes all descriptors from one on in what is started.
int pare_close_from(posix_spawn_file_actions_t *actions, int first);
