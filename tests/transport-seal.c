/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "client/base/hyperv-error.h"
#include "client/transport/transport-seal.h"

/* Sealed messages as bytes, without any GSSAPI: the "signature" is "SIGN", the "cipher" flips the
 * case of letters. */

#define ABOUT(length)                                                                              \
  "--Encrypted Boundary\r\n\tContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n"          \
  "\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=" length "\r\n"
#define BINARY "--Encrypted Boundary\r\n\tContent-Type: application/octet-stream\r\n"
#define SIGN "\x04\0\0\0SIGN"
#define END "--Encrypted Boundary--\r\n"
#define SOAP "application/soap+xml;charset=UTF-8"
#define BYTES(text) (text), sizeof (text) - 1

typedef struct {
  const char *sentence;
  const char *bytes;
  gsize length;
  const char *text; /* NULL: an error */
  const char *message;
  const char *type;
} Row;

static const Row rows[] = {
  { "a message", BYTES (ABOUT ("5") BINARY SIGN "HELLO" END), "hello", NULL, SOAP },
  { "no text at all", BYTES (ABOUT ("0") BINARY SIGN END), "", NULL, SOAP },
  { "the boundary within the cipher", BYTES (ABOUT ("24") BINARY SIGN END END),
    "--eNCRYPTED bOUNDARY--\r\n", NULL, SOAP },
  { "no TAB, as Ruby's WinRM writes",
    BYTES ("--Encrypted Boundary\r\nContent-Type: a/b\r\nOriginalContent: type=t/x;Length=2\r\n"
           "--Encrypted Boundary\r\nContent-Type: application/octet-stream\r\n" SIGN "HI" END),
    "hi", NULL, "t/x" },
  { "a blank in the boundary, as Exchange writes",
    BYTES ("-- Encrypted Boundary\r\n\tOriginalContent: type=t/x;Length=2\r\n"
           "-- Encrypted Boundary\r\n\tContent-Type: application/octet-stream\r\n" SIGN
           "HI-- Encrypted Boundary--\r\n"),
    "hi", NULL, "t/x" },
  { "two messages in one", BYTES (ABOUT ("2") BINARY SIGN "HE" ABOUT ("3") BINARY SIGN "LLO" END),
    "hello", NULL, SOAP },
  { "no line end after the last boundary",
    BYTES (ABOUT ("2") BINARY SIGN "HI--Encrypted Boundary--"), "hi", NULL, SOAP },
  { "no type",
    BYTES ("--Encrypted Boundary\r\n\tOriginalContent: Length=2\r\n" BINARY SIGN "HI" END), "hi",
    NULL, NULL },
  { "names in any case",
    BYTES ("--encrypted boundary\r\noriginalcontent: type=t/x; length=2\r\n"
           "--ENCRYPTED BOUNDARY\r\ncontent-type: x/y\r\n" SIGN "HI" END),
    "hi", NULL, "t/x" },

  { "a Length that is too short", BYTES (ABOUT ("4") BINARY SIGN "HELLO" END), NULL,
    "the Length is a lie" },
  { "a Length that is too long", BYTES (ABOUT ("6") BINARY SIGN "HELLO" END), NULL,
    "the Length is a lie" },
  { "a Length far beyond the end", BYTES (ABOUT ("600") BINARY SIGN "HELLO" END), NULL,
    "truncated: expected 600 bytes" },
  { "a Length of more than 64 MB", BYTES (ABOUT ("67108865") BINARY), NULL,
    "expected a Length from 0 to 67108864, found \"Length=67108865\"" },
  { "a Length below nothing", BYTES (ABOUT ("-1") BINARY), NULL, "expected a Length" },
  { "a Length that is no number", BYTES (ABOUT ("five") BINARY), NULL, "expected a Length" },
  { "no Length", BYTES ("--Encrypted Boundary\r\n\tOriginalContent: type=t/x\r\n" BINARY), NULL,
    "expected OriginalContent with a Length, found none" },
  { "a signature of 4 GB", BYTES (ABOUT ("5") BINARY "\xff\xff\xff\xffSIGN"), NULL,
    "expected a signature of at most 4096 bytes, found its length 4294967295" },
  { "a wrong signature", BYTES (ABOUT ("5") BINARY "\x04\0\0\0SIGMHELLO" END), NULL, "bad sign" },
  { "a part that ends early", BYTES (ABOUT ("5") BINARY SIGN "HEL"), NULL,
    "truncated: expected 5" },
  { "an end within the size of the signature", BYTES (ABOUT ("5") BINARY "\x04\0"), NULL,
    "truncated" },
  { "no last boundary", BYTES (ABOUT ("5") BINARY SIGN "HELLO"), NULL, "truncated: nothing more" },
  { "nothing", "", 0, NULL, "truncated" },
  { "an end in the headers", BYTES (ABOUT ("5")), NULL, "truncated" },
  { "something else", BYTES ("<html>no</html>\r\n"), NULL,
    "expected \"--Encrypted Boundary\", found \"<html>no</html>\"" },
  { "another boundary", BYTES ("--Other Boundary\r\n"), NULL, "expected \"--Encrypted Boundary\"" },
  { "the last boundary first", BYTES (END), NULL, "expected \"--Encrypted Boundary\"" },
  { "no encrypted part", BYTES (ABOUT ("5") END), NULL, "found the last boundary" },
  { "a line that is no header", BYTES ("--Encrypted Boundary\r\nnonsense\r\n"), NULL,
    "expected a header or the boundary, found \"nonsense\"" },
  { "a line that is no header, cut within a letter",
    BYTES ("--Encrypted Boundary\r\nb1234567890123456789012345678901234567890123456789012345678"
           "\xc3\xa9\r\n"),
    NULL, "2345678\xef\xbf\xbd\"" },
  { "an empty line before the binary", BYTES (ABOUT ("5") "--Encrypted Boundary\r\n\r\n"), NULL,
    "expected Content-Type, found \"\"" },
  { "something after the end", BYTES (ABOUT ("2") BINARY SIGN "HI" END "more\r\n"), NULL,
    "expected nothing more, found \"more\"" },
};

typedef struct {
  GString *text;
  char *type;
  guint n_heads;
} Got;

static gboolean
on_open (const guint8 *header, gsize header_length, guint8 *data, gsize length, gsize *opened,
         gpointer user_data, GError **error)
{
  if (header_length != 4 || memcmp (header, "SIGN", 4) != 0) {
    g_set_error_literal (error, HYPERV_ERROR, HYPERV_ERROR_PROTOCOL, "bad sign");
    return FALSE;
  }
  for (gsize i = 0; i < length; i++) {
    if (g_ascii_isalpha (data[i]))
      data[i] ^= 0x20;
  }
  *opened = length;
  return TRUE;
}

static gboolean
on_head (const char *type, gpointer user_data, GError **error)
{
  Got *got = user_data;

  got->type = g_strdup (type);
  got->n_heads++;
  return TRUE;
}

static gboolean
on_text (const char *data, gsize length, gpointer user_data, GError **error)
{
  g_string_append_len (((Got *)user_data)->text, data, (gssize)length);
  return TRUE;
}

static const TransportUnsealSink sink = { on_open, on_head, on_text };

static void
read_in_steps (const Row *row, gsize step)
{
  Got got = { g_string_new (NULL) };
  g_autoptr (TransportUnseal) reader = transport_unseal_new (&sink, &got);
  g_autoptr (GError) error = NULL;
  gboolean ok = TRUE;

  for (gsize at = 0; ok && at < row->length; at += step)
    ok = transport_unseal_push (reader, row->bytes + at, MIN (step, row->length - at), &error);
  ok = ok && transport_unseal_end (reader, &error);
  if (row->text != NULL) {
    g_assert_no_error (error);
    g_assert_cmpstr (got.text->str, ==, row->text);
    g_assert_cmpstr (got.type, ==, row->type);
    g_assert_cmpuint (got.n_heads, ==, 1);
  } else {
    g_assert_false (ok);
    g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_PROTOCOL);
    if (strstr (error->message, row->message) == NULL)
      g_error ("\"%s\" is not in \"%s\"", row->message, error->message);
  }
  g_string_free (got.text, TRUE);
  g_free (got.type);
}

static void
test_row (gconstpointer data)
{
  read_in_steps (data, 1);
  read_in_steps (data, 7);
  read_in_steps (data, 100000);
}

/* Each limit at the top of the reader. */
static void
test_limits (void)
{
  g_autofree char *name = g_strnfill (1024, 'a');
  g_autofree char *line = g_strconcat ("--Encrypted Boundary\r\n", name, NULL);
  g_autoptr (GString) lines = g_string_new ("--Encrypted Boundary\r\n");
  Row row = { "", line, strlen (line), NULL, "expected a line of at most 1024 bytes" };

  read_in_steps (&row, 1);
  for (guint i = 0; i < 17; i++)
    g_string_append (lines, "a: b\r\n");
  row = (Row){ "", lines->str, lines->len, NULL, "expected at most 16 lines" };
  read_in_steps (&row, 1);
}

static void
test_parts (void)
{
  g_autoptr (GString) parts = g_string_new (NULL);
  Row row = { 0 };

  for (guint i = 0; i < 65537; i++)
    g_string_append_len (parts, BYTES (ABOUT ("1") BINARY SIGN "X"));
  row = (Row){ "", parts->str, parts->len, NULL, "expected at most 65536 parts" };
  read_in_steps (&row, 64 * 1024);
}

static const struct {
  const char *sentence;
  const char *type;
  gboolean sealed;
} types[] = {
  { "what Windows sends",
    "multipart/encrypted;protocol=\"application/HTTP-SPNEGO-session-encrypted\";"
    "boundary=\"Encrypted Boundary\"",
    TRUE },
  { "in several parts", "multipart/x-multi-encrypted; boundary=x", TRUE },
  { "in capitals", "Multipart/Encrypted", TRUE },
  { "a name that goes on", "multipart/encryptedness", FALSE },
  { "SOAP", "application/soap+xml;charset=UTF-8", FALSE },
  { "no type", NULL, FALSE },
};

static void
test_type (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);

  g_assert_true (transport_seal_is_sealed (types[i].type) == types[i].sealed);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strconcat ("/transport/seal/", rows[i].sentence, NULL);

    g_test_add_data_func (path, &rows[i], test_row);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (types); i++) {
    g_autofree char *path = g_strconcat ("/transport/seal/type/", types[i].sentence, NULL);

    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_type);
  }
  g_test_add_func ("/transport/seal/limits of lines", test_limits);
  g_test_add_func ("/transport/seal/a limit of parts", test_parts);
  return g_test_run ();
}
