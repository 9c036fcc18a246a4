/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/terminal/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Signs of our own messages, for charsets without them. */
static const struct {
  gunichar sign;
  const char *plain;
} plainer[] = {
  { 0x201c, "\"" }, { 0x201d, "\"" }, { 0x2018, "'" },  { 0x2019, "'" },   { 0x2013, "-" },
  { 0x2014, "-" },  { 0x2192, "->" }, { 0x2190, "<-" }, { 0x2026, "..." }, { 0xa0, " " },
};

/* Signs without a picture that change how others are shown (Unicode, 9.0.0, 23.2 and UAX #9). */
gboolean
terminal_is_seen (gunichar c)
{
  return !g_unichar_iscntrl (c) && (c < 0x200e || c > 0x200f) && (c < 0x2028 || c > 0x202e)
         && (c < 0x2066 || c > 0x2069);
}

static char *
clean (const char *text, gboolean keep_lines)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *line = g_string_sized_new (strlen (valid));

  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at)) {
    gunichar c = g_utf8_get_char (at);

    if (c == '\n' && keep_lines)
      g_string_append_c (line, '\n');
    else if (c == '\n' || c == '\r' || c == '\t')
      g_string_append_c (line, ' ');
    else
      g_string_append_unichar (line, terminal_is_seen (c) ? c : 0xfffd);
  }
  return g_string_free (line, FALSE);
}

char *
terminal_clean (const char *text)
{
  return clean (text, FALSE);
}

static char *
make_plain (const char *text)
{
  GString *plain = g_string_sized_new (strlen (text));

  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at)) {
    gunichar c = g_utf8_get_char (at);
    gsize i = 0;

    while (i < G_N_ELEMENTS (plainer) && plainer[i].sign != c)
      i++;
    if (i < G_N_ELEMENTS (plainer))
      g_string_append (plain, plainer[i].plain);
    else
      g_string_append_unichar (plain, c);
  }
  return g_string_free (plain, FALSE);
}

void
terminal_put (FILE *stream, const char *text)
{
  g_autofree char *valid = NULL;
  g_autofree char *plain = NULL;
  g_autofree char *coded = NULL;
  const char *charset;

  if (g_get_charset (&charset)) {
    fputs (text, stream);
    return;
  }
  valid = g_utf8_make_valid (text, -1);
  plain = make_plain (valid);
  coded = g_convert_with_fallback (plain, -1, charset, "UTF-8", "?", NULL, NULL, NULL);
  if (coded == NULL)
    coded = g_str_to_ascii (plain, "C");
  fputs (coded, stream);
}

void
terminal_error (const char *program, const char *message)
{
  g_autofree char *line = terminal_clean (message);
  g_autofree char *whole = g_strconcat (program, ": ", line, "\n", NULL);

  terminal_put (stderr, whole);
  fflush (stderr);
}

void
terminal_hold_streams (void)
{
  static const int flags[] = { O_WRONLY, O_RDONLY, O_RDWR }; /* stdout: so that writing fails */

  for (int fd = 0; fd < (int)G_N_ELEMENTS (flags); fd++)
    if (fcntl (fd, F_GETFD) < 0 && errno == EBADF && open ("/dev/null", flags[fd]) != fd)
      return; /* no /dev/null: then it cannot be helped */
}

gboolean
terminal_flush_stdout (GError **error)
{
  int saved = 0;

  errno = 0;
  if (fflush (stdout) == 0 && !ferror (stdout))
    return TRUE;
  saved = errno;
  /* What failed while it was put there is known only as that: whoever put it did not look. */
  if (saved == 0)
    g_set_error_literal (
        error, G_IO_ERROR, G_IO_ERROR_FAILED,
        "the output could not be written: the disk is full, or its reader is gone");
  else
    g_set_error (error, G_IO_ERROR, (int)g_io_error_from_errno (saved),
                 "the output could not be written: %s", g_strerror (saved));
  return FALSE;
}

static const char *
find_field (const GLogField *fields, gsize n_fields, const char *key)
{
  for (gsize i = 0; i < n_fields; i++)
    if (strcmp (fields[i].key, key) == 0 && fields[i].length < 0)
      return fields[i].value;
  return "";
}

GLogWriterOutput
terminal_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  static const char *const debug[] = { "hyperv-http", "hyperv-wire", "hyperv-auth", NULL };
  const char *domain = find_field (fields, n_fields, "GLIB_DOMAIN");
  const char *program = data;
  gboolean asked = g_strv_contains (debug, domain);
  g_autofree char *message = NULL;
  g_autofree char *line = NULL;

  if ((level & G_LOG_LEVEL_MASK) != G_LOG_LEVEL_MESSAGE)
    return g_log_writer_default (level, fields, n_fields, NULL);
  message = clean (find_field (fields, n_fields, "MESSAGE"), asked);
  line = asked ? g_strconcat (domain, ": ", message, "\n", NULL)
               : g_strconcat (program, ": warning: ", message, "\n", NULL);
  terminal_put (stderr, line);
  fflush (stderr);
  return G_LOG_WRITER_HANDLED;
}
