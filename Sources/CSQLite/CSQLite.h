#pragma once

/// What the embedded queue asks of SQLite.
#include <sqlite3.h>

/// Binds text that SQLite copies; the constant for that is a cast, which Swift does not import.
static inline int sqs_bind_text(sqlite3_stmt *statement, int place, const char *text, int size) {
    return sqlite3_bind_text(statement, place, text, size, SQLITE_TRANSIENT);
}
