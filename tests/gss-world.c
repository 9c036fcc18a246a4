/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "tests/gss-world.h"

void
gss_world_start (GssWorld *self)
{
  static const char *const services[] = { "HTTP/127.0.0.1", "custom/elsewhere", NULL };

  self->kdc = kdc_start (services, PASSWORD, &self->no_kdc);
  self->ntlm = ntlm_start (PASSWORD, &self->no_ntlm);
}

void
gss_world_stop (GssWorld *self)
{
  kdc_stop (self->kdc);
  ntlm_stop (self->ntlm);
}

Transport *
gss_world_connect (const Login *login)
{
  g_autoptr (HypervCredentials) who
      = hyperv_credentials_new (login->user != NULL ? login->user : "anna",
                                login->password != NULL ? login->password : PASSWORD);
  g_autoptr (HypervTrust) trust = hyperv_trust_new (login->file, NULL, FALSE, NULL);
  const TransportConfig config = { .host = "127.0.0.1",
                                   .port = login->port,
                                   .path = "/wsman",
                                   .https = login->file != NULL,
                                   .trust = trust,
                                   .auth = login->auth,
                                   .spn = login->spn,
                                   .credentials = who,
                                   .connect_timeout_ms = login->connect_timeout_ms };
  GError *error = NULL;
  Transport *self = transport_new (&config, &error);

  g_assert_no_error (error);
  return self;
}

gboolean
gss_world_has (const GssWorld *self, Needs needs)
{
  const char *why = (needs & NEEDS_NTLM) != 0 && self->ntlm == NULL ? self->no_ntlm
                    : (needs & NEEDS_KDC) != 0 && self->kdc == NULL ? self->no_kdc
                                                                    : NULL;

  if (why != NULL)
    g_test_skip (why);
  return why == NULL;
}

static GLogWriterOutput
keep_log (GLogLevelFlags level, const GLogField *fields, gsize n, gpointer data)
{
  GssLog *log = data;

  g_mutex_lock (&log->lock);
  for (gsize i = 0; i < n; i++) {
    if (strcmp (fields[i].key, "MESSAGE") == 0)
      g_string_append_printf (log->text, "%s\n", (const char *)fields[i].value);
  }
  g_mutex_unlock (&log->lock);
  return (level & (G_LOG_LEVEL_WARNING | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_ERROR)) != 0
             ? g_log_writer_default (level, fields, n, NULL)
             : G_LOG_WRITER_HANDLED;
}

void
gss_log_start (GssLog *self)
{
  g_mutex_init (&self->lock);
  self->text = g_string_new (NULL);
  g_log_set_writer_func (keep_log, self, NULL);
}
