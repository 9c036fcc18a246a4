/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/transport/transport-seal.h"

#include <string.h>

#include "client/base/hyperv-error.h"

#define BOUNDARY "Encrypted Boundary"
#define MAX_LINE 1024               /* bytes of a line in the head of a part */
#define MAX_LINES 16                /* of one part */
#define MAX_HEADER 4096             /* bytes of the signature of a part */
#define MAX_PART (64 * 1024 * 1024) /* bytes of the text of a part; Windows sends 512000 */
#define MAX_PARTS 65536
#define LENGTH_SIZE 4

char *
transport_seal_media_type (const char *protocol)
{
  return g_strdup_printf (
      "multipart/encrypted;protocol=\"application/%s\";boundary=\"" BOUNDARY "\"", protocol);
}

gboolean
transport_seal_is_sealed (const char *media_type)
{
  static const char *const types[] = { "multipart/encrypted", "multipart/x-multi-encrypted" };

  for (gsize i = 0; media_type != NULL && i < G_N_ELEMENTS (types); i++) {
    gsize length = strlen (types[i]);

    if (g_ascii_strncasecmp (media_type, types[i], length) == 0
        && strchr ("; \t", media_type[length]) != NULL)
      return TRUE;
  }
  return FALSE;
}

GBytes *
transport_seal_write (TransportGss *gss, const char *protocol, const char *type, GBytes *body,
                      GError **error)
{
  g_autoptr (GByteArray) header = NULL;
  g_autoptr (GByteArray) data = NULL;
  gsize length;
  const char *text = g_bytes_get_data (body, &length);
  guint32 size;
  GString *out;

  if (!transport_gss_wrap (gss, text, length, &header, &data, error))
    return NULL;
  out = g_string_sized_new (header->len + data->len + 512);
  /* Length is that of the data part without its signature: the text, and Kerberos' padding. */
  g_string_append_printf (out,
                          "--" BOUNDARY "\r\n"
                          "\tContent-Type: application/%s\r\n"
                          "\tOriginalContent: type=%s;Length=%u\r\n"
                          "--" BOUNDARY "\r\n"
                          "\tContent-Type: application/octet-stream\r\n",
                          protocol, type, data->len);
  size = GUINT32_TO_LE (header->len);
  g_string_append_len (out, (const char *)&size, LENGTH_SIZE);
  g_string_append_len (out, (const char *)header->data, header->len);
  g_string_append_len (out, (const char *)data->data, data->len);
  g_string_append (out, "--" BOUNDARY "--\r\n");
  return g_string_free_to_bytes (out);
}

/* What comes next. */
typedef enum { AT_FIRST, AT_ABOUT, AT_BINARY, AT_FRAME, AT_NEXT, AT_END } Place;

static const char *const places[] = {
  [AT_FIRST] = "the boundary before the first part",
  [AT_ABOUT] = "the headers that describe the message",
  [AT_BINARY] = "the header of the encrypted part",
  [AT_FRAME] = "the encrypted part",
  [AT_NEXT] = "the boundary after the encrypted part",
  [AT_END] = "the end",
};

struct _TransportUnseal {
  TransportUnsealSink sink;
  gpointer user_data;
  Place place;
  GByteArray *pending;
  gsize used;    /* of pending */
  guint64 taken; /* bytes before pending */
  guint lines;
  guint parts;
  gint64 length; /* of this part's text; -1: not told yet */
  char *type;
  gboolean told; /* the sink knows the type */
};

TransportUnseal *
transport_unseal_new (const TransportUnsealSink *sink, gpointer user_data)
{
  TransportUnseal *self = g_new0 (TransportUnseal, 1);

  self->sink = *sink;
  self->user_data = user_data;
  self->pending = g_byte_array_new ();
  self->length = -1;
  return self;
}

void
transport_unseal_free (TransportUnseal *self)
{
  if (self == NULL)
    return;
  g_byte_array_unref (self->pending);
  g_free (self->type);
  g_free (self);
}

static gboolean fail (TransportUnseal *self, GError **error, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

static gboolean
fail (TransportUnseal *self, GError **error, const char *format, ...)
{
  g_autofree char *reason = NULL;
  g_autofree char *shown = NULL;
  va_list args;

  va_start (args, format);
  reason = g_strdup_vprintf (format, args);
  va_end (args);
  shown = g_utf8_make_valid (reason, -1); /* cut anywhere */
  g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_PROTOCOL,
               "the sealed reply cannot be read at byte %" G_GUINT64_FORMAT ", in %s: %s",
               self->taken + self->used, places[self->place], shown);
  return FALSE;
}

/* The line at the start of what is left, without its end and the blanks around it; NULL with no
 * error: not all here yet. */
static char *
take_line (TransportUnseal *self, GError **error)
{
  const char *start = (const char *)self->pending->data + self->used;
  gsize left = self->pending->len - self->used;
  const char *end = left > 0 ? memchr (start, '\n', MIN (left, MAX_LINE)) : NULL;
  char *line;

  if (end == NULL) {
    if (left >= MAX_LINE)
      fail (self, error, "expected a line of at most %d bytes", MAX_LINE);
    return NULL;
  }
  if (++self->lines > MAX_LINES) {
    fail (self, error, "expected at most %d lines", MAX_LINES);
    return NULL;
  }
  line = g_utf8_make_valid (start, end - start);
  self->used += (gsize)(end - start) + 1;
  return g_strstrip (line);
}

/* "--Encrypted Boundary"; Exchange writes a blank after the hyphens. @last: with "--" after it. */
static gboolean
is_boundary (const char *line, gboolean *last)
{
  const char *rest;

  if (!g_str_has_prefix (line, "--"))
    return FALSE;
  rest = line + 2 + strspn (line + 2, " ");
  if (g_ascii_strncasecmp (rest, BOUNDARY, strlen (BOUNDARY)) != 0)
    return FALSE;
  rest += strlen (BOUNDARY);
  *last = strcmp (rest, "--") == 0;
  return *last || *rest == '\0';
}

/* "type=application/soap+xml;charset=UTF-8;Length=123" */
static gboolean
read_original (TransportUnseal *self, const char *value, GError **error)
{
  g_auto (GStrv) fields = g_strsplit (value, ";", 16);
  g_autoptr (GString) type = g_string_new (NULL);
  guint64 length;

  for (guint i = 0; fields[i] != NULL; i++) {
    const char *field = g_strstrip (fields[i]);

    if (g_ascii_strncasecmp (field, "Length=", strlen ("Length=")) != 0) {
      g_string_append_printf (type, "%s%s", type->len > 0 ? ";" : "",
                              g_ascii_strncasecmp (field, "type=", 5) == 0 ? field + 5 : field);
      continue;
    }
    if (!g_ascii_string_to_unsigned (field + strlen ("Length="), 10, 0, MAX_PART, &length, NULL))
      return fail (self, error, "expected a Length from 0 to %d, found \"%.40s\"", MAX_PART, field);
    self->length = (gint64)length;
  }
  g_free (self->type);
  self->type = type->len > 0 ? g_strdup (type->str) : NULL;
  return TRUE;
}

static gboolean
read_about (TransportUnseal *self, const char *line, GError **error)
{
  static const char name[] = "OriginalContent:";
  gboolean last = FALSE;

  if (g_ascii_strncasecmp (line, name, strlen (name)) == 0)
    return read_original (self, line + strlen (name), error);
  if (!is_boundary (line, &last))
    return strchr (line, ':') != NULL
           || fail (self, error, "expected a header or the boundary, found \"%.60s\"", line);
  if (last || self->length < 0)
    return fail (self, error, "expected OriginalContent with a Length, found %s",
                 last ? "the last boundary" : "none");
  self->place = AT_BINARY;
  return TRUE;
}

static gboolean
read_boundary (TransportUnseal *self, const char *line, GError **error)
{
  gboolean last = FALSE;

  if (!is_boundary (line, &last) || (last && self->place == AT_FIRST))
    return fail (self, error,
                 self->place == AT_FIRST ? "expected \"--" BOUNDARY "\", found \"%.60s\""
                                         : "expected \"--" BOUNDARY
                                           "\" there, where by its own Length the part ends, "
                                           "found \"%.60s\": the Length is a lie",
                 line);
  if (!last && ++self->parts > MAX_PARTS)
    return fail (self, error, "expected at most %d parts", MAX_PARTS);
  self->place = last ? AT_END : AT_ABOUT;
  self->lines = 0;
  self->length = -1;
  return TRUE;
}

static gboolean
read_line (TransportUnseal *self, const char *line, GError **error)
{
  switch (self->place) {
  case AT_ABOUT:
    return read_about (self, line, error);
  case AT_BINARY:
    /* Exactly one line, and no empty one after it: binary follows at once. */
    if (g_ascii_strncasecmp (line, "Content-Type:", strlen ("Content-Type:")) != 0)
      return fail (self, error, "expected Content-Type, found \"%.60s\"", line);
    self->place = AT_FRAME;
    return TRUE;
  case AT_END:
    return *line == '\0' || fail (self, error, "expected nothing more, found \"%.60s\"", line);
  default:
    return read_boundary (self, line, error);
  }
}

static gboolean
open_frame (TransportUnseal *self, gsize header_length, GError **error)
{
  guint8 *header = self->pending->data + self->used + LENGTH_SIZE;
  guint8 *data = header + header_length;
  gsize opened = 0;

  if (!self->sink.open (header, header_length, data, (gsize)self->length, &opened, self->user_data,
                        error))
    return FALSE;
  if (!self->told && !self->sink.head (self->type, self->user_data, error))
    return FALSE;
  self->told = TRUE;
  if (opened > 0 && !self->sink.text ((const char *)data, opened, self->user_data, error))
    return FALSE;
  self->used += LENGTH_SIZE + header_length + (gsize)self->length;
  self->place = AT_NEXT;
  return TRUE;
}

/* @more: there may be another step with what is here. */
static gboolean
read_frame (TransportUnseal *self, gboolean *more, GError **error)
{
  gsize left = self->pending->len - self->used;
  guint32 size = 0;

  *more = FALSE;
  if (left < LENGTH_SIZE)
    return TRUE;
  memcpy (&size, self->pending->data + self->used, LENGTH_SIZE);
  size = GUINT32_FROM_LE (size);
  if (size > MAX_HEADER)
    return fail (self, error, "expected a signature of at most %d bytes, found its length %u",
                 MAX_HEADER, size);
  if (left < LENGTH_SIZE + (gsize)size + (gsize)self->length)
    return TRUE;
  *more = TRUE;
  return open_frame (self, size, error);
}

static gboolean
advance (TransportUnseal *self, gboolean *more, GError **error)
{
  gsize left = self->pending->len - self->used;
  GError *local = NULL;
  char *line;
  gboolean ok;

  if (self->place == AT_FRAME)
    return read_frame (self, more, error);
  if (self->place == AT_NEXT && left >= 2
      && memcmp (self->pending->data + self->used, "--", 2) != 0)
    return read_boundary (self, "bytes", error);
  line = take_line (self, &local);
  *more = line != NULL;
  if (local != NULL) {
    g_propagate_error (error, local);
    return FALSE;
  }
  ok = line == NULL || read_line (self, line, error);
  g_free (line);
  return ok;
}

gboolean
transport_unseal_push (TransportUnseal *self, const char *data, gsize length, GError **error)
{
  gboolean more = TRUE;

  g_byte_array_append (self->pending, (const guint8 *)data, (guint)length);
  while (more) {
    if (!advance (self, &more, error))
      return FALSE;
  }
  if (self->used > 0) {
    g_byte_array_remove_range (self->pending, 0, (guint)self->used);
    self->taken += self->used;
    self->used = 0;
  }
  return TRUE;
}

gboolean
transport_unseal_end (TransportUnseal *self, GError **error)
{
  /* The line end after the last boundary may be missing. */
  if (self->place != AT_END && self->place != AT_FRAME && self->pending->len > 0
      && !transport_unseal_push (self, "\r\n", 2, error))
    return FALSE;
  if (self->place == AT_FRAME)
    return fail (self, error,
                 "truncated: expected %" G_GINT64_FORMAT " bytes and a signature, found %u in all",
                 self->length, self->pending->len);
  if (self->place != AT_END)
    return fail (self, error, "truncated: nothing more came");
  return TRUE;
}
