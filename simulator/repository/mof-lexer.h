/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Named limits of the MOF reader (each has a test row). */
#define MOF_MAX_FILE (16 * 1024 * 1024)
#define MOF_MAX_TOKENS 4000000
#define MOF_MAX_STRING (1024 * 1024)
#define MOF_MAX_ITEMS 65536  /* of one list */
#define MOF_MAX_MEMBERS 1024 /* of one class, method or instance: each is compared with all */
#define MOF_MAX_FILES 10000

typedef enum {
  MOF_END,
  MOF_NAME,    /* identifiers and keywords */
  MOF_STRING,  /* text is without quotes and escapes */
  MOF_INTEGER, /* text is decimal or 0x…, with sign */
  MOF_REAL,
  MOF_ALIAS,    /* text is without the $ */
  MOF_VARIABLE, /* ${key} outside of a string; text is "${key}" */
  MOF_PRAGMA,   /* #pragma */
  MOF_MARK      /* one of { } ( ) [ ] ; : , = */
} MofTokenKind;

typedef struct {
  MofTokenKind kind;
  char mark;
  guint line;
  guint column;
  GString *text;
} MofToken;

/* Reads one text. The current token is @token; errors name file, line and column. */
typedef struct {
  const char *file; /* borrowed; as errors show it */
  const char *at;
  const char *end;
  guint line;
  guint column;
  guint n_tokens;
  MofToken token;
} MofLexer;

gboolean mof_lexer_init (MofLexer *self, const char *file, const char *text, gsize length,
                         GError **error);
void mof_lexer_clear (MofLexer *self);
/* Moves on to the next token. */
gboolean mof_lexer_next (MofLexer *self, GError **error);

gboolean mof_lexer_is_mark (const MofLexer *self, char mark);
gboolean mof_lexer_is_keyword (const MofLexer *self, const char *word);
/* Takes the mark and moves on, or fails with "expected … found …". */
gboolean mof_lexer_expect_mark (MofLexer *self, char mark, GError **error);
gboolean mof_lexer_expect_keyword (MofLexer *self, const char *word, GError **error);
/* Takes a name. (transfer full) */
char *mof_lexer_expect_name (MofLexer *self, const char *what, GError **error);
/* Takes a string. (transfer full) */
char *mof_lexer_expect_string (MofLexer *self, const char *what, GError **error);
/* Always FALSE. */
gboolean mof_lexer_fail (const MofLexer *self, const char *expected, GError **error);
gboolean mof_fail_at (const char *file, guint line, guint column, GError **error,
                      const char *format, ...) G_GNUC_PRINTF (5, 6);

G_END_DECLS
