/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "client/wire/wire-reply-private.h"

/* A proxy's or another server's page instead of a reply. */
static gboolean
is_html (const WireReply *self)
{
  g_autofree char *head = g_ascii_strdown (self->head, self->head_length);

  return g_strstr_len (head, self->head_length, "<html") != NULL
         || g_strstr_len (head, self->head_length, "<!doctype html") != NULL;
}

/* What a reader of the page would see first. */
static char *
first_words (const WireReply *self)
{
  g_autofree char *valid = g_utf8_make_valid (self->head, self->head_length);
  g_autoptr (GString) words = g_string_new (NULL);
  gboolean in_tag = FALSE;
  gboolean gap = FALSE;

  for (const char *p = valid; *p != '\0' && words->len < 80; p = g_utf8_next_char (p)) {
    if (*p == '<')
      in_tag = TRUE;
    if (in_tag || g_ascii_isspace (*p))
      gap = words->len > 0;
    else if (gap)
      g_string_append_c (words, ' ');
    if (!in_tag && !g_ascii_isspace (*p)) {
      g_string_append_unichar (words, g_utf8_get_char (p));
      gap = FALSE;
    }
    if (*p == '>')
      in_tag = FALSE;
  }
  return g_string_free (g_steal_pointer (&words), FALSE);
}

/* Something else than XML is shown, since parsers say little about it. */
void
wire_reply_explain (WireReply *self)
{
  g_autofree char *words = NULL;

  if (!g_error_matches (self->error, HYPERV_ERROR, HYPERV_ERROR_PROTOCOL) || self->has_body)
    return;
  words = first_words (self);
  if (is_html (self)) {
    g_clear_error (&self->error);
    g_set_error (&self->error, HYPERV_ERROR, HYPERV_ERROR_PROTOCOL,
                 "the server answered with HTML (“%s”) and not with WS-Management", words);
  } else if (!self->has_root && !self->failed && *words != '\0') {
    g_clear_error (&self->error);
    g_set_error (&self->error, HYPERV_ERROR, HYPERV_ERROR_PROTOCOL, "the reply is not XML: “%s”",
                 words);
  }
}
