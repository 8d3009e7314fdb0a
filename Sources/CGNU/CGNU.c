// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "CGNU.h"
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef unsigned char block __attribute__((vector_size(16)));

// Where of 16 places two bytes stand that far from each other.
static inline block fitting(const unsigned char *at, size_t distance, block first_byte, block last_byte) {
    block first, last;
    memcpy(&first, at, sizeof first);
    memcpy(&last, at + distance, sizeof last);
    return (block)((first == first_byte) & (last == last_byte));
}

// Looks at 64 places at once for the marker's first and last byte, several times as fast as memmem(3) is.
const void *pare_memmem(const void *bytes, size_t count, const void *marker, size_t marker_count) {
    if (marker_count == 0 || count < marker_count) return memmem(bytes, count, marker, marker_count);
    const unsigned char *at = bytes, *sought = marker;
    const unsigned char *last = at + (count - marker_count);
    const size_t distance = marker_count - 1;
    const block first_byte = (block){0} + sought[0], last_byte = (block){0} + sought[distance];
    for (; last - at >= 63; at += 64) {
        block any = {0};
        for (int i = 0; i < 64; i += 16) any |= fitting(at + i, distance, first_byte, last_byte);
        unsigned long long words[2];
        memcpy(words, &any, sizeof words);
        if ((words[0] | words[1]) == 0) continue;
        for (int i = 0; i < 64; i++)
            if (at[i] == sought[0] && memcmp(at + i, marker, marker_count) == 0) return at + i;
    }
    return memmem(at, (size_t)(last - at) + marker_count, marker, marker_count);
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
