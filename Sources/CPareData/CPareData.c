// SPDX-License-Identifier: Apache-2.0
#include "CPareData.h"

static const unsigned char snapshot[] = {
#embed "snapshot.db.zst"
};

static const char snapshot_date[] = {
#embed "snapshot-date.txt"
    , 0};

const unsigned char *pare_snapshot(void) { return snapshot; }
size_t pare_snapshot_size(void) { return sizeof snapshot; }
const char *pare_snapshot_date(void) { return snapshot_date; }
