/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/kdc.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

#define REALM "HYPERV.TEST"

struct _Kdc {
  char *folder;
  GSubprocess *process;
  GSocketListener *silent;
};

static const char client_conf[]
    = "[libdefaults]\n default_realm = " REALM "\n dns_lookup_kdc = false\n"
      " dns_lookup_realm = false\n rdns = false\n dns_canonicalize_hostname = false\n"
      " qualify_shortname = \"\"\n udp_preference_limit = 1\n"
      "[realms]\n " REALM " = {\n  kdc = 127.0.0.1:%u\n }\n"
      " SILENT.TEST = {\n  kdc = 127.0.0.1:%u\n }\n"
      "[domain_realm]\n 127.0.0.1 = " REALM "\n elsewhere = " REALM "\n"
      "[logging]\n kdc = STDERR\n";

static const char server_conf[]
    = "[kdcdefaults]\n kdc_listen = 127.0.0.1:%u\n kdc_tcp_listen = 127.0.0.1:%u\n"
      "[realms]\n " REALM " = {\n  database_name = %s/principal\n  acl_file = %s/acl\n"
      "  key_stash_file = %s/stash\n  supported_enctypes = aes256-cts:normal\n }\n";

static char *
find (const char *name)
{
  char *path = g_find_program_in_path (name);

  if (path != NULL)
    return path;
  path = g_build_filename ("/usr/sbin", name, NULL);
  if (g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
    return path;
  g_free (path);
  return NULL;
}

static void
write_file (const char *folder, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

static void
set_path (const char *variable, const char *prefix, const char *folder, const char *name)
{
  g_autofree char *value = g_strconcat (prefix, folder, "/", name, NULL);

  g_setenv (variable, value, TRUE);
}

static void
run (const char *input, const char *const *argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process
      = g_subprocess_newv (argv,
                           G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE
                               | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                           &error);

  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate_utf8 (process, input, NULL, NULL, NULL, NULL));
  g_assert_true (g_subprocess_get_successful (process));
}

/* The KDC takes no port 0. */
static guint
free_port (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  guint port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);

  g_assert_cmpuint (port, !=, 0);
  g_socket_listener_close (listener);
  return port;
}

static void
die_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

/* Listens when it says so. */
static GSubprocess *
serve (const char *program)
{
  g_autoptr (GSubprocessLauncher) launcher
      = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_PIPE);
  GError *error = NULL;
  GSubprocess *process;
  g_autoptr (GDataInputStream) lines = NULL;
  gboolean ready = FALSE;

  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  process = g_subprocess_launcher_spawn (launcher, &error, program, "-n", NULL);
  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stderr_pipe (process));
  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (lines), FALSE);
  while (!ready) {
    g_autofree char *line = g_data_input_stream_read_line (lines, NULL, NULL, NULL);

    g_assert_nonnull (line);
    ready = strstr (line, "commencing operation") != NULL;
  }
  return process;
}

static void
fill (const char *util, const char *admin, const char *const *services, const char *password)
{
  g_autoptr (GString) commands = g_string_new (NULL);

  run ("", (const char *const[]){ util, "create", "-s", "-r", REALM, "-P", "throwaway", NULL });
  g_string_append_printf (commands, "addprinc -pw %s anna\n", password);
  for (guint i = 0; services[i] != NULL; i++)
    g_string_append_printf (commands, "addprinc -randkey %s\nktadd %s\n", services[i], services[i]);
  run (commands->str, (const char *const[]){ admin, "-r", REALM, NULL });
}

Kdc *
kdc_start (const char *const *services, const char *password, const char **why)
{
  g_autofree char *server = find ("krb5kdc");
  g_autofree char *util = find ("kdb5_util");
  g_autofree char *admin = find ("kadmin.local");
  g_autofree char *client_text = NULL;
  g_autofree char *server_text = NULL;
  Kdc *self;
  guint port, silent_port;

  *why = "no krb5kdc, kdb5_util and kadmin.local here (Debian: krb5-kdc, krb5-admin-server)";
  if (server == NULL || util == NULL || admin == NULL)
    return NULL;
  self = g_new0 (Kdc, 1);
  self->folder = g_dir_make_tmp ("kdc-XXXXXX", NULL);
  g_assert_nonnull (self->folder);
  port = free_port ();
  self->silent = g_socket_listener_new ();
  silent_port = g_socket_listener_add_any_inet_port (self->silent, NULL, NULL);
  client_text = g_strdup_printf (client_conf, port, silent_port);
  server_text = g_strdup_printf (server_conf, port, port, self->folder, self->folder, self->folder);
  write_file (self->folder, "krb5.conf", client_text);
  write_file (self->folder, "kdc.conf", server_text);
  set_path ("KRB5_CONFIG", "", self->folder, "krb5.conf");
  set_path ("KRB5_KDC_PROFILE", "", self->folder, "kdc.conf");
  set_path ("KRB5_KTNAME", "FILE:", self->folder, "keytab");
  set_path ("KRB5CCNAME", "FILE:", self->folder, "cache");
  g_setenv ("KRB5RCACHETYPE", "none", TRUE);
  fill (util, admin, services, password);
  self->process = serve (server);
  return self;
}

void
kdc_get_ticket (Kdc *self, const char *password)
{
  g_autofree char *kinit = find ("kinit");
  g_autofree char *input = g_strconcat (password, "\n", NULL);

  g_assert_nonnull (kinit);
  run (input, (const char *const[]){ kinit, "anna", NULL });
}

void
kdc_drop_ticket (Kdc *self)
{
  g_autofree char *cache = g_build_filename (self->folder, "cache", NULL);

  g_unlink (cache);
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);

    g_unlink (path);
  }
  g_rmdir (folder);
}

void
kdc_stop (Kdc *self)
{
  if (self == NULL)
    return;
  g_subprocess_force_exit (self->process);
  g_subprocess_wait (self->process, NULL, NULL);
  g_object_unref (self->process);
  g_socket_listener_close (self->silent);
  g_object_unref (self->silent);
  remove_folder (self->folder);
  g_free (self->folder);
  g_free (self);
}

char *
ntlm_start (const char *password, const char **why)
{
  g_autofree char *users = g_strdup_printf ("WORK:anna:%s\n", password);
  char *folder;

  *why = "no NTLM mechanism here (Debian: gss-ntlmssp)";
  if (!g_file_test ("/etc/gss/mech.d/mech.ntlmssp.conf", G_FILE_TEST_EXISTS))
    return NULL;
  folder = g_dir_make_tmp ("ntlm-XXXXXX", NULL);
  g_assert_nonnull (folder);
  write_file (folder, "users", users);
  set_path ("NTLM_USER_FILE", "", folder, "users");
  g_setenv ("NETBIOS_COMPUTER_NAME", "HOST1", TRUE);
  g_setenv ("NETBIOS_DOMAIN_NAME", "WORK", TRUE);
  return folder;
}

void
ntlm_stop (char *folder)
{
  if (folder == NULL)
    return;
  remove_folder (folder);
  g_free (folder);
}
