// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sqlite3.h>
#include <stdint.h>

/// Opens a data base that need not be what it says it is, to read it: nothing is written or locked beside it, and what its
/// schema could make SQLite do is switched off.
///
/// The address is a `file:` URI.  Returns SQLite's code; a handle may be there for an error too, and is to be closed.
int pare_sqlite_open(const char *address, sqlite3 **handle);
