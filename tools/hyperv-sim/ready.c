/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <json-glib/json-glib.h>
#include <string.h>
#include <unistd.h>

#include "tools/hyperv-sim/options.h"

static void
pair_free (gpointer data)
{
  SimReadyPair *pair = data;

  g_free (pair->value);
  g_free (pair);
}

static void
add (GPtrArray *pairs, const char *name, const char *value)
{
  SimReadyPair *pair;

  if (value == NULL)
    return;
  pair = g_new (SimReadyPair, 1);
  pair->name = name;
  pair->value = g_strdup (value);
  g_ptr_array_add (pairs, pair);
}

static gboolean
add_file (GPtrArray *pairs, const char *name, HypervSimFolder *folder, const char *file,
          const char *text, GError **error)
{
  g_autofree char *path = hyperv_sim_folder_write (folder, file, text, error);

  add (pairs, name, path);
  return path != NULL;
}

/* libvirt's auth.conf, for whatever name the host is reached by. */
static char *
auth_file_text (HypervSimHost *host)
{
  return g_strdup_printf ("[auth-hyperv-default]\ncredentials=sim\n\n"
                          "[credentials-sim]\nusername=%s\npassword=%s\n",
                          hyperv_sim_host_get_user (host), hyperv_sim_host_get_password (host));
}

/* HYPERV_URI of the first host, HYPERV_URI_2 of the second … */
static void
add_of_host (GPtrArray *pairs, HypervSimHost *host, guint number)
{
  gboolean both
      = hyperv_sim_host_get_https_uri (host) != NULL && hyperv_sim_host_get_http_uri (host) != NULL;
  const struct {
    const char *name;
    const char *value;
  } rows[] = {
    { "HYPERV_URI", hyperv_sim_host_get_uri (host) },
    { "HYPERV_SIM_ENDPOINT", hyperv_sim_host_get_endpoint (host) },
    { "HYPERV_URI_HTTP", both ? hyperv_sim_host_get_http_uri (host) : NULL },
    { "HYPERV_SIM_ENDPOINT_HTTP", both ? hyperv_sim_host_get_http_endpoint (host) : NULL },
    { "HYPERV_CA", hyperv_sim_host_get_ca_file (host) },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *name
        = number > 1 ? g_strdup_printf ("%s_%u", rows[i].name, number) : g_strdup (rows[i].name);

    add (pairs, g_intern_string (name), rows[i].value);
  }
}

static char *
list_labels (HypervSimSite *site)
{
  GPtrArray *hosts = hyperv_sim_site_get_hosts (site);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < hosts->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "",
                            hyperv_sim_host_get_label (g_ptr_array_index (hosts, i)));
  return g_string_free (text, FALSE);
}

GPtrArray *
sim_ready_new (HypervSimSite *site, const char *token_file, HypervSimFolder *folder, GError **error)
{
  g_autoptr (GPtrArray) pairs = g_ptr_array_new_with_free_func (pair_free);
  GPtrArray *hosts = hyperv_sim_site_get_hosts (site);
  HypervSimHost *first = g_ptr_array_index (hosts, 0);
  g_autofree char *auth = auth_file_text (first);
  g_autofree char *pid = g_strdup_printf ("%d", (int)getpid ());
  g_autofree char *labels = list_labels (site);

  for (guint i = 0; i < hosts->len; i++)
    add_of_host (pairs, g_ptr_array_index (hosts, i), i + 1);
  add (pairs, "HYPERV_SIM_USER", hyperv_sim_host_get_user (first));
  if (!add_file (pairs, "HYPERV_SIM_PASSWORD_FILE", folder, "password",
                 hyperv_sim_host_get_password (first), error)
      || !add_file (pairs, "HYPERV_AUTH_FILE", folder, "auth.conf", auth, error))
    return NULL;
  add (pairs, "HYPERV_SIM_HOSTS", hosts->len > 1 ? labels : NULL);
  add (pairs, "HYPERV_SIM_CONTROL", hyperv_sim_site_get_control_uri (site));
  add (pairs, "HYPERV_SIM_CONTROL_TOKEN_FILE", token_file);
  add (pairs, "HYPERV_SIM_PID", pid);
  return g_steal_pointer (&pairs);
}

char *
sim_ready_to_line (GPtrArray *pairs)
{
  g_autoptr (GString) line = g_string_new (NULL);

  for (guint i = 0; i < pairs->len; i++) {
    const SimReadyPair *pair = g_ptr_array_index (pairs, i);
    g_autofree char *quoted = g_shell_quote (pair->value);

    g_string_append_printf (line, "%s%s=%s", i > 0 ? " " : "", pair->name, quoted);
  }
  return g_string_free (g_steal_pointer (&line), FALSE);
}

char *
sim_ready_to_json (GPtrArray *pairs)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  for (guint i = 0; i < pairs->len; i++) {
    const SimReadyPair *pair = g_ptr_array_index (pairs, i);

    json_builder_set_member_name (builder, pair->name);
    json_builder_add_string_value (builder, pair->value);
  }
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, TRUE);
}
