/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/hyperv/connect.h"

#include <string.h>

#include "client/base/hyperv-file-private.h"

#include "tools/hyperv/ask.h"
#include "tools/hyperv/command.h"

#define MAX_CA_FILE (16 * 1024 * 1024) /* bytes */

static const char *
find_text (const char *given, GError **error)
{
  const char *libvirt = g_getenv ("LIBVIRT_DEFAULT_URI");
  const char *ours = g_getenv ("HYPERV_URI");

  if (given != NULL)
    return given;
  if (ours != NULL && *ours != '\0')
    return ours;
  if (libvirt != NULL && g_ascii_strncasecmp (libvirt, "hyperv:", 7) == 0)
    return libvirt;
  g_set_error_literal (error, USAGE_ERROR, 0,
                       "no host given: use -c hyperv://[user@]host/ or set HYPERV_URI");
  return NULL;
}

/* Whatever is wrong with a URI is wrong with the command line. */
static HypervUri *
parse (const char *text, GError **error)
{
  g_autoptr (GError) local = NULL;
  HypervUri *uri = hyperv_uri_parse (text, &local);

  if (uri == NULL)
    g_set_error_literal (error, USAGE_ERROR, 0, local->message);
  return uri;
}

/* HYPERV_CA is for a URI that leaves open how its host is known. */
static gboolean
wants_ca (const HypervUri *uri)
{
  const HypervTrust *trust = hyperv_uri_get_trust (uri);

  return hyperv_uri_is_https (uri) && hyperv_trust_get_ca_file (trust) == NULL
         && hyperv_trust_get_pin (trust) == NULL && !hyperv_trust_get_no_verify (trust)
         && hyperv_trust_get_known_hosts (trust) == NULL;
}

/* The URI does not say cacert=, so an error that did would mislead: it is tried here. */
static gboolean
check_ca (const char *file, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autolist (GTlsCertificate) certificates = NULL;

  if (!hyperv_file_check (file, MAX_CA_FILE, error)) {
    g_prefix_error (error, "HYPERV_CA=");
    return FALSE;
  }
  certificates = g_tls_certificate_list_new_from_file (file, &local);
  if (certificates != NULL)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
               "HYPERV_CA=%s: %s; expected a PEM file with the certificate of an authority", file,
               local != NULL ? local->message : "there is no certificate in it");
  return FALSE;
}

HypervUri *
connect_choose_uri (const char *given, GError **error)
{
  const char *text = find_text (given, error);
  g_autoptr (HypervUri) uri = text != NULL ? parse (text, error) : NULL;
  const char *ca = g_getenv ("HYPERV_CA");
  g_autofree char *plain = NULL;
  g_autofree char *escaped = NULL;
  g_autofree char *with_ca = NULL;

  if (uri == NULL || ca == NULL || *ca == '\0' || !wants_ca (uri))
    return g_steal_pointer (&uri);
  if (!check_ca (ca, error))
    return NULL;
  plain = hyperv_uri_to_string (uri);
  escaped = g_uri_escape_string (ca, "/", FALSE);
  with_ca
      = g_strdup_printf ("%s%ccacert=%s", plain, strchr (plain, '?') != NULL ? '&' : '?', escaped);
  return parse (with_ca, error);
}

HypervHost *
connect_open (const HypervUri *uri, GCancellable *cancellable, GError **error)
{
  g_autofree char *text = hyperv_uri_to_string (uri);
  g_autoptr (HypervHost) host = hyperv_host_new (text, error);

  if (host == NULL)
    return NULL;
  if (ask_is_possible ())
    hyperv_host_set_credentials_callback (host, ask_terminal, cancellable, NULL);
  if (hyperv_host_connect (host, cancellable, error))
    return g_steal_pointer (&host);
  /* A question that was interrupted is an answer that was refused. */
  if (g_cancellable_is_cancelled (cancellable)) {
    g_clear_error (error);
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "interrupted");
  }
  return NULL;
}

GTlsDatabase *
connect_open_store (const HypervTrust *trust, GError **error)
{
  const char *file = hyperv_trust_get_ca_file (trust);
  g_autofree char *path = file != NULL ? g_canonicalize_filename (file, NULL) : NULL;
  GTlsDatabase *database;

  if (path == NULL)
    return NULL;
  if (!hyperv_file_check (file, MAX_CA_FILE, error)) {
    g_prefix_error (error, "cacert=");
    return NULL;
  }
  database = g_tls_file_database_new (path, error);
  if (database == NULL)
    g_prefix_error (error, "cacert=%s: ", file);
  return database;
}
