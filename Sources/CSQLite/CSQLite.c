// SPDX-License-Identifier: Apache-2.0

// What SQLite's own advice for data bases of strangers says (sqlite.org/security.html).  The functions that say it take any
// number of arguments, which Swift cannot call.
#include "CSQLite.h"
#include <stddef.h>

/// Memory of all that SQLite does in this process, in bytes.
#define HEAP_LIMIT (128ll << 20)

static const struct { int setting, value; } settings[] = {
    {SQLITE_DBCONFIG_DEFENSIVE, 1},
    {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
    {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
    {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
    {SQLITE_DBCONFIG_ENABLE_FKEY, 0},
    {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
    {SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0},
    {SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0},
    {SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1},
};

static const struct { int limit, value; } limits[] = {
    {SQLITE_LIMIT_LENGTH, 1 << 20},    {SQLITE_LIMIT_SQL_LENGTH, 1 << 16},   {SQLITE_LIMIT_COLUMN, 100},
    {SQLITE_LIMIT_EXPR_DEPTH, 20},     {SQLITE_LIMIT_COMPOUND_SELECT, 3},    {SQLITE_LIMIT_VDBE_OP, 25000},
    {SQLITE_LIMIT_FUNCTION_ARG, 8},    {SQLITE_LIMIT_ATTACHED, 0},           {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50},
    {SQLITE_LIMIT_VARIABLE_NUMBER, 10}, {SQLITE_LIMIT_TRIGGER_DEPTH, 1},     {SQLITE_LIMIT_WORKER_THREADS, 0},
};

int pare_sqlite_open(const char *address, sqlite3 **handle) {
    sqlite3_hard_heap_limit64(HEAP_LIMIT);
    int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
    int code = sqlite3_open_v2(address, handle, flags, NULL);
    if (code != SQLITE_OK) return code;
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        code = sqlite3_db_config(*handle, settings[i].setting, settings[i].value, NULL);
        if (code != SQLITE_OK) return code;
    }
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        sqlite3_limit(*handle, limits[i].limit, limits[i].value);
    // A mapped file that another program cuts off would end the process; sorting needs no file.
    return sqlite3_exec(
        *handle, "PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY; PRAGMA cell_size_check=ON; PRAGMA query_only=ON;", NULL,
        NULL, NULL);
}
