/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/base/hyperv-uri-query-private.h"

#include <string.h>

#include "client/base/hyperv-error.h"

#define TIMEOUT_MAX 86400 /* seconds: a day */

/* What a parameter may be: one of @choices (exactly, as libvirt has it), or what @check takes. */
typedef struct {
  const char *name;
  const char *choices[7];
  gboolean (*check) (const char *value);
  const char *expected; /* in messages, where there are no choices */
  gboolean secret;      /* may hold a password by mistake: not repeated in messages */
} Row;

static gboolean
is_not_empty (const char *value)
{
  return *value != '\0';
}

static gboolean
is_timeout (const char *value)
{
  return g_ascii_string_to_unsigned (value, 10, 1, TIMEOUT_MAX, NULL, NULL);
}

static gboolean
is_proxy (const char *value)
{
  static const char *const schemes[]
      = { "http", "https", "socks", "socks4", "socks4a", "socks5", NULL };
  g_autoptr (GUri) uri = g_uri_parse (value, G_URI_FLAGS_NONE, NULL);

  return uri != NULL && g_strv_contains (schemes, g_uri_get_scheme (uri))
         && g_uri_get_userinfo (uri) == NULL && g_uri_get_host (uri) != NULL
         && *g_uri_get_host (uri) != '\0' && g_uri_get_query (uri) == NULL;
}

static const Row rows[HYPERV_URI_N_PARAMETERS] = {
  [HYPERV_URI_TRANSPORT] = { .name = "transport", .choices = { "http", "https" } },
  [HYPERV_URI_AUTH]
  = { .name = "auth",
      .choices = { "basic", "negotiate", "kerberos", "ntlm", "certificate", "credssp" } },
  [HYPERV_URI_NO_VERIFY] = { .name = "no_verify", .choices = { "0", "1" } },
  [HYPERV_URI_CACERT]
  = { .name = "cacert", .check = is_not_empty, .expected = "the name of a PEM file" },
  [HYPERV_URI_PIN]
  = { .name = "pin", .check = is_not_empty, .expected = "sha256: and 64 hex digits" },
  [HYPERV_URI_KNOWN_HOSTS]
  = { .name = "known_hosts", .check = is_not_empty, .expected = "the name of a file" },
  [HYPERV_URI_ACCEPT_NEW] = { .name = "accept_new", .choices = { "0", "1" } },
  [HYPERV_URI_CERT] = { .name = "cert",
                        .check = is_not_empty,
                        .expected = "the name of a PEM file with our certificate and its key" },
  [HYPERV_URI_PROXY] = { .name = "proxy",
                         .check = is_proxy,
                         .secret = TRUE,
                         .expected = "http://HOST:PORT or socks5://HOST:PORT, without a user" },
  [HYPERV_URI_SPN] = { .name = "spn", .check = is_not_empty, .expected = "SERVICE/HOST" },
  [HYPERV_URI_TIMEOUT]
  = { .name = "timeout", .check = is_timeout, .expected = "seconds, from 1 to 86400" },
  [HYPERV_URI_AUTHFILE]
  = { .name = "authfile", .check = is_not_empty, .expected = "the name of a file" },
  [HYPERV_URI_LENIENT] = { .name = "lenient", .choices = { "0", "1" } },
};

gboolean
hyperv_uri_fail (GError **error, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_INVALID_ARGUMENT, "Hyper-V URI: %s", message);
  return FALSE;
}

gboolean
hyperv_uri_check_text (const char *text, const char *what, GError **error)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    if (g_unichar_iscntrl (g_utf8_get_char (p)))
      return hyperv_uri_fail (error, "%s has a control character (U+%04X) at byte %zu", what,
                              g_utf8_get_char (p), (gsize)(p - text));
  }
  return TRUE;
}

static char *
list_choices (const Row *row)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (row->choices) && row->choices[i] != NULL; i++)
    g_string_append_printf (text, "%s\"%s\"", i > 0 ? " or " : "", row->choices[i]);
  return g_string_free (text, FALSE);
}

static gboolean
check_value (const Row *row, const char *value, GError **error)
{
  g_autofree char *choices = NULL;

  if (!hyperv_uri_check_text (value, row->name, error))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (row->choices) && row->choices[i] != NULL; i++) {
    if (strcmp (row->choices[i], value) == 0)
      return TRUE;
  }
  if (row->check != NULL && row->check (value))
    return TRUE;
  choices = list_choices (row);
  return hyperv_uri_fail (error, "parameter %s has the value \"%s\", expected %s", row->name,
                          row->secret ? "..." : value, row->check ? row->expected : choices);
}

static gboolean
fail_unknown (const char *name, GError **error)
{
  g_autoptr (GString) known = g_string_new (NULL);

  for (guint i = 0; i < HYPERV_URI_N_PARAMETERS; i++)
    g_string_append_printf (known, "%s%s", i > 0 ? ", " : "", rows[i].name);
  return hyperv_uri_fail (error,
                          "parameter \"%s\" is unknown; known are %s (lenient=1 ignores others)",
                          name, known->str);
}

static guint
find_row (const char *name)
{
  guint i = 0;

  while (i < HYPERV_URI_N_PARAMETERS && g_ascii_strcasecmp (rows[i].name, name) != 0)
    i++;
  return i;
}

/* Cuts one "name=value" off the query, as libvirt does: ";" separates where no "&" is left; a name
 * alone has an empty value. FALSE at the end. */
static gboolean
next_pair (const char **query, char **name, char **value)
{
  const char *start = *query;
  const char *end;
  const char *equals;

  if (*start == '\0')
    return FALSE;
  end = strchr (start, '&');
  if (end == NULL)
    end = strchr (start, ';');
  if (end == NULL)
    end = start + strlen (start);
  *query = *end != '\0' ? end + 1 : end;

  equals = memchr (start, '=', (gsize)(end - start));
  *name = g_uri_unescape_segment (start, equals != NULL ? equals : end, NULL);
  *value = equals != NULL ? g_uri_unescape_segment (equals + 1, end, NULL) : g_strdup ("");
  return TRUE;
}

/* Asked first, because it decides about the others. */
static gboolean
is_lenient (const char *query)
{
  gboolean lenient = FALSE;
  char *name;
  char *value;

  while (next_pair (&query, &name, &value)) {
    if (name != NULL && find_row (name) == HYPERV_URI_LENIENT)
      lenient = g_strcmp0 (value, "1") == 0;
    g_free (name);
    g_free (value);
  }
  return lenient;
}

static gboolean
take_pair (const char *name, const char *value, gboolean lenient, char **values, GError **error)
{
  guint row;

  if (name == NULL || value == NULL || !g_utf8_validate (name, -1, NULL)
      || !g_utf8_validate (value, -1, NULL))
    return hyperv_uri_fail (error, "a parameter holds %%00 or bytes that are not UTF-8");
  if (*name == '\0' && (*value == '\0' || lenient)) /* "&&", or "=value", which libvirt drops */
    return TRUE;
  if (!hyperv_uri_check_text (name, "the name of a parameter", error))
    return FALSE;
  row = find_row (name);
  if (row == HYPERV_URI_N_PARAMETERS)
    return lenient ? TRUE : fail_unknown (name, error);
  if (values[row] != NULL && !lenient)
    return hyperv_uri_fail (error, "parameter %s is given twice", rows[row].name);
  if (!check_value (&rows[row], value, error))
    return FALSE;
  g_free (values[row]);
  values[row] = g_strdup (value);
  return TRUE;
}

gboolean
hyperv_uri_query_parse (const char *query, char **values, GError **error)
{
  gboolean lenient = is_lenient (query);
  char *name;
  char *value;

  while (next_pair (&query, &name, &value)) {
    gboolean ok = take_pair (name, value, lenient, values, error);

    g_free (name);
    g_free (value);
    if (!ok)
      return FALSE;
  }
  return TRUE;
}

void
hyperv_uri_query_append (GString *text, char *const *values)
{
  char separator = '?';

  for (guint i = 0; i < HYPERV_URI_N_PARAMETERS; i++) {
    if (values[i] == NULL)
      continue;
    g_string_append_printf (text, "%c%s=", separator, rows[i].name);
    g_string_append_uri_escaped (text, values[i], ":/@,", FALSE);
    separator = '&';
  }
}
