/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/listener/listener-head.h"

#include <string.h>

/* A length of more digits than this is no length. */
#define LENGTH_DIGITS_MAX 18

typedef struct {
  const char *text;
  gsize size;
} Part;

typedef gboolean (*TakeHeader) (SimHead *head, Part value, SimRefusalKind *refusal);

static gboolean
refuse (SimRefusalKind *refusal, SimRefusalKind kind)
{
  *refusal = kind;
  return FALSE;
}

static gboolean
part_is (Part part, const char *text)
{
  return strlen (text) == part.size && g_ascii_strncasecmp (part.text, text, part.size) == 0;
}

static gboolean
is_token (Part part)
{
  for (gsize i = 0; i < part.size; i++) {
    if (!g_ascii_isalnum (part.text[i]) && strchr ("!#$%&'*+-.^_`|~", part.text[i]) == NULL)
      return FALSE;
    if (part.text[i] == '\0') /* strchr finds the terminator */
      return FALSE;
  }
  return part.size > 0;
}

static gboolean
is_printable (Part part, gboolean space)
{
  for (gsize i = 0; i < part.size; i++) {
    guchar byte = (guchar)part.text[i];

    if (byte == '\t' || byte == ' ' ? !space : byte < 0x20 || byte == 0x7f)
      return FALSE;
  }
  return TRUE;
}

static Part
part_strip (Part part)
{
  while (part.size > 0 && (*part.text == ' ' || *part.text == '\t')) {
    part.text++;
    part.size--;
  }
  while (part.size > 0 && (part.text[part.size - 1] == ' ' || part.text[part.size - 1] == '\t'))
    part.size--;
  return part;
}

static gboolean
take_length (SimHead *head, Part value, SimRefusalKind *refusal)
{
  head->n_lengths++;
  if (head->n_lengths > 1 || value.size == 0 || value.size > LENGTH_DIGITS_MAX)
    return refuse (refusal, SIM_REFUSAL_LENGTH);
  head->length = 0;
  for (gsize i = 0; i < value.size; i++) {
    if (!g_ascii_isdigit (value.text[i]))
      return refuse (refusal, SIM_REFUSAL_LENGTH);
    head->length = head->length * 10 + (guint64)g_ascii_digit_value (value.text[i]);
  }
  return TRUE;
}

static gboolean
take_coding (SimHead *head, Part value, SimRefusalKind *refusal)
{
  head->n_codings++;
  if (head->n_codings > 1)
    return refuse (refusal, SIM_REFUSAL_LENGTH);
  if (!part_is (value, "chunked"))
    return refuse (refusal, SIM_REFUSAL_CODING);
  head->chunked = TRUE;
  return TRUE;
}

static gboolean
take_host (SimHead *head, Part value, SimRefusalKind *refusal)
{
  head->n_hosts++;
  if (head->n_hosts > 1 || value.size == 0 || memchr (value.text, '/', value.size) != NULL)
    return refuse (refusal, SIM_REFUSAL_HOST);
  return TRUE;
}

static gboolean
take_connection (SimHead *head, Part value, SimRefusalKind *refusal)
{
  while (value.size > 0) {
    const char *comma = memchr (value.text, ',', value.size);
    Part word = { value.text, comma != NULL ? (gsize)(comma - value.text) : value.size };

    if (part_is (part_strip (word), "close"))
      head->close = TRUE;
    word.size += comma != NULL;
    value.text += word.size;
    value.size -= word.size;
  }
  return TRUE;
}

static const struct {
  const char *name;
  TakeHeader take;
} headers[] = {
  { "Content-Length", take_length },
  { "Transfer-Encoding", take_coding },
  { "Host", take_host },
  { "Connection", take_connection },
};

static gboolean
take_header (SimHead *head, Part line, SimRefusalKind *refusal)
{
  const char *colon = memchr (line.text, ':', line.size);
  Part name = { line.text, colon != NULL ? (gsize)(colon - line.text) : 0 };
  Part value = { line.text + name.size + 1, line.size - name.size - 1 };

  /* A folded line has no name either: http.sys unfolds, other servers see another header there. */
  if (colon == NULL || !is_token (name) || !is_printable (value, TRUE))
    return refuse (refusal, SIM_REFUSAL_HEADER);
  for (gsize i = 0; i < G_N_ELEMENTS (headers); i++) {
    if (part_is (name, headers[i].name))
      return headers[i].take (head, part_strip (value), refusal);
  }
  return TRUE;
}

static gboolean
take_version (SimHead *head, Part version, SimRefusalKind *refusal)
{
  if (version.size != strlen ("HTTP/1.1") || memcmp (version.text, "HTTP/", 5) != 0
      || !g_ascii_isdigit (version.text[5]) || version.text[6] != '.'
      || !g_ascii_isdigit (version.text[7]))
    return refuse (refusal, SIM_REFUSAL_BAD);
  if (version.text[5] != '1')
    return refuse (refusal, SIM_REFUSAL_VERSION);
  head->old = version.text[7] == '0';
  return TRUE;
}

static gboolean
take_request_line (SimHead *head, Part line, SimRefusalKind *refusal)
{
  const char *first = memchr (line.text, ' ', line.size);
  const char *last = memrchr (line.text, ' ', line.size);
  Part verb, target, version;

  if (first == NULL || first == last)
    return refuse (refusal, SIM_REFUSAL_BAD);

  verb = (Part){ line.text, (gsize)(first - line.text) };
  target = (Part){ first + 1, (gsize)(last - first - 1) };
  version = (Part){ last + 1, line.size - (gsize)(last + 1 - line.text) };
  if (!is_token (verb))
    return refuse (refusal, SIM_REFUSAL_VERB);
  if (target.size == 0 || !is_printable (target, FALSE))
    return refuse (refusal, SIM_REFUSAL_URL);
  head->posts = part_is (verb, "POST") || part_is (verb, "PUT");
  return take_version (head, version, refusal);
}

static gboolean
take_end (SimHead *head, SimRefusalKind *refusal)
{
  if (head->chunked && (head->n_lengths > 0 || head->old))
    return refuse (refusal, SIM_REFUSAL_LENGTH);
  if (head->n_hosts == 0 && !head->old)
    return refuse (refusal, SIM_REFUSAL_HOST);
  if (head->posts && head->n_lengths == 0 && !head->chunked)
    return refuse (refusal, SIM_REFUSAL_NO_LENGTH);
  return TRUE;
}

SimHeadResult
sim_head_read (SimHead *head, const char *data, gsize size, SimRefusalKind *refusal)
{
  const char *end;

  while ((end = memchr (data + head->line, '\n', size - head->line)) != NULL) {
    Part line = { data + head->line, (gsize)(end - (data + head->line)) };
    gboolean good;

    head->line += line.size + 1;
    if (head->line > SIM_HEAD_MAX)
      break;
    if (line.size == 0 || line.text[line.size - 1] != '\r') {
      *refusal = SIM_REFUSAL_BAD;
      return SIM_HEAD_REFUSED;
    }
    line.size--;
    /* One empty line may come before a request (RFC 9112, 2.2). */
    if (line.size == 0 && head->lines == 0 && head->line == strlen ("\r\n"))
      continue;
    if (line.size == 0 && head->lines == 0) {
      *refusal = SIM_REFUSAL_BAD;
      return SIM_HEAD_REFUSED;
    }
    if (line.size == 0)
      return take_end (head, refusal) ? SIM_HEAD_COMPLETE : SIM_HEAD_REFUSED;
    good = head->lines++ == 0 ? take_request_line (head, line, refusal)
                              : take_header (head, line, refusal);
    if (!good)
      return SIM_HEAD_REFUSED;
  }
  if (MAX (size, head->line) < SIM_HEAD_MAX)
    return SIM_HEAD_INCOMPLETE;
  *refusal = SIM_REFUSAL_HEAD_SIZE;
  return SIM_HEAD_REFUSED;
}
