/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/transport/transport-private.h"

#define HEAD_LIMIT (64 * 1024) /* libsoup's, of the head of a reply */

static guint64
head_length (TransportPost *post)
{
  SoupMessageMetrics *metrics = soup_message_get_metrics (post->message);

  return metrics != NULL ? soup_message_metrics_get_response_header_bytes_received (metrics) : 0;
}

/* How far the reply had come. */
static char *
describe_progress (TransportPost *post)
{
  if (soup_message_get_status (post->message) == SOUP_STATUS_NONE)
    return g_strdup_printf ("after %" G_GUINT64_FORMAT " bytes of the reply's head",
                            head_length (post));
  if (post->declared >= 0)
    return g_strdup_printf ("after %" G_GUINT64_FORMAT " of %" G_GINT64_FORMAT
                            " bytes of the reply's body",
                            post->received, post->declared);
  return g_strdup_printf ("after %" G_GUINT64_FORMAT " bytes of the reply's body", post->received);
}

GError *
transport_failure_lost (TransportPost *post, const char *detail)
{
  g_autofree char *progress = describe_progress (post);

  if (post->leg != TRANSPORT_LEG_BODY)
    return g_error_new (G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED,
                        "%s: the connection was lost when %s: %s; the request was not sent",
                        post->channel->where, post->doing, detail);
  return g_error_new (G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED,
                      "%s: the reply was lost %s: %s. The request was sent once and may have been "
                      "carried out",
                      post->channel->where, progress, detail);
}

GError *
transport_failure_late (TransportPost *post)
{
  g_autofree char *progress = NULL;

  if (post->sent == TRANSPORT_SENT_NO)
    return g_error_new (HYPERV_ERROR, HYPERV_ERROR_TIMED_OUT,
                        "%s: not %s within %u ms, when %s; nothing was sent", post->channel->where,
                        post->channel->stream != NULL ? "logged in" : "connected", post->limit_ms,
                        post->doing);
  progress = describe_progress (post);
  return g_error_new (HYPERV_ERROR, HYPERV_ERROR_TIMED_OUT,
                      "%s: silent for %u ms when %s, %s; the request may have been carried out",
                      post->channel->where, post->limit_ms, post->doing, progress);
}

GError *
transport_failure_slow (TransportPost *post)
{
  g_autofree char *progress = describe_progress (post);

  return g_error_new (HYPERV_ERROR, HYPERV_ERROR_TIMED_OUT,
                      "%s: fewer than %u bytes in %u ms when %s, %s; the request may have been "
                      "carried out",
                      post->channel->where, TRANSPORT_MIN_PROGRESS, post->limit_ms, post->doing,
                      progress);
}

/* What to do, by GIO's code. */
static const struct {
  int code;
  const char *remedy;
} unreachable[] = {
  { G_IO_ERROR_CONNECTION_REFUSED,
    "nothing listens there: is WinRM on (winrm quickconfig), and is this its port (5986; 5985 with "
    "transport=http)?" },
  { G_IO_ERROR_HOST_UNREACHABLE, "is the address right, and the host on?" },
  { G_IO_ERROR_NETWORK_UNREACHABLE, "is the address right, and this machine on the network?" },
  { G_IO_ERROR_TIMED_OUT, "is the address right, and does a firewall let it through?" },
};

static void
add_remedy (GError *error, const char *remedy)
{
  g_autofree char *cause = error->message;

  error->message = g_strdup_printf ("%s; %s", cause, remedy);
}

/* Connecting failed: GIO's own error, with the place. */
static GError *
not_connected (TransportPost *post, GError *cause)
{
  const char *where = post->channel->where;

  if (cause->domain == G_TLS_ERROR) {
    g_prefix_error (
        &cause, "%s: no TLS connection (is it a plain HTTP port? then transport=http): ", where);
    return cause;
  }
  g_prefix_error (&cause, "%s: cannot connect: ", where);
  for (gsize i = 0; i < G_N_ELEMENTS (unreachable); i++)
    if (g_error_matches (cause, G_IO_ERROR, unreachable[i].code))
      add_remedy (cause, unreachable[i].remedy);
  return cause;
}

/* Who answers HTTP with nothing, or not in HTTP, at the first word may be waiting for TLS. */
static void
suspect_tls (TransportPost *post, GError *error)
{
  if (!post->channel->https && !post->channel->replied && !post->channel->proxied)
    add_remedy (error, "is it an HTTPS port? then leave transport=http out");
}

/* The connection broke before the request's turn came. */
static GError *
not_logged_in (TransportPost *post, GError *cause)
{
  g_prefix_error (&cause, "%s: the connection was lost when %s, and the request was not sent: ",
                  post->channel->where, post->doing);
  suspect_tls (post, cause);
  return cause;
}

/* What came is no reply: libsoup says so in two domains. */
static gboolean
is_nonsense (TransportPost *post, const GError *cause)
{
  if (cause->domain == SOUP_SESSION_ERROR)
    return TRUE;
  return g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT)
         && soup_message_get_status (post->message) == SOUP_STATUS_NONE
         && head_length (post) > HEAD_LIMIT;
}

GError *
transport_failure (TransportPost *post, GError *cause)
{
  GError *error;

  if (post->verdict != NULL) {
    g_clear_error (&cause);
    return g_steal_pointer (&post->verdict);
  }
  if (post->stale) {
    g_clear_error (&cause);
    return g_error_new (G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED,
                        "%s: the host closed the connection in the middle of the login, %u times "
                        "in a row; the request was not sent",
                        post->channel->where, post->n_logins);
  }
  if (cause == NULL)
    return g_error_new (G_IO_ERROR, G_IO_ERROR_PROXY_FAILED,
                        "%s: the proxy did not open a way to it: status %u; nothing was sent",
                        post->channel->where, (guint)soup_message_get_status (post->message));
  /* libsoup parses what there is of a head that the end of the connection cuts off. */
  if (g_error_matches (cause, SOUP_SESSION_ERROR, SOUP_SESSION_ERROR_PARSING) && post->begun
      && post->closed_by_peer) {
    error = transport_failure_lost (post, "the connection was closed within the head");
    suspect_tls (post, error);
  } else if (is_nonsense (post, cause)) {
    error = g_error_new (HYPERV_ERROR, HYPERV_ERROR_PROTOCOL,
                         "%s: what came is not a reply in HTTP: %s", post->channel->where,
                         cause->message);
    suspect_tls (post, error);
  } else if (post->begun && post->leg != TRANSPORT_LEG_BODY)
    return not_logged_in (post, cause);
  else if (post->sent == TRANSPORT_SENT_NO)
    return not_connected (post, cause);
  else {
    error = transport_failure_lost (post, cause->message);
    suspect_tls (post, error);
  }
  g_error_free (cause);
  return error;
}
