/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>

#include "tools/hyperv/doctor.h"

/* What the host says to a request without a body and without credentials: whether it is WinRM, how
 * one may log in, and what time it is there. Nothing secret is sent, so it does not matter yet who
 * answers. */

#define MAX_HEAD (64 * 1024)
#define MAX_OFFERED 16
#define SKEW_MAX 300 /* seconds: RFC 4120, 3.2.3, and Windows' default */

#define SET_AUTH "winrm set winrm/config/service/auth "
static const DoctorScheme schemes[] = {
  { "kerberos", "Kerberos", NULL, SET_AUTH "@{Kerberos=\"true\"}" },
  { "negotiate", "Negotiate", NULL, SET_AUTH "@{Negotiate=\"true\"}" },
  { "ntlm", "Negotiate", "NTLM", SET_AUTH "@{Negotiate=\"true\"}" },
  { "certificate", "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual", NULL,
    SET_AUTH "@{Certificate=\"true\"}" },
  { "basic", "Basic", NULL, SET_AUTH "@{Basic=\"true\"}" },
  { "credssp", "CredSSP", NULL, SET_AUTH "@{CredSSP=\"true\"}" },
};

const DoctorScheme *
doctor_scheme_by_name (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_ascii_strcasecmp (schemes[i].name, name) == 0)
      return &schemes[i];
  return NULL;
}

const DoctorScheme *
doctor_scheme_by_token (const char *token)
{
  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_ascii_strcasecmp (schemes[i].token, token) == 0)
      return &schemes[i];
  return NULL;
}

gboolean
doctor_is_offered (const Doctor *self, const DoctorScheme *scheme)
{
  for (guint i = 0; i < self->offered->len; i++) {
    const char *word = g_ptr_array_index (self->offered, i);

    if (g_ascii_strcasecmp (word, scheme->token) == 0
        || (scheme->other != NULL && g_ascii_strcasecmp (word, scheme->other) == 0))
      return TRUE;
  }
  return FALSE;
}

/* Seconds since 1970 of "Mon, 03 Jun 2024 08:00:00 GMT"; 0: no such date. */
static gint64
parse_date (const char *text)
{
  static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  int day, year, hour, minute, second;
  char name[4];
  const char *month;
  g_autoptr (GDateTime) time = NULL;

  if (sscanf (text, "%*3c, %2d %3c %4d %2d:%2d:%2d GMT", &day, name, &year, &hour, &minute, &second)
      != 6)
    return 0;
  name[3] = '\0';
  month = strstr (months, name);
  if (month == NULL)
    return 0;
  time = g_date_time_new_utc (year, (int)(month - months) / 3 + 1, day, hour, minute, second);
  return time != NULL ? g_date_time_to_unix (time) : 0;
}

static gboolean
send_question (Doctor *self, GError **error)
{
  g_autofree char *question
      = g_strdup_printf ("POST /wsman HTTP/1.1\r\nHost: %s\r\nUser-Agent: hyperv-glib\r\n"
                         "Content-Type: application/soap+xml;charset=UTF-8\r\n"
                         "Content-Length: 0\r\nConnection: close\r\n\r\n",
                         self->where);

  return g_output_stream_write_all (g_io_stream_get_output_stream (self->stream), question,
                                    strlen (question), NULL, self->cancellable, error);
}

/* What comes until the head is complete or the connection ends. */
static GString *
read_head (Doctor *self, GError **error)
{
  GInputStream *input = g_io_stream_get_input_stream (self->stream);
  GString *head = g_string_new (NULL);
  char buffer[4096];
  gssize n = 1;

  while (n > 0 && head->len < MAX_HEAD && strstr (head->str, "\r\n\r\n") == NULL) {
    n = g_input_stream_read (input, buffer, sizeof buffer, self->cancellable, error);
    if (n > 0)
      g_string_append_len (head, buffer, n);
  }
  return head;
}

/* The next comma that is not within quotes, or the end. */
static const char *
item_end (const char *text)
{
  gboolean quoted = FALSE;

  for (; *text != '\0' && (quoted || *text != ','); text++) {
    if (quoted && *text == '\\' && text[1] != '\0')
      text++;
    else if (*text == '"')
      quoted = !quoted;
  }
  return text;
}

/* `Negotiate`, `Basic realm="WSMAN"`, and the like: the words. A proxy may write several into one
 * line (RFC 9110, 11.6.1); what has an equals sign in it belongs to the one before. */
static void
take_offer (Doctor *self, const char *value)
{
  while (*value != '\0' && self->offered->len < MAX_OFFERED) {
    const char *end = item_end (value);
    const char *word = value + strspn (value, " \t,");
    gsize length = strcspn (word, " \t\r,");

    if (length > 0 && word < end && memchr (word, '=', length) == NULL)
      g_ptr_array_add (self->offered, g_utf8_make_valid (word, (gssize)length));
    value = *end == ',' ? end + 1 : end;
  }
}

static void
take_header (Doctor *self, const char *line)
{
  const char *value = strchr (line, ':');
  gsize length = value != NULL ? (gsize)(value - line) : 0;
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();

  if (value == NULL)
    return;
  value += 1 + strspn (value + 1, " \t");
  if (length == strlen ("WWW-Authenticate")
      && g_ascii_strncasecmp (line, "WWW-Authenticate", length) == 0)
    take_offer (self, value);
  if (length == strlen ("Date") && g_ascii_strncasecmp (line, "Date", length) == 0) {
    gint64 seconds = parse_date (value);

    self->has_skew = seconds != 0;
    self->skew = seconds - g_date_time_to_unix (now);
  }
}

static guint
take_head (Doctor *self, const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  guint status = 0;

  if (lines[0] == NULL || sscanf (lines[0], "HTTP/1.%*1d %3u", &status) != 1)
    return 0;
  for (gsize i = 1; lines[i] != NULL && *g_strchomp (lines[i]) != '\0'; i++)
    take_header (self, lines[i]);
  return status;
}

static void
refuse_head (Doctor *self, DoctorFinding *finding, const GString *head, const GError *error)
{
  gboolean late = head->len == 0 && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  gboolean https = hyperv_uri_is_https (self->uri);
  g_autofree char *begin = g_strndup (head->str, MIN (head->len, 40));
  g_autofree char *shown = g_utf8_make_valid (begin, -1);

  if (late)
    doctor_fail (finding, EXIT_TIMEOUT, "Get-Service WinRM; Restart-Service WinRM",
                 "allow more time with timeout=SECONDS in the URI", "no answer within %u s",
                 doctor_timeout (self));
  else if (head->len > 1 && head->str[0] == 0x15 && head->str[1] == 0x03)
    doctor_fail (finding, EXIT_CONNECTION, NULL, "leave transport=http away",
                 "the port speaks TLS, not plain HTTP");
  else if (head->len == 0)
    doctor_fail (finding, EXIT_CONNECTION, "winrm enumerate winrm/config/listener",
                 https ? "check the port"
                       : "if this is the port of HTTPS, leave transport=http "
                         "away",
                 "the connection was closed without an answer%s%s%s", error != NULL ? " (" : "",
                 error != NULL ? error->message : "", error != NULL ? ")" : "");
  else
    doctor_fail (finding, EXIT_CONNECTION, "winrm enumerate winrm/config/listener",
                 "check the port", "what answers is not HTTP: it begins with \"%s\"", shown);
}

static void
check_http (Doctor *self, DoctorFinding *finding)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) head = NULL;
  guint status;

  head = send_question (self, &error) ? read_head (self, &error) : g_string_new (NULL);
  g_io_stream_close (self->stream, NULL, NULL);
  status = take_head (self, head->str);
  if (status == 0)
    refuse_head (self, finding, head, error);
  else if (status != 401)
    doctor_fail (finding, status == 503 ? EXIT_REMOTE_FAULT : EXIT_CONNECTION,
                 status == 503 ? "Start-Service WinRM" : "winrm enumerate winrm/config/listener",
                 "check the port (5986 is HTTPS, 5985 with transport=http)",
                 "HTTP status %u where WinRM says 401 and asks for a login", status);
  else
    doctor_ok (finding, "status 401, as WinRM says to somebody who is not logged in");
}

static char *
list_offered (const Doctor *self)
{
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < self->offered->len; i++) {
    const char *word = g_ptr_array_index (self->offered, i);
    const DoctorScheme *scheme = doctor_scheme_by_token (word);

    g_string_append_printf (list, "%s%s", i > 0 ? ", " : "",
                            scheme != NULL && strchr (word, ':') != NULL ? scheme->name : word);
  }
  return g_string_free (list, FALSE);
}

/* Whether anything that is offered could be used with this URI; certificates need one of ours. */
static gboolean
has_common (const Doctor *self)
{
  static const char *const names[] = { "kerberos", "negotiate", "ntlm", "basic" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (doctor_is_offered (self, doctor_scheme_by_name (names[i])))
      return TRUE;
  return hyperv_uri_get_certificate (self->uri) != NULL
         && doctor_is_offered (self, doctor_scheme_by_name ("certificate"));
}

static void
check_schemes (Doctor *self, DoctorFinding *finding)
{
  const char *auth = hyperv_uri_get_auth (self->uri);
  const DoctorScheme *wanted = auth != NULL ? doctor_scheme_by_name (auth) : NULL;
  g_autofree char *list = list_offered (self);
  const DoctorScheme *negotiate = doctor_scheme_by_name ("negotiate");

  if (self->offered->len == 0)
    doctor_fail (finding, EXIT_AUTH, negotiate->enable, NULL, "the host offers no way to log in");
  else if (wanted != NULL && !doctor_is_offered (self, wanted))
    doctor_fail (finding, EXIT_AUTH, wanted->enable, "leave auth= away, or choose one of those",
                 "the URI says auth=%s, and the host offers: %s", auth, list);
  else if (wanted == NULL && !has_common (self))
    doctor_fail (finding, EXIT_AUTH, negotiate->enable,
                 "for a client certificate say cert= and auth=certificate",
                 "the host offers only: %s", list);
  else
    doctor_ok (finding, "offered: %s", list);
}

static void
check_clock (Doctor *self, DoctorFinding *finding)
{
  const char *auth = hyperv_uri_get_auth (self->uri);
  gint64 skew = ABS (self->skew);
  gboolean matters
      = g_strcmp0 (auth, "kerberos") == 0
        || (auth == NULL && doctor_is_offered (self, doctor_scheme_by_name ("kerberos")));

  if (!self->has_skew)
    doctor_skip (finding, "the host does not tell its time");
  else if (skew <= SKEW_MAX)
    doctor_ok (finding, "the host's clock differs by %" G_GINT64_FORMAT " s", skew);
  else if (!matters)
    doctor_ok (finding,
               "the host's clock is %" G_GINT64_FORMAT " s %s; that matters to Kerberos only", skew,
               self->skew > 0 ? "ahead" : "behind");
  else
    doctor_fail (finding, EXIT_AUTH, "w32tm /resync; w32tm /query /status",
                 "set the clock of this machine by a time server",
                 "the host's clock is %" G_GINT64_FORMAT " s %s; Kerberos allows %d", skew,
                 self->skew > 0 ? "ahead" : "behind", SKEW_MAX);
}

const DoctorRow doctor_http_rows[] = {
  { "http", "tls", check_http },
  { "schemes", "http", check_schemes },
  { "clock", "http", check_clock },
  { NULL, NULL, NULL },
};
