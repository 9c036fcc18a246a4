/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The parameters after the "?", in the order of the canonical form. */
typedef enum {
  HYPERV_URI_TRANSPORT,
  HYPERV_URI_AUTH,
  HYPERV_URI_NO_VERIFY,
  HYPERV_URI_CACERT,
  HYPERV_URI_PIN,
  HYPERV_URI_KNOWN_HOSTS,
  HYPERV_URI_ACCEPT_NEW,
  HYPERV_URI_CERT,
  HYPERV_URI_PROXY,
  HYPERV_URI_SPN,
  HYPERV_URI_TIMEOUT,
  HYPERV_URI_AUTHFILE,
  HYPERV_URI_LENIENT,
  HYPERV_URI_N_PARAMETERS
} HypervUriParameter;

/* @values: HYPERV_URI_N_PARAMETERS decoded texts, NULL when not given; all NULL at first. */
gboolean hyperv_uri_query_parse (const char *query, char **values, GError **error);
void hyperv_uri_query_append (GString *text, char *const *values);

/* Sets HYPERV_ERROR_INVALID_ARGUMENT, returns FALSE. */
gboolean hyperv_uri_fail (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* Refuses valid UTF-8 with a control character in it; @what: "the host" … */
gboolean hyperv_uri_check_text (const char *text, const char *what, GError **error);

G_END_DECLS
