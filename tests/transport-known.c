/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "client/transport/transport-tls.h"
#include "tests/transport-fixture.h"

/* The known-hosts file: whom it knows, whom it does not, and who is entered. */

#define FINE "HTTP/1.1 200 \r\nContent-Length: 4\r\n\r\nfine"
#define ZEROES "0000000000000000000000000000000000000000000000000000000000000000"

/* %W is the host's place, %F its fingerprint. */
typedef struct {
  const char *sentence;
  const char *before; /* the file; NULL: there is none */
  gboolean accept_new;
  gboolean has_ca;
  gboolean other_name;     /* the certificate is for another host */
  const char *messages[3]; /* none: fine */
  const char *after;       /* NULL: the same */
} Row;

static const Row rows[] = {
  { "a known host needs no authority", "%W sha256:%F\n", FALSE, FALSE, TRUE, { 0 }, NULL },
  { "comments and other hosts",
    "# a comment\n\nother:5986 sha256:" ZEROES "\n%W\tsha256:%F\n",
    FALSE,
    FALSE,
    FALSE,
    { 0 },
    NULL },
  { "a last line without an end", "%W sha256:%F", FALSE, FALSE, FALSE, { 0 }, NULL },
  { "a host that changed",
    "%W sha256:" ZEROES "\n",
    FALSE,
    TRUE,
    FALSE,
    { "is not the one that is known from before", "expected sha256:" ZEROES, "line 1" },
    NULL },
  { "a host that changed is not entered either",
    "%W sha256:" ZEROES "\n",
    TRUE,
    FALSE,
    FALSE,
    { "is not the one that is known from before", "Somebody may be in between" },
    NULL },
  { "a new host is judged by its chain", "", FALSE, TRUE, FALSE, { 0 }, NULL },
  { "a new host without an authority",
    "",
    FALSE,
    FALSE,
    FALSE,
    { "is not trusted: its issuer is not among", "accept_new=1 enters it", "pin=sha256:" },
    NULL },
  { "a new host is entered when that is asked for",
    NULL,
    TRUE,
    FALSE,
    TRUE,
    { 0 },
    "%W sha256:%F\n" },
  { "after a line without an end",
    "other:1 sha256:" ZEROES,
    TRUE,
    FALSE,
    FALSE,
    { 0 },
    "other:1 sha256:" ZEROES "\n%W sha256:%F\n" },
  { "a new host whose chain is fine is not entered", NULL, TRUE, TRUE, FALSE, { 0 }, NULL },
  { "an entry that is not UTF-8",
    "%W sha\xff\n",
    TRUE,
    FALSE,
    FALSE,
    { "expected sha\xef\xbf\xbd (" },
    NULL },
  { "a line that is none",
    "what\n",
    TRUE,
    FALSE,
    FALSE,
    { "line 1: expected HOST:PORT sha256:HEX, found one word" },
    NULL },
};

static char *
expand (const char *text, const char *where, const char *fingerprint)
{
  GString *out = g_string_new (text);

  g_string_replace (out, "%W", where, 0);
  g_string_replace (out, "%F", fingerprint, 0);
  return g_string_free (out, FALSE);
}

static void
set_trust (TransportConfig *config, gpointer data)
{
  config->https = TRUE;
  config->trust = data;
}

static void
check_file (const char *file, const char *expected)
{
  g_autofree char *text = NULL;

  g_file_get_contents (file, &text, NULL, NULL);
  g_assert_cmpstr (text, ==, expected);
}

static void
run_row (const Row *row, const char *file, Identity *identity, Server *server)
{
  const char *fingerprint = identity_get_fingerprint (identity);
  g_autofree char *where = g_strdup_printf ("127.0.0.1:%u", server_get_port (server));
  g_autofree char *before = row->before != NULL ? expand (row->before, where, fingerprint) : NULL;
  g_autofree char *after = row->after != NULL ? expand (row->after, where, fingerprint) : NULL;
  g_autoptr (HypervTrust) plain
      = hyperv_trust_new (row->has_ca ? identity_get_file (identity) : NULL, NULL, FALSE, NULL);
  g_autoptr (HypervTrust) trust
      = hyperv_trust_with_known_hosts (plain, file, row->accept_new, NULL);
  g_autoptr (Transport) channel = channel_new (server, set_trust, trust);
  g_auto (Outcome) outcome = { 0 };

  if (before != NULL)
    g_assert_true (g_file_set_contents (file, before, -1, NULL));
  outcome_run (&outcome, channel, "hello");
  check_file (file, after != NULL ? after : before);
  if (row->messages[0] == NULL) {
    g_assert_no_error (outcome.error);
    g_assert_true (transport_is_verified (channel));
    return;
  }
  g_assert_error (outcome.error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE);
  g_assert_cmpint (outcome.sent, ==, TRANSPORT_SENT_NO);
  for (gsize i = 0; i < G_N_ELEMENTS (row->messages) && row->messages[i] != NULL; i++)
    assert_contains (outcome.error->message, row->messages[i]);
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  const IdentitySpec spec = { "host", row->other_name ? "DNS:elsewhere" : "IP:127.0.0.1", -1, 1 };
  const Turn turns[MAX_TURNS] = { TURN (FINE, THEN_KEEP) };
  g_autoptr (Identity) identity = identity_new (&spec, NULL);
  g_autoptr (Server) server = server_new (turns, identity_get_tls (identity), NULL);
  g_autofree char *folder = g_dir_make_tmp ("known-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (folder, "known_hosts", NULL);

  run_row (row, file, identity, server);
  g_unlink (file);
  g_rmdir (folder);
}

/* An entry after the NUL would not be found, and any certificate entered anew each time. */
static void
test_nul (void)
{
  static const char text[] = "# a\0\nother:1 sha256:" ZEROES "\n";
  g_autofree char *folder = g_dir_make_tmp ("known-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (folder, "known_hosts", NULL);
  g_autoptr (HypervTrust) plain = hyperv_trust_new (NULL, NULL, FALSE, NULL);
  g_autoptr (HypervTrust) trust = hyperv_trust_with_known_hosts (plain, file, TRUE, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (file, text, sizeof text - 1, NULL));
  g_assert_cmpint (transport_known_look (trust, "h:1", ZEROES, &error), ==, TRANSPORT_KNOWN_ERROR);
  g_assert_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE);
  assert_contains (error->message, "it has a NUL in it");
  g_unlink (file);
  g_rmdir (folder);
}

static void
test_long (void)
{
  g_autofree char *folder = g_dir_make_tmp ("known-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (folder, "known_hosts", NULL);
  g_autofree char *text = g_strnfill (1024 * 1024 + 1, '#');
  g_autoptr (HypervTrust) plain = hyperv_trust_new (NULL, NULL, FALSE, NULL);
  g_autoptr (HypervTrust) trust = hyperv_trust_with_known_hosts (plain, file, TRUE, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (file, text, -1, NULL));
  g_assert_cmpint (transport_known_look (trust, "h:1", ZEROES, &error), ==, TRANSPORT_KNOWN_ERROR);
  assert_contains (error->message, "it is longer than 1 MiB");
  g_unlink (file);
  g_rmdir (folder);
}

static void
test_cannot_write (void)
{
  const IdentitySpec spec = { "host", "IP:127.0.0.1", -1, 1 };
  const Turn turns[MAX_TURNS] = { TURN (FINE, THEN_KEEP) };
  g_autoptr (Identity) identity = identity_new (&spec, NULL);
  g_autoptr (Server) server = server_new (turns, identity_get_tls (identity), NULL);
  g_autoptr (HypervTrust) plain = hyperv_trust_new (NULL, NULL, FALSE, NULL);
  g_autoptr (HypervTrust) trust
      = hyperv_trust_with_known_hosts (plain, "/nonexistent/known_hosts", TRUE, NULL);
  g_autoptr (Transport) channel = channel_new (server, set_trust, trust);
  g_auto (Outcome) outcome = { 0 };

  outcome_run (&outcome, channel, "hello");
  g_assert_error (outcome.error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE);
  assert_contains (outcome.error->message, "known_hosts=/nonexistent/known_hosts: ");
}

/* Two that see a host for the first time at once: the second enters nothing. */
static void
test_race (void)
{
  g_autofree char *folder = g_dir_make_tmp ("known-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (folder, "known_hosts", NULL);
  g_autofree char *other = g_strnfill (64, 'f');
  g_autoptr (HypervTrust) plain = hyperv_trust_new (NULL, NULL, FALSE, NULL);
  g_autoptr (HypervTrust) trust = hyperv_trust_with_known_hosts (plain, file, TRUE, NULL);
  g_autoptr (GError) error = NULL;
  GStatBuf status = { 0 };

  g_assert_true (transport_known_add (trust, "h:1", ZEROES, &error));
  g_assert_true (transport_known_add (trust, "h:1", ZEROES, &error));
  g_assert_false (transport_known_add (trust, "h:1", other, &error));
  g_assert_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE);
  assert_contains (error->message, "is not the one that is known from before");
  check_file (file, "h:1 sha256:" ZEROES "\n");
  g_assert_cmpint (g_stat (file, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 0777, ==, 0600);
  g_unlink (file);
  g_rmdir (folder);
}

/* Half a line would be taken for another certificate of that host. */
static void
test_full_disk (void)
{
  static const char text[] = "other:1 sha256:" ZEROES "\n";
  const struct rlimit small = { sizeof text + 20, RLIM_INFINITY };
  const struct rlimit none = { RLIM_INFINITY, RLIM_INFINITY };
  g_autofree char *folder = g_dir_make_tmp ("known-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (folder, "known_hosts", NULL);
  g_autoptr (HypervTrust) plain = hyperv_trust_new (NULL, NULL, FALSE, NULL);
  g_autoptr (HypervTrust) trust = hyperv_trust_with_known_hosts (plain, file, TRUE, NULL);
  g_autoptr (GError) error = NULL;
  gboolean added;

  g_assert_true (g_file_set_contents (file, text, -1, NULL));
  signal (SIGXFSZ, SIG_IGN);
  setrlimit (RLIMIT_FSIZE, &small);
  added = transport_known_add (trust, "h:1", ZEROES, &error);
  setrlimit (RLIMIT_FSIZE, &none);
  g_assert_false (added);
  g_assert_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE);
  assert_contains (error->message, "known_hosts=");
  assert_contains (error->message, "File too large");
  check_file (file, text);
  g_unlink (file);
  g_rmdir (folder);
}

static void
test_no_file (void)
{
  g_autoptr (HypervTrust) plain = hyperv_trust_new (NULL, NULL, FALSE, NULL);
  g_autoptr (HypervTrust) trust = hyperv_trust_with_known_hosts (plain, "/dev/zero", TRUE, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (transport_known_look (trust, "h:1", ZEROES, &error), ==, TRANSPORT_KNOWN_ERROR);
  assert_contains (error->message, "known_hosts=/dev/zero: it is not a file");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strconcat ("/transport/known/", rows[i].sentence, NULL);

    g_test_add_data_func (path, &rows[i], test_row);
  }
  g_test_add_func ("/transport/known/two at once", test_race);
  g_test_add_func ("/transport/known/a disk that is full", test_full_disk);
  g_test_add_func ("/transport/known/what is no file", test_no_file);
  g_test_add_func ("/transport/known/a file of more than 1 MiB", test_long);
  g_test_add_func ("/transport/known/a file with a NUL", test_nul);
  g_test_add_func ("/transport/known/a file that cannot be written", test_cannot_write);
  return g_test_run ();
}
