#ifndef CTOML_H
#define CTOML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// TOML 1.0 (toml.io), read by toml++ into plain values. Whatever the text is, a call returns: with
// the values, or with what is wrong and where.

typedef enum __attribute__((enum_extensibility(closed))) {
    CTOMLTable,
    CTOMLList,
    CTOMLText,
    CTOMLInteger,
    CTOMLDecimal,
    CTOMLBoolean,
    CTOMLDate,
    CTOMLTime,
    CTOMLDateTime,
} CTOMLKind;

// A value, with its place in the text. Bytes are UTF-8, may hold a NUL, and belong to the document.
typedef struct {
    CTOMLKind kind;
    // How many values are in it, of a table or a list.
    size_t children;
    // Of its key, or of itself where it has none. Both count from 1; 0: not known.
    uint32_t line;
    uint32_t column;
    // Null in a list.
    const char *key;
    size_t keyLength;
    const char *text;
    size_t textLength;
    int64_t integer;
    double decimal;
    bool boolean;
} CTOMLNode;

typedef struct {
    // The root table first. Behind each table or list come the values in it, each with its own
    // behind itself: tables by name, lists in their order.
    const CTOMLNode *nodes;
    size_t count;
    // Where there are no nodes: what is wrong, in words, or null where the character at its place
    // may not stand there.
    const char *problem;
    uint32_t line;
    uint32_t column;
} CTOMLDocument;

// Reads a text. The stack grows with the nesting of tables and lists in the text, which the caller
// has to limit, and neither with the length of anything nor with what is wrong in it.
//
// Returns null where memory is out. To be freed.
CTOMLDocument *CTOMLParse(const char *text, size_t length);

void CTOMLFree(CTOMLDocument *document);

#ifdef __cplusplus
}
#endif

#endif
