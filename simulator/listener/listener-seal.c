/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/listener/listener-seal.h"

#include <string.h>

#define BOUNDARY "Encrypted Boundary"
#define SEALED_TYPE "multipart/encrypted"
#define DEFAULT_TYPE "application/soap+xml;charset=UTF-8"
/* What ciphertext may be longer than the text: padding, and omicli's two NULs. */
#define EXTRA_MAX 16
#define NULS_MAX 2
#define LENGTH_DIGITS_MAX 9

typedef struct {
  const char *data;
  gsize size;
  gsize at;
  const char *wrong;
} Reader;

/* One part: what its headers say. */
typedef struct {
  gsize length;
  gsize header_size;
  const guint8 *header, *data;
  gsize size;
} Part;

SimSealStyle *
sim_seal_style_new (void)
{
  return g_new0 (SimSealStyle, 1);
}

void
sim_seal_style_free (SimSealStyle *self)
{
  g_free (self->protocol);
  g_free (self->type);
  g_free (self);
}

gboolean
sim_seal_is_sealed (const char *content_type)
{
  gsize length = strlen (SEALED_TYPE);

  return content_type != NULL && g_ascii_strncasecmp (content_type, SEALED_TYPE, length) == 0
         && strchr ("; \t", content_type[length]) != NULL;
}

static gboolean
fail (Reader *self, const char *wrong)
{
  self->wrong = wrong;
  return FALSE;
}

/* Length of a delimiter at @at, without what follows it; 0: there is none. */
static gsize
match_delimiter (const Reader *self, gsize at, gboolean *blank)
{
  static const char *const spellings[] = { "--" BOUNDARY, "-- " BOUNDARY };

  for (gsize i = 0; i < G_N_ELEMENTS (spellings) && at <= self->size; i++) {
    gsize length = strlen (spellings[i]);

    if (self->size - at >= length && memcmp (self->data + at, spellings[i], length) == 0) {
      *blank = i == 1;
      return length;
    }
  }
  return 0;
}

/* A line without its CRLF. */
static gboolean
take_line (Reader *self, const char **line, gsize *length)
{
  gsize left = MIN (self->size - self->at, SIM_SEAL_LINE_MAX);
  const char *end = memchr (self->data + self->at, '\n', left);

  if (end == NULL || end == self->data + self->at || end[-1] != '\r')
    return fail (self, "a line without end");
  *line = self->data + self->at;
  *length = (gsize)(end - 1 - *line);
  self->at += *length + 2;
  return TRUE;
}

static gboolean
take_delimiter (Reader *self, SimSealStyle *style)
{
  gsize length = match_delimiter (self, self->at, &style->blank);

  if (length == 0 || self->size - self->at < length + 2
      || memcmp (self->data + self->at + length, "\r\n", 2) != 0)
    return fail (self, "no boundary where one belongs");
  self->at += length + 2;
  return TRUE;
}

/* NULL: another header. */
static char *
take_header (Reader *self, const char *name, SimSealStyle *style)
{
  const char *line;
  gsize length, blanks = 0, size = strlen (name);

  if (!take_line (self, &line, &length))
    return NULL;
  while (blanks < length && (line[blanks] == ' ' || line[blanks] == '\t'))
    blanks++;
  style->tab = blanks > 0;
  line += blanks;
  length -= blanks;
  if (length <= size || g_ascii_strncasecmp (line, name, size) != 0 || line[size] != ':'
      || memchr (line, '\0', length) != NULL) {
    fail (self, "a header that does not belong there");
    return NULL;
  }
  return g_strstrip (g_strndup (line + size + 1, length - size - 1));
}

/* `type=application/soap+xml;charset=UTF-8;Length=1234` */
static gboolean
read_original (Reader *self, char *value, SimSealStyle *style, Part *part)
{
  char *mark = NULL;
  gsize digits;

  for (char *at = value; *at != '\0'; at++) {
    if (g_ascii_strncasecmp (at, ";Length=", 8) == 0)
      mark = at;
  }
  digits = mark != NULL ? strspn (mark + 8, "0123456789") : 0;
  if (g_ascii_strncasecmp (value, "type=", 5) != 0 || digits == 0 || digits > LENGTH_DIGITS_MAX
      || mark[8 + digits] != '\0')
    return fail (self, "OriginalContent without type or Length");
  part->length = (gsize)g_ascii_strtoull (mark + 8, NULL, 10);
  *mark = '\0';
  g_free (style->type);
  style->type = g_strdup (value + 5);
  return TRUE;
}

/* MS-WSMV 2.2.9.1. Kerberos' own name is said within Negotiate, too (pywinrm). */
static gboolean
is_spoken (const char *protocol)
{
  static const char *const spoken[] = { "application/HTTP-SPNEGO-session-encrypted",
                                        "application/HTTP-Kerberos-session-encrypted" };

  for (gsize i = 0; i < G_N_ELEMENTS (spoken); i++) {
    if (g_ascii_strcasecmp (protocol, spoken[i]) == 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean
read_headers (Reader *self, SimSealStyle *style, Part *part)
{
  g_autofree char *protocol = NULL;
  g_autofree char *original = NULL;
  g_autofree char *type = NULL;

  if (!take_delimiter (self, style)
      || (protocol = take_header (self, "Content-Type", style)) == NULL
      || (original = take_header (self, "OriginalContent", style)) == NULL
      || !read_original (self, original, style, part) || !take_delimiter (self, style)
      || (type = take_header (self, "Content-Type", style)) == NULL)
    return FALSE;
  if (g_ascii_strcasecmp (type, "application/octet-stream") != 0)
    return fail (self, "the second part is no application/octet-stream");
  if (!is_spoken (protocol))
    return fail (self, "a protocol that was not agreed on");
  g_free (style->protocol);
  style->protocol = g_steal_pointer (&protocol);
  return TRUE;
}

/* Where the ciphertext ends: where its length says, if a boundary comes there. */
static gboolean
read_data (Reader *self, Part *part)
{
  const guint8 *bytes = (const guint8 *)self->data + self->at;
  gsize left = self->size - self->at;
  gboolean ignored;

  if (left < 4)
    return fail (self, "no length of the signature");
  part->header_size
      = bytes[0] | (gsize)bytes[1] << 8 | (gsize)bytes[2] << 16 | (gsize)bytes[3] << 24;
  if (part->header_size > SIM_SEAL_HEADER_MAX || part->header_size > left - 4)
    return fail (self, "a signature of impossible length");
  part->header = bytes + 4;
  part->data = part->header + part->header_size;
  self->at += 4 + part->header_size;
  for (gsize extra = 0; extra <= EXTRA_MAX; extra++) {
    part->size = part->length + extra;
    if (part->size > self->size - self->at)
      break;
    if (match_delimiter (self, self->at + part->size, &ignored) == 0)
      continue;
    self->at += part->size;
    return TRUE;
  }
  return fail (self, "the ciphertext is not as long as it says");
}

static gboolean
is_end (const Reader *self)
{
  gboolean blank;
  gsize length = match_delimiter (self, self->at, &blank);
  gsize left = self->size - self->at - length;
  const char *rest = self->data + self->at + length;

  return length > 0 && (left == 2 || left == 4) && memcmp (rest, "--\r\n", left) == 0;
}

static gboolean
unseal (Reader *self, const SimSession *session, const Part *part, GByteArray *text)
{
  guint from = text->len;
  gsize more;

  if (!session->mech->unwrap (session->state, part->header, part->header_size, part->data,
                              part->size, text))
    return fail (self, "wrong signature or sequence number");
  more = text->len - from;
  if (more < part->length || more - part->length > NULS_MAX)
    return fail (self, "the text is not as long as it says");
  for (gsize i = part->length; i < more; i++) {
    if (text->data[from + i] != '\0')
      return fail (self, "the text is longer than it says");
  }
  /* omicli counts them */
  for (guint i = 0; i < NULS_MAX && text->len > from && text->data[text->len - 1] == '\0'; i++)
    g_byte_array_set_size (text, text->len - 1);
  return TRUE;
}

GBytes *
sim_seal_open (const SimSession *session, GBytes *body, SimSealStyle *style, const char **wrong)
{
  Reader reader = { 0 };
  g_autoptr (GByteArray) text = g_byte_array_new ();
  guint n = 0;

  reader.data = g_bytes_get_data (body, &reader.size);
  if (session->mech == NULL) {
    *wrong = "nothing was agreed on to seal with";
    return NULL;
  }
  do {
    Part part = { 0 };

    if (n++ == SIM_SEAL_PARTS_MAX)
      fail (&reader, "too many parts");
    else if (read_headers (&reader, style, &part) && read_data (&reader, &part))
      unseal (&reader, session, &part, text);
  } while (reader.wrong == NULL && !is_end (&reader));
  *wrong = reader.wrong;
  if (reader.wrong != NULL)
    return NULL;
  return g_byte_array_free_to_bytes (g_steal_pointer (&text));
}

GBytes *
sim_seal_close (const SimSession *session, GBytes *text, const SimSealStyle *style,
                const char *type, gboolean tamper)
{
  g_autoptr (GByteArray) header = g_byte_array_new ();
  g_autoptr (GByteArray) data = g_byte_array_new ();
  const char *tab = style->tab ? "\t" : "";
  const char *blank = style->blank ? " " : "";
  GString *body;
  gsize size = 0;
  const guint8 *plain = g_bytes_get_data (text, &size);

  if (!session->mech->wrap (session->state, plain, size, header, data) || header->len == 0)
    return NULL;
  if (tamper)
    header->data[header->len / 2] ^= 1;
  body = g_string_sized_new (data->len + header->len + 512);
  g_string_append_printf (body,
                          "--%s" BOUNDARY "\r\n%sContent-Type: %s\r\n"
                          "%sOriginalContent: type=%s;Length=%" G_GSIZE_FORMAT "\r\n"
                          "--%s" BOUNDARY "\r\n%sContent-Type: application/octet-stream\r\n",
                          blank, tab, style->protocol, tab, type != NULL ? type : DEFAULT_TYPE,
                          size, blank, tab);
  for (guint i = 0; i < 4; i++)
    g_string_append_c (body, (char)(header->len >> (8 * i)));
  g_string_append_len (body, (const char *)header->data, header->len);
  g_string_append_len (body, (const char *)data->data, data->len);
  g_string_append_printf (body, "--%s" BOUNDARY "--\r\n", blank);
  return g_string_free_to_bytes (body);
}

char *
sim_seal_get_content_type (const SimSealStyle *style)
{
  return g_strdup_printf (SEALED_TYPE ";protocol=\"%s\";boundary=\"" BOUNDARY "\"",
                          style->protocol);
}
