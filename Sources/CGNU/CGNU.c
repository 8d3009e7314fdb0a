// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "CGNU.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

const void *pare_memmem(const void *bytes, size_t count, const void *marker, size_t marker_count) {
    return memmem(bytes, count, marker, marker_count);
}

int pare_rename_without_replacing(const char *from, const char *to) {
    return renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);
}
