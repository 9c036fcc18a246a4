/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "client/transport/transport-tls.h"

/* The known-hosts file: lines "HOST:PORT sha256:HEX"; "#" begins a comment. */

#define MAX_FILE (1024 * 1024) /* bytes: some ten thousand hosts */
#define PREFIX "sha256:"

static TransportKnown
fail (const char *file, GError **error, const char *reason)
{
  g_set_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, "known_hosts=%s: %s", file, reason);
  return TRANSPORT_KNOWN_ERROR;
}

/* FALSE: an error. No file yet is an empty one. */
static gboolean
read_file (const char *file, char **text, GError **error)
{
  g_autoptr (GError) local = NULL;
  gsize length = 0;

  *text = NULL;
  /* A device or a pipe would be read without end. */
  if (g_file_test (file, G_FILE_TEST_EXISTS) && !g_file_test (file, G_FILE_TEST_IS_REGULAR)) {
    fail (file, error, "it is not a file");
    return FALSE;
  }
  if (!g_file_get_contents (file, text, &length, &local)) {
    if (g_error_matches (local, G_FILE_ERROR, G_FILE_ERROR_NOENT)) {
      *text = g_strdup ("");
      return TRUE;
    }
    fail (file, error, local->message);
    return FALSE;
  }
  /* What comes after a NUL would not be looked at: a host in there would be taken for a new one. */
  if (length <= MAX_FILE && strlen (*text) == length)
    return TRUE;
  fail (file, error, length > MAX_FILE ? "it is longer than 1 MiB" : "it has a NUL in it");
  return FALSE;
}

static TransportKnown
judge_line (const HypervTrust *trust, guint line, const char *where, const char *entered,
            const char *fingerprint, GError **error)
{
  const char *file = hyperv_trust_get_known_hosts (trust);
  g_autofree char *shown = g_utf8_make_valid (entered, -1);
  gboolean is_pin = g_str_has_prefix (entered, PREFIX);

  if (is_pin && g_ascii_strcasecmp (entered + strlen (PREFIX), fingerprint) == 0)
    return TRANSPORT_KNOWN_SAME;
  g_set_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE,
               "%s: the host's certificate is not the one that is known from before: expected %s "
               "(%s, line %u), found sha256:%s; nothing was sent. Somebody may be in between; if "
               "the host's certificate was renewed, compare the new fingerprint with the host's "
               "and change that line",
               where, shown, file, line, fingerprint);
  return TRANSPORT_KNOWN_ERROR;
}

TransportKnown
transport_known_look (const HypervTrust *trust, const char *where, const char *fingerprint,
                      GError **error)
{
  const char *file = hyperv_trust_get_known_hosts (trust);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!read_file (file, &text, error))
    return TRANSPORT_KNOWN_ERROR;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    char *line = g_strstrip (lines[i]);
    char *value = line + strcspn (line, " \t");

    if (*line == '\0' || *line == '#')
      continue;
    if (*value == '\0') {
      g_autofree char *reason
          = g_strdup_printf ("line %u: expected HOST:PORT sha256:HEX, found one word", i + 1);

      return fail (file, error, reason);
    }
    *value++ = '\0';
    if (g_ascii_strcasecmp (line, where) == 0)
      return judge_line (trust, i + 1, where, g_strchug (value), fingerprint, error);
  }
  return TRANSPORT_KNOWN_NOT;
}

/* 0, or the reason. What was written in part is taken back: half a line would be another
 * certificate of that host. */
static int
write_line (int fd, const char *line)
{
  g_autofree char *text = NULL;
  char last = '\n';
  off_t end = lseek (fd, 0, SEEK_END);
  gssize length, n;
  int reason;

  /* A last line that lacks its end would swallow ours. */
  if (end > 0 && pread (fd, &last, 1, end - 1) != 1)
    return errno;
  text = g_strconcat (last != '\n' ? "\n" : "", line, NULL);
  length = (gssize)strlen (text);
  errno = 0;
  n = write (fd, text, (gsize)length);
  if (n == length)
    return 0;
  /* After a part the next try says why. */
  if (n >= 0 && write (fd, text + n, (gsize)(length - n)) >= 0)
    errno = ENOSPC;
  reason = errno;
  if (ftruncate (fd, end) != 0)
    return errno;
  return reason;
}

/* Somebody else may have entered the host meanwhile, with whatever certificate it showed there. */
static TransportKnown
add_locked (int fd, const HypervTrust *trust, const char *where, const char *fingerprint,
            GError **error)
{
  const char *file = hyperv_trust_get_known_hosts (trust);
  g_autofree char *line = g_strdup_printf ("%s " PREFIX "%s\n", where, fingerprint);
  TransportKnown known;
  int reason;

  if (flock (fd, LOCK_EX) != 0)
    return fail (file, error, g_strerror (errno));
  known = transport_known_look (trust, where, fingerprint, error);
  if (known != TRANSPORT_KNOWN_NOT)
    return known;
  reason = write_line (fd, line);
  return reason == 0 ? TRANSPORT_KNOWN_SAME : fail (file, error, g_strerror (reason));
}

gboolean
transport_known_add (const HypervTrust *trust, const char *where, const char *fingerprint,
                     GError **error)
{
  const char *file = hyperv_trust_get_known_hosts (trust);
  int fd = open (file, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  TransportKnown known;

  if (fd < 0) {
    fail (file, error, g_strerror (errno));
    return FALSE;
  }
  known = add_locked (fd, trust, where, fingerprint, error);
  if (close (fd) != 0 && known == TRANSPORT_KNOWN_SAME)
    known = fail (file, error, g_strerror (errno));
  return known == TRANSPORT_KNOWN_SAME;
}
