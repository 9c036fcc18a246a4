/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/listener/listener-refusal.h"

#include <string.h>

#define BAD_REQUEST 400, "Bad Request"

/* The 411 is recorded (its page is 344 bytes); the others are http.sys' own pages of the same form.
 * WinRM's refusals have neither phrase nor body: 401 and the empty 500 are recorded. */
static const SimRefusal refusals[] = {
  [SIM_REFUSAL_BAD]
  = { BAD_REQUEST, "Bad Request", "The request is badly formed.", "no HTTP request" },
  [SIM_REFUSAL_VERB]
  = { BAD_REQUEST, "Bad Request - Invalid Verb", "The request verb is invalid.", "bad verb" },
  [SIM_REFUSAL_URL]
  = { BAD_REQUEST, "Bad Request - Invalid URL", "The request URL is invalid.", "bad URL" },
  [SIM_REFUSAL_HEADER] = { BAD_REQUEST, "Bad Request - Invalid Header",
                           "The request has an invalid header name.", "bad header line" },
  [SIM_REFUSAL_HOST] = { BAD_REQUEST, "Bad Request - Invalid Hostname",
                         "The request hostname is invalid.", "not exactly one Host" },
  [SIM_REFUSAL_LENGTH] = { BAD_REQUEST, "Bad Request - Invalid Content Length",
                           "There is an invalid content length or chunk length in the request.",
                           "bad, doubled or contradictory length" },
  [SIM_REFUSAL_CODING]
  = { 501, "Not Implemented", "Not Implemented", "The request transfer coding is not supported.",
      "transfer coding other than chunked" },
  [SIM_REFUSAL_VERSION]
  = { 505, "HTTP Version Not Supported", "HTTP Version Not Supported",
      "The requested version is not supported.", "HTTP version other than 1.0 and 1.1" },
  [SIM_REFUSAL_HEAD_SIZE]
  = { BAD_REQUEST, "Bad Request - Request Too Long", "The size of the request headers is too long.",
      "head of more than 16384 bytes" },
  [SIM_REFUSAL_NO_LENGTH]
  = { 411, "Length Required", "Length Required",
      "The request must be chunked or have a content length.", "request without a length" },
  [SIM_REFUSAL_BODY_SIZE] = { 413, "", NULL, NULL, "body over MaxEnvelopeSizekb" },
  [SIM_REFUSAL_BUSY] = { 503, "Service Unavailable", "Service Unavailable",
                         "The service is unavailable.", "more connections than MaxConnections" },
  [SIM_REFUSAL_PATH] = { 404, "Not Found", "Not Found", "The requested resource is not found.",
                         "path other than /wsman" },
  [SIM_REFUSAL_METHOD] = { 405, "", NULL, NULL, "method other than POST" },
  [SIM_REFUSAL_CREDENTIALS] = { 401, "", NULL, NULL, "no valid credentials" },
  /* winrm4j issue 144: one envelope in several chunks is never read. */
  [SIM_REFUSAL_CHUNKED] = { 500, "", NULL, NULL, "body in chunks" },
  /* MaxPacketRetrievalTimeSeconds */
  [SIM_REFUSAL_BODY_LATE] = { 500, "", NULL, NULL, "body not complete in time" },
  /* metasploit-framework issue 8900 */
  [SIM_REFUSAL_CLEAR] = { 500, "", NULL, NULL, "body in clear, and AllowUnencrypted is false" },
  [SIM_REFUSAL_SEAL] = { 500, "", NULL, NULL, "sealed body that cannot be opened" },
};

const SimRefusal *
sim_refusal_get (SimRefusalKind kind)
{
  return &refusals[kind];
}

void
sim_reply_head_write (const SimReplyHead *head, SimReplyHeader header, gpointer target)
{
  char length[24];

  if (head->content_type != NULL)
    header (target, "Content-Type", head->content_type);
  /* http.sys puts it first; the challenges of a refusal come after Server. */
  if (head->token != NULL)
    header (target, "WWW-Authenticate", head->token);
  if (head->allow != NULL)
    header (target, "Allow", head->allow);
  header (target, "Server", "Microsoft-HTTPAPI/2.0");
  for (gsize i = 0; head->challenges != NULL && head->challenges[i] != NULL; i++)
    header (target, "WWW-Authenticate", head->challenges[i]);
  header (target, "Date", head->date);
  if (head->close)
    header (target, "Connection", "close");
  g_snprintf (length, sizeof length, "%" G_GSIZE_FORMAT, head->length);
  header (target, "Content-Length", length);
}

char *
sim_refusal_page (const SimRefusal *refusal)
{
  if (refusal->headline == NULL)
    return NULL;
  return g_strdup_printf (
      "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML "
      "4.01//EN\"\"http://www.w3.org/TR/html4/strict.dtd\">"
      "\r\n<HTML><HEAD><TITLE>%s</TITLE>\r\n"
      "<META HTTP-EQUIV=\"Content-Type\" Content=\"text/html; charset=us-ascii\"></HEAD>\r\n"
      "<BODY><h2>%s</h2>\r\n"
      "<hr><p>HTTP Error %u. %s</p>\r\n"
      "</BODY></HTML>\r\n",
      refusal->reason, refusal->headline, refusal->status, refusal->sentence);
}

SimReplyHead
sim_refusal_head (const SimRefusal *refusal, const char *page, const char *date)
{
  return (SimReplyHead){ .status = refusal->status,
                         .reason = refusal->reason,
                         .content_type = page != NULL ? "text/html; charset=us-ascii" : NULL,
                         .date = date,
                         .close = TRUE,
                         .length = page != NULL ? strlen (page) : 0 };
}

static void
append_header (gpointer target, const char *name, const char *value)
{
  g_string_append_printf (target, "%s: %s\r\n", name, value);
}

char *
sim_refusal_bytes (const SimRefusal *refusal, const char *date)
{
  g_autofree char *page = sim_refusal_page (refusal);
  SimReplyHead head = sim_refusal_head (refusal, page, date);
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "HTTP/1.1 %u %s\r\n", head.status, head.reason);
  sim_reply_head_write (&head, append_header, text);
  g_string_append (text, "\r\n");
  if (page != NULL)
    g_string_append (text, page);
  return g_string_free (text, FALSE);
}
