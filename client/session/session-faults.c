/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/session/session-private.h"

#include <string.h>

/* What HTTP statuses without a SOAP envelope mean. SOAP faults have their rows in wire-faults.c,
 * because the reader of replies, which makes those errors, may not look up to this floor. */
static const struct {
  guint from, to;
  HypervError error;
  gboolean refused; /* certainly nothing was done */
  const char *meaning;
} statuses[] = {
  { 300, 399, HYPERV_ERROR_PROTOCOL, TRUE,
    "a redirection, which is not followed; is the address right?" },
  { 403, 403, HYPERV_ERROR_ACCESS_DENIED, TRUE, "the server forbids it" },
  { 404, 404, HYPERV_ERROR_PROTOCOL, TRUE,
    "nothing answers at /wsman; is this the port of WinRM (5986, or 5985 with transport=http)?" },
  { 407, 407, HYPERV_ERROR_AUTH_FAILED, TRUE, "the proxy wants to know who asks" },
  { 408, 408, HYPERV_ERROR_TIMED_OUT, TRUE, "the server did not get the request in time" },
  { 413, 413, HYPERV_ERROR_QUOTA, TRUE, "the request is larger than the host's MaxEnvelopeSizekb" },
  { 429, 429, HYPERV_ERROR_BUSY, TRUE, "too many requests" },
  { 400, 499, HYPERV_ERROR_PROTOCOL, TRUE, "the server does not take the request" },
  /* http.sys and WinRM answer an empty 500 before they look at SOAP. */
  { 500, 500, HYPERV_ERROR_PROTOCOL, TRUE,
    "WinRM refuses a request so before reading it, for instance one in clear while "
    "AllowUnencrypted "
    "is false; use HTTPS" },
  { 502, 502, HYPERV_ERROR_BUSY, FALSE, "a gateway got no answer from the host" },
  { 503, 503, HYPERV_ERROR_BUSY, TRUE, "the service is overloaded or not running" },
  { 504, 504, HYPERV_ERROR_TIMED_OUT, FALSE, "a gateway got no answer from the host in time" },
};

/* The words of a page, without its tags. */
static char *
first_words (const char *page)
{
  g_autofree char *valid = g_utf8_make_valid (page, -1);
  GString *words = g_string_new (NULL);
  gboolean in_tag = FALSE;

  for (const char *p = valid; *p != '\0' && words->len < 80; p = g_utf8_next_char (p)) {
    gboolean blank = *p == '<' || *p == '>' || g_ascii_isspace (*p);

    if (*p == '<')
      in_tag = TRUE;
    if (!in_tag && !blank && !g_unichar_iscntrl (g_utf8_get_char (p)))
      g_string_append_unichar (words, g_utf8_get_char (p));
    else if (words->len > 0 && words->str[words->len - 1] != ' ')
      g_string_append_c (words, ' ');
    if (*p == '>')
      in_tag = FALSE;
  }
  g_strchomp (words->str);
  return g_string_free (words, FALSE);
}

GError *
session_faults_from_status (guint status, const char *page, gboolean *refused)
{
  g_autofree char *words = first_words (page);
  const char *meaning = "not a status that WS-Management uses";
  HypervError code = HYPERV_ERROR_PROTOCOL;

  *refused = FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (statuses); i++) {
    if (status < statuses[i].from || status > statuses[i].to)
      continue;
    meaning = statuses[i].meaning;
    code = statuses[i].error;
    *refused = statuses[i].refused;
    break;
  }
  if (*words == '\0')
    return g_error_new (HYPERV_ERROR, code, "HTTP status %u: %s", status, meaning);
  return g_error_new (HYPERV_ERROR, code, "HTTP status %u: %s (the server says “%s”)", status,
                      meaning, words);
}
