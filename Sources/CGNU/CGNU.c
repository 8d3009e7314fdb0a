// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "CGNU.h"
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

const void *pare_memmem(const void *bytes, size_t count, const void *marker, size_t marker_count) {
    return memmem(bytes, count, marker, marker_count);
}

int pare_rename_without_replacing(const char *from, const char *to) {
    return renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);
}

int pare_exchange(const char *one, const char *other) {
    return renameat2(AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE);
}

ssize_t pare_copy_file_range(int from, int to, size_t count) { return copy_file_range(from, NULL, to, NULL, count, 0); }

int pare_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int pare_close_from(posix_spawn_file_actions_t *actions, int first) {
    return posix_spawn_file_actions_addclosefrom_np(actions, first);
}
