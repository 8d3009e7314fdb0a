// SPDX-License-Identifier: Apache-2.0
#include "CPareData.h"

static const unsigned char snapshot[] = {
#embed "snapshot.db.zst"
};

static const unsigned char runtime_snapshot[] = {
#embed "runtime.db.zst"
};

static const char snapshot_date[] = {
#embed "snapshot-date.txt"
    , 0};

static const char debian_statements[] = {
#embed "debian-statements.json"
    , 0};

static const unsigned char flaws[] = {
#embed "flaws.json"
};

static const char release_lines[] = {
#embed "release-lines.json"
};

const unsigned char *pare_snapshot(void) { return snapshot; }
size_t pare_snapshot_size(void) { return sizeof snapshot; }
const unsigned char *pare_runtime_snapshot(void) { return runtime_snapshot; }
size_t pare_runtime_snapshot_size(void) { return sizeof runtime_snapshot; }
const char *pare_snapshot_date(void) { return snapshot_date; }
const char *pare_debian_statements(void) { return debian_statements; }
const unsigned char *pare_flaws(void) { return flaws; }
size_t pare_flaws_size(void) { return sizeof flaws; }
const char *pare_release_lines(void) { return release_lines; }
size_t pare_release_lines_size(void) { return sizeof release_lines; }
