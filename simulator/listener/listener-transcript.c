/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/listener/listener-transcript.h"
#include "simulator/listener/listener-private.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define VARIABLE "HYPERV_SIM_EXCHANGES"
#define HIDDEN "\xe2\x80\xa6"

struct _SimTranscript {
  char *folder;
  guint64 n_written;
  gboolean failed; /* said once */
};

/* Headers whose value lets somebody in, or would help to. */
static const char *const secret[]
    = { "Authorization", "Proxy-Authorization", "Authentication-Info", "Cookie", "Set-Cookie" };
/* A challenge is public, the token after its scheme is not. */
static const char *const challenge[] = { "WWW-Authenticate", "Proxy-Authenticate" };

SimTranscript *
sim_transcript_new (void)
{
  const char *parent = g_getenv (VARIABLE);
  g_autofree char *folder = NULL;
  SimTranscript *self;

  if (parent == NULL || *parent == '\0')
    return NULL;
  folder = g_strdup_printf ("%s/%d-XXXXXX", parent, (int)getpid ());
  if (g_mkdir_with_parents (parent, 0700) != 0 || g_mkdtemp (folder) == NULL) {
    g_message (VARIABLE "=%s: no folder can be made there, exchanges are not written", parent);
    return NULL;
  }
  self = g_new0 (SimTranscript, 1);
  self->folder = g_steal_pointer (&folder);
  return self;
}

void
sim_transcript_free (SimTranscript *self)
{
  if (self == NULL)
    return;
  g_free (self->folder);
  g_free (self);
}

static gboolean
line_is (const char *line, gsize name_size, const char *const *names, gsize n_names)
{
  for (gsize i = 0; i < n_names; i++) {
    if (strlen (names[i]) == name_size && g_ascii_strncasecmp (line, names[i], name_size) == 0)
      return TRUE;
  }
  return FALSE;
}

/* How much of the line may be seen; the rest becomes an ellipsis. */
static gsize
visible (const char *line, gsize size)
{
  const char *colon = memchr (line, ':', size);
  gsize name_size = colon != NULL ? (gsize)(colon - line) : size;
  const char *rest = line + MIN (name_size + 2, size);
  const char *blank;

  if (line_is (line, name_size, secret, G_N_ELEMENTS (secret)))
    return (gsize)(rest - line);
  if (!line_is (line, name_size, challenge, G_N_ELEMENTS (challenge)))
    return size;
  /* `Negotiate TOKEN`, but `Basic realm="WSMAN"` */
  blank = memchr (rest, ' ', (gsize)(line + size - rest));
  if (blank == NULL || g_ascii_strncasecmp (rest, "Basic ", 6) == 0)
    return size;
  return (gsize)(blank + 1 - line);
}

/* What stands instead of a header of a sealed body, whose text has @body bytes; NULL: itself. */
static char *
unsealed (const char *line, gsize size, gsize body)
{
  static const char sealed[] = "Content-Type: multipart/encrypted";
  static const char length[] = "Content-Length:";

  if (size > strlen (sealed) && g_ascii_strncasecmp (line, sealed, strlen (sealed)) == 0)
    return g_strdup ("Content-Type: application/soap+xml;charset=UTF-8");
  if (size > strlen (length) && g_ascii_strncasecmp (line, length, strlen (length)) == 0)
    return g_strdup_printf ("Content-Length: %" G_GSIZE_FORMAT, body);
  return NULL;
}

/* A head whose body the listener sealed or unsealed: it says so, and the body is no parts. */
static gboolean
was_sealed (const char *head, gsize size, const char *body, gsize body_size)
{
  return g_strstr_len (head, (gssize)size, ": multipart/encrypted") != NULL && body_size > 0
         && *body != '-';
}

static GString *
without_secrets (const char *head, gsize size, const char *body, gsize body_size)
{
  GString *text = g_string_sized_new (size);
  const char *end = head + size;
  gboolean sealed = was_sealed (head, size, body, body_size);

  while (head < end) {
    const char *newline = memchr (head, '\n', (gsize)(end - head));
    const char *next = newline != NULL ? newline + 1 : end;
    const char *stop = newline != NULL && newline > head && newline[-1] == '\r' ? newline - 1
                       : newline != NULL                                        ? newline
                                                                                : end;
    gsize shown = visible (head, (gsize)(stop - head));
    g_autofree char *other = sealed ? unsealed (head, (gsize)(stop - head), body_size) : NULL;

    if (other != NULL)
      g_string_append (text, other);
    else
      g_string_append_len (text, head, (gssize)shown);
    if (shown < (gsize)(stop - head))
      g_string_append (text, HIDDEN);
    g_string_append_len (text, stop, next - stop);
    head = next;
  }
  return text;
}

static void
write_file (SimTranscript *self, const GString *text)
{
  g_autofree char *path
      = g_strdup_printf ("%s/%06" G_GUINT64_FORMAT ".exchange", self->folder, ++self->n_written);
  g_autoptr (GError) error = NULL;

  if (g_file_set_contents_full (path, text->str, (gssize)text->len, G_FILE_SET_CONTENTS_NONE, 0600,
                                &error))
    return;
  if (!self->failed)
    g_message (VARIABLE ": %s", error->message);
  self->failed = TRUE;
}

void
sim_transcript_received (SimConnection *connection, const void *data, gsize size)
{
  if (connection->listener->transcript == NULL)
    return;
  g_clear_pointer (&connection->received, g_bytes_unref);
  connection->received = g_bytes_new (data, size);
}

void
sim_transcript_sent (SimConnection *connection, GBytes *request, const char *head, const void *body,
                     gsize size, gsize cut)
{
  SimTranscript *self = connection->listener->transcript;
  g_autoptr (GString) text = NULL;
  g_autoptr (GString) request_head = NULL;
  g_autoptr (GString) reply_head = NULL;
  const char *received = NULL;
  const char *page = head != NULL ? strstr (head, "\r\n\r\n") : NULL;
  gsize head_size = page != NULL ? (gsize)(page + 4 - head) : 0;
  gsize received_size = 0, request_size = 0;
  const void *request_body = NULL;

  if (self == NULL)
    return;
  if (connection->received != NULL)
    received = g_bytes_get_data (connection->received, &received_size);
  if (request != NULL)
    request_body = g_bytes_get_data (request, &request_size);
  if (body == NULL && page != NULL) { /* a refusal comes in one piece */
    body = page + 4;
    size = strlen (body);
  }
  request_head = without_secrets (received != NULL ? received : "", received_size, request_body,
                                  request_size);
  reply_head = without_secrets (head != NULL ? head : "", head_size, body, size);
  text = g_string_sized_new (256 + request_head->len + request_size + reply_head->len + size);
  g_string_append_printf (text,
                          "exchange %" G_GUINT64_FORMAT " connection %" G_GUINT64_FORMAT
                          " request %" G_GSIZE_FORMAT " %" G_GSIZE_FORMAT " reply %" G_GSIZE_FORMAT
                          " %" G_GSIZE_FORMAT " %s\n",
                          self->n_written + 1, connection->number, request_head->len, request_size,
                          reply_head->len, MIN (size, cut),
                          head == NULL ? "hang-up"
                          : cut < size ? "cut"
                                       : "answer");
  g_string_append_len (text, request_head->str, (gssize)request_head->len);
  g_string_append_len (text, request_body, (gssize)request_size);
  g_string_append_len (text, reply_head->str, (gssize)reply_head->len);
  g_string_append_len (text, body, (gssize)MIN (size, cut));
  g_clear_pointer (&connection->received, g_bytes_unref);
  write_file (self, text);
}
