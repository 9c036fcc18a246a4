/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/listener-kdc.h"

#include <glib/gstdio.h>
#include <string.h>

#define READY_S 20

struct _Kdc {
  char *folder;
  GSubprocess *process;
};

static const char *const programs[] = { "kdb5_util", "kadmin.local", "krb5kdc" };

/* Debian has them where only root's PATH leads. */
static char *
find_program (const char *name)
{
  char *path = g_find_program_in_path (name);

  if (path == NULL) {
    path = g_build_filename ("/usr/sbin", name, NULL);
    if (!g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
      g_clear_pointer (&path, g_free);
  }
  return path;
}

static guint16
free_port (void)
{
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocket) socket
      = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  g_autoptr (GSocketAddress) bound = NULL;

  g_socket_bind (socket, any, TRUE, NULL);
  bound = g_socket_get_local_address (socket, NULL);
  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
}

static void
write_file (Kdc *self, const char *name, const char *variable, char *text)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_setenv (variable, path, TRUE);
  g_free (text);
}

static void
configure (Kdc *self, guint16 port)
{
  static const char *const files[][2] = { { "KRB5_KTNAME", "keytab" }, { "KRB5CCNAME", "ccache" } };

  write_file (self, "krb5.conf", "KRB5_CONFIG",
              g_strdup_printf ("[libdefaults]\n default_realm = " KDC_REALM "\n"
                               " dns_lookup_kdc = false\n dns_lookup_realm = false\n"
                               " rdns = false\n dns_canonicalize_hostname = false\n"
                               " qualify_shortname = \"\"\n udp_preference_limit = 1\n"
                               "[realms]\n " KDC_REALM " = {\n  kdc = 127.0.0.1:%u\n }\n",
                               port));
  write_file (self, "kdc.conf", "KRB5_KDC_PROFILE",
              g_strdup_printf ("[kdcdefaults]\n kdc_listen = 127.0.0.1:%u\n"
                               " kdc_tcp_listen = 127.0.0.1:%u\n"
                               "[realms]\n " KDC_REALM " = {\n  database_name = %s/db\n"
                               "  key_stash_file = %s/stash\n  acl_file = %s/acl\n }\n"
                               "[logging]\n kdc = FILE:%s/log\n",
                               port, port, self->folder, self->folder, self->folder, self->folder));
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autofree char *path = g_build_filename (self->folder, files[i][1], NULL);

    g_setenv (files[i][0], path, TRUE);
  }
  g_setenv ("KRB5RCACHETYPE", "none", TRUE);
}

static gboolean
run (const char *const *argv)
{
  g_autofree char *program = find_program (argv[0]);
  g_auto (GStrv) words = g_strdupv ((char **)argv);
  g_autoptr (GSubprocess) process = NULL;

  g_free (words[0]);
  words[0] = g_steal_pointer (&program);
  process = g_subprocess_newv (
      (const char *const *)words,
      G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, NULL);
  return process != NULL && g_subprocess_wait_check (process, NULL, NULL);
}

static gboolean
make_database (void)
{
  static const char *const queries[] = {
    "addprinc -pw " KDC_PASSWORD " administrator",
    "addprinc -pw " KDC_PASSWORD " guest",
    "addprinc -randkey HTTP/localhost",
    "addprinc -randkey HTTP/elsewhere",
    "ktadd HTTP/localhost",
  };
  const char *const create[]
      = { "kdb5_util", "create", "-s", "-r", KDC_REALM, "-P", "master", NULL };

  if (!run (create))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (queries); i++) {
    const char *const query[] = { "kadmin.local", "-r", KDC_REALM, "-q", queries[i], NULL };

    if (!run (query))
      return FALSE;
  }
  return TRUE;
}

static gboolean
is_ready (guint16 port)
{
  gint64 end = g_get_monotonic_time () + READY_S * G_USEC_PER_SEC;

  do {
    g_autoptr (GSocketClient) client = g_socket_client_new ();
    g_autoptr (GSocketConnection) connection
        = g_socket_client_connect_to_host (client, "127.0.0.1", port, NULL, NULL);

    if (connection != NULL)
      return TRUE;
    g_thread_yield ();
  } while (g_get_monotonic_time () < end);
  return FALSE;
}

Kdc *
kdc_new (char **why)
{
  Kdc *self;
  guint16 port = free_port ();
  g_autofree char *program = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (programs); i++) {
    g_autofree char *path = find_program (programs[i]);

    if (path == NULL) {
      *why = g_strdup_printf ("%s is not installed", programs[i]);
      return NULL;
    }
  }
  self = g_new0 (Kdc, 1);
  self->folder = g_dir_make_tmp ("listener-kdc-XXXXXX", NULL);
  configure (self, port);
  program = find_program ("krb5kdc");
  if (make_database ())
    self->process
        = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                            NULL, program, "-n", "-r", KDC_REALM, NULL);
  if (self->process != NULL && is_ready (port))
    return self;
  *why = g_strdup ("the KDC does not start");
  kdc_free (self);
  return NULL;
}

void
kdc_free (Kdc *self)
{
  GDir *dir;
  const char *name;

  if (self == NULL)
    return;
  if (self->process != NULL) {
    g_subprocess_force_exit (self->process);
    g_subprocess_wait (self->process, NULL, NULL);
    g_object_unref (self->process);
  }
  dir = g_dir_open (self->folder, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (self->folder, name, NULL);

    g_unlink (path);
  }
  g_clear_pointer (&dir, g_dir_close);
  g_rmdir (self->folder);
  g_free (self->folder);
  g_free (self);
}
