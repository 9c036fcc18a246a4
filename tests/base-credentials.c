/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who logs in: auth.conf as libvirt reads it, where it is looked for, and the questions that are
 * asked. Each test runs in an environment of its own: no variables, a private folder, and an empty
 * file in the user's, so that the machine's is not reached. */

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "client/base/hyperv-credentials-private.h"
#include "client/base/hyperv-error.h"

#define HOST "hv01"
#define ALICE                                                                                      \
  "[auth-hyperv-hv01]\ncredentials=one\n[credentials-one]\nusername=alice\npassword=secret\n"

typedef struct {
  char *folder;
  char *file;      /* not there at first */
  char *user_file; /* empty */
} Fixture;

static void
write_file (const char *file, const char *text, gssize length)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents (file, text, length, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  f->folder = g_dir_make_tmp ("hyperv-auth-XXXXXX", &error);
  g_assert_no_error (error);
  f->file = g_build_filename (f->folder, "auth.conf", NULL);
  f->user_file = g_build_filename (g_get_user_config_dir (), "libvirt", "auth.conf", NULL);
  write_file (f->user_file, "", -1);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_unsetenv ("HYPERV_AUTH_FILE");
  g_unsetenv ("LIBVIRT_AUTH_FILE");
  g_remove (f->file);
  g_rmdir (f->folder);
  g_remove (f->user_file);
  g_free (f->user_file);
  g_free (f->file);
  g_free (f->folder);
}

/* Answers with what is in @user_data, one question after the other, and notes the questions. */
typedef struct {
  const char *user;
  const char *password;
  GString *asked;
} Answers;

static char *
answer (HypervCredentialsKind kind, const char *challenge, const char *user, gpointer user_data)
{
  Answers *answers = user_data;

  g_string_append_printf (answers->asked, "%s %s %s;",
                          kind == HYPERV_CREDENTIALS_USER ? "user" : "password", challenge, user);
  return g_strdup (kind == HYPERV_CREDENTIALS_USER ? answers->user : answers->password);
}

/* Rows: what the file says, what the URI says, who answers; and what comes of it. */
typedef struct {
  const char *sentence;
  const char *text; /* of the file; NULL: there is none */
  const char *uri_user;
  const char *answers[2]; /* user, password */
  const char *asked;      /* NULL: nobody is there to ask */
  const char *user;
  const char *password;
} Good;

static const Good good_rows[] = {
  { "the file says both", ALICE, NULL, { NULL, NULL }, NULL, "alice", "secret" },
  { "the URI's user and the file's password",
    ALICE,
    "Alice",
    { NULL, NULL },
    NULL,
    "Alice",
    "secret" },
  { "the default group serves other hosts",
    "[auth-hyperv-default]\ncredentials=d\n[credentials-d]\nusername=bob\npassword=pw\n",
    NULL,
    { NULL, NULL },
    NULL,
    "bob",
    "pw" },
  { "the host's group wins over the default",
    "[auth-hyperv-default]\ncredentials=d\n[credentials-d]\nusername=bob\npassword=pw\n" ALICE,
    NULL,
    { NULL, NULL },
    NULL,
    "alice",
    "secret" },
  { "host names have no case",
    "[auth-hyperv-HV01]\ncredentials=d\n[credentials-d]\nusername=bob\npassword=pw\n",
    NULL,
    { NULL, NULL },
    NULL,
    "bob",
    "pw" },
  { "other services do not matter",
    "[auth-libvirt-hv01]\ncredentials=x\n" ALICE "[auth-esx-hv01]\ncredentials=none\n",
    NULL,
    { NULL, NULL },
    NULL,
    "alice",
    "secret" },
  { "the file lacks the password, which is asked for",
    "[auth-hyperv-hv01]\ncredentials=c\n[credentials-c]\nusername=carol\n",
    NULL,
    { "x", "asked" },
    "password hv01 carol;",
    "carol",
    "asked" },
  { "the file lacks the user, which is asked for",
    "[auth-hyperv-hv01]\ncredentials=c\n[credentials-c]\npassword=pw\n",
    NULL,
    { "dave", "x" },
    "user hv01 administrator;",
    "dave",
    "pw" },
  { "both are asked for, the user first",
    NULL,
    NULL,
    { "dave", "asked" },
    "user hv01 administrator;password hv01 dave;",
    "dave",
    "asked" },
  { "an empty answer is the default user",
    NULL,
    NULL,
    { "", "asked" },
    "user hv01 administrator;password hv01 administrator;",
    "administrator",
    "asked" },
  { "only the password is asked for when the URI has a user",
    NULL,
    "erin",
    { "x", "asked" },
    "password hv01 erin;",
    "erin",
    "asked" },
  { "the file's password is for its own user only",
    ALICE,
    "erin",
    { "x", "asked" },
    "password hv01 erin;",
    "erin",
    "asked" },
  { "nobody is asked when the file says both", ALICE, NULL, { "x", "x" }, "", "alice", "secret" },
  { "a file without the host is as none",
    "[auth-hyperv-other]\ncredentials=c\n",
    NULL,
    { "dave", "asked" },
    "user hv01 administrator;password hv01 dave;",
    "dave",
    "asked" },
  { "an empty file is as none",
    "",
    NULL,
    { "dave", "asked" },
    "user hv01 administrator;password hv01 dave;",
    "dave",
    "asked" },
};

static void
test_good (Fixture *f, gconstpointer data)
{
  const Good *row = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) asked = g_string_new (NULL);
  Answers answers = { row->answers[0], row->answers[1], asked };
  g_autoptr (HypervCredentials) who = NULL;

  if (row->text != NULL) {
    write_file (f->file, row->text, -1);
    g_setenv ("HYPERV_AUTH_FILE", f->file, TRUE);
  }
  who = hyperv_credentials_find (HOST, row->uri_user, NULL, row->asked != NULL ? answer : NULL,
                                 &answers, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (hyperv_credentials_get_user (who), ==, row->user);
  g_assert_cmpstr (hyperv_credentials_get_password (who), ==, row->password);
  g_assert_cmpstr (asked->str, ==, row->asked != NULL ? row->asked : "");
}

typedef struct {
  const char *sentence;
  const char *text;
  const char *uri_user;
  const char *message; /* FILE stands for the name of the file */
} Bad;

#define WRITE(user)                                                                                \
  " Write into it, or into a file that HYPERV_AUTH_FILE names, the lines \"[auth-hyperv-hv01]\", " \
  "\"credentials=hv01\", \"[credentials-hv01]\", \"username=" user "\", \"password=...\""
#define NEED(user)                                                                                 \
  " The credentials that its group [auth-hyperv-hv01] names need the lines \"username=" user       \
  "\", "                                                                                           \
  "\"password=...\""

static const Bad bad_rows[] = {
  { "a file that cannot be read", "username=x\n", NULL,
    "FILE:1: a value before the first [group]" },
  { "credentials that are not there", "[auth-hyperv-hv01]\ncredentials=c\n", NULL,
    "FILE: group [auth-hyperv-hv01] names credentials=c, but there is no group [credentials-c]" },
  { "a password of another user, and nobody to ask", ALICE, "erin",
    "No password for host hv01, and nobody to ask. Looked at: FILE (it has the password of user "
    "alice only)." NEED ("erin") },
  { "no password, and nobody to ask",
    "[auth-hyperv-hv01]\ncredentials=c\n[credentials-c]\nusername=carol\n", NULL,
    "No password for host hv01, and nobody to ask. Looked at: FILE (it does not say it)." NEED (
        "carol") },
  { "no user, and nobody to ask", "", NULL,
    "No user name for host hv01, and nobody to ask. Looked at: FILE (it does not say it)." WRITE (
        "administrator") },
};

static void
test_bad (Fixture *f, gconstpointer data)
{
  const Bad *row = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) message = g_string_new (row->message);

  g_string_replace (message, "FILE", f->file, 1);
  write_file (f->file, row->text, -1);
  g_setenv ("HYPERV_AUTH_FILE", f->file, TRUE);
  g_assert_null (hyperv_credentials_find (HOST, row->uri_user, NULL, NULL, NULL, &error));
  g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_AUTH_FAILED);
  g_assert_cmpstr (error->message, ==, message->str);
}

static void
test_absent (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *message
      = g_strdup_printf ("HYPERV_AUTH_FILE=%s: No such file or directory", f->file);

  g_setenv ("HYPERV_AUTH_FILE", f->file, TRUE);
  g_assert_null (hyperv_credentials_find (HOST, NULL, NULL, answer, NULL, &error));
  g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_AUTH_FAILED);
  g_assert_cmpstr (error->message, ==, message);
}

/* The places, in order: each test of the chain writes two, and the one before the other wins. */

static char *
user_of (const char *auth_file)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HypervCredentials) who = NULL;

  who = hyperv_credentials_find (HOST, NULL, auth_file, NULL, NULL, &error);
  g_assert_no_error (error);
  return g_strdup (hyperv_credentials_get_user (who));
}

static char *
write_user (Fixture *f, const char *name)
{
  char *file = g_build_filename (f->folder, name, NULL);
  g_autofree char *text = g_strdup_printf ("[auth-hyperv-hv01]\ncredentials=c\n[credentials-c]\n"
                                           "username=%s\npassword=pw\n",
                                           name);

  write_file (file, text, -1);
  return file;
}

static void
test_places (Fixture *f, gconstpointer data)
{
  g_autofree char *ours = write_user (f, "ours");
  g_autofree char *libvirts = write_user (f, "libvirts");
  g_autofree char *named = write_user (f, "named");
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *third = NULL;

  g_setenv ("HYPERV_AUTH_FILE", ours, TRUE);
  g_setenv ("LIBVIRT_AUTH_FILE", libvirts, TRUE);
  first = user_of (named);
  g_setenv ("HYPERV_AUTH_FILE", "", TRUE); /* empty is as not set */
  second = user_of (named);
  g_unsetenv ("LIBVIRT_AUTH_FILE");
  third = user_of (named);
  g_assert_cmpstr (first, ==, "ours");
  g_assert_cmpstr (second, ==, "libvirts");
  g_assert_cmpstr (third, ==, "named");

  g_remove (ours);
  g_remove (libvirts);
  g_remove (named);
}

/* main() has set XDG_CONFIG_HOME to a folder of this run. */
static void
test_user_folder (Fixture *f, gconstpointer data)
{
  g_autofree char *user = NULL;

  write_file (f->user_file, ALICE, -1);
  user = user_of (NULL);
  g_assert_cmpstr (user, ==, "alice");
}

static void
check_answer_refused (const char *user, const char *asked, const char *message)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) questions = g_string_new (NULL);
  Answers answers = { user, NULL, questions };

  g_assert_null (hyperv_credentials_find (HOST, NULL, NULL, answer, &answers, &error));
  g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_AUTH_FAILED);
  g_assert_cmpstr (error->message, ==, message);
  g_assert_cmpstr (questions->str, ==, asked);
}

static void
test_refused_user (Fixture *f, gconstpointer data)
{
  check_answer_refused (NULL, "user hv01 administrator;",
                        "The user name for host hv01 was asked for and refused");
}

static void
test_refused_password (Fixture *f, gconstpointer data)
{
  check_answer_refused ("dave", "user hv01 administrator;password hv01 dave;",
                        "The password for host hv01 was asked for and refused");
}

static void
test_nobody (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *message = g_strdup_printf (
      "No password for host hv01, and nobody to ask. Looked at: %s (it does not say it)." WRITE (
          "erin"),
      f->user_file);

  g_assert_null (hyperv_credentials_find (HOST, "erin", NULL, NULL, NULL, &error));
  g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_AUTH_FAILED);
  g_assert_cmpstr (error->message, ==, message);
}

/* Whether this machine has an auth.conf of its own, no test can say. */
static void
test_no_file (Fixture *f, gconstpointer data)
{
  const char *system_file = "/etc/libvirt/auth.conf";
  gboolean there = g_access (system_file, R_OK) == 0;
  g_autoptr (GError) error = NULL;
  g_autofree char *where
      = there ? g_strdup_printf ("%s (it does not say it)", system_file)
              : g_strdup_printf ("%s (No such file or directory), %s (", f->user_file, system_file);

  g_remove (f->user_file);
  g_assert_null (hyperv_credentials_find ("no-such-host", "erin", NULL, NULL, NULL, &error));
  g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_AUTH_FAILED);
  g_assert_nonnull (strstr (error->message, where));
}

/* For a login that needs no password; but a file that does not serve is told all the same. */
static void
test_quiet (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HypervCredentials) nothing
      = hyperv_credentials_find_quietly (HOST, NULL, NULL, &error);
  g_autoptr (HypervCredentials) user = hyperv_credentials_find_quietly (HOST, "erin", NULL, &error);
  g_autoptr (HypervCredentials) both = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (hyperv_credentials_get_user (nothing), ==, "");
  g_assert_cmpstr (hyperv_credentials_get_password (nothing), ==, "");
  g_assert_cmpstr (hyperv_credentials_get_user (user), ==, "erin");

  write_file (f->file, ALICE, -1);
  both = hyperv_credentials_find_quietly (HOST, NULL, f->file, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (hyperv_credentials_get_password (both), ==, "secret");

  write_file (f->file, "username=x\n", -1);
  g_assert_null (hyperv_credentials_find_quietly (HOST, NULL, f->file, &error));
  g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_AUTH_FAILED);
}

static void
test_explicit (Fixture *f, gconstpointer data)
{
  g_autoptr (HypervCredentials) who = hyperv_credentials_new ("alice", "secret");
  g_autoptr (HypervCredentials) again = hyperv_credentials_ref (who);
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, HYPERV_TYPE_CREDENTIALS);
  g_value_set_boxed (&value, who);
  g_assert_true (again == who);
  g_assert_true (g_value_get_boxed (&value) == who);
  g_assert_cmpstr (hyperv_credentials_get_user (who), ==, "alice");
  g_assert_cmpstr (hyperv_credentials_get_password (who), ==, "secret");
}

static const struct {
  const char *path;
  void (*test) (Fixture *, gconstpointer);
} stories[] = {
  { "file/one that is named must be there", test_absent },
  { "places/ours, libvirt's, the URI's", test_places },
  { "places/the user's folder", test_user_folder },
  { "asks/the user refuses", test_refused_user },
  { "asks/the password is refused", test_refused_password },
  { "asks/nobody is there", test_nobody },
  { "asks/nobody is there, and no file", test_no_file },
  { "asks/nobody, for a login without a password", test_quiet },
  { "given/kept and counted", test_explicit },
};

static void
add (const char *topic, const char *sentence, gconstpointer row,
     void (*test) (Fixture *, gconstpointer))
{
  g_autofree char *path = g_strdup_printf ("/base/credentials/%s%s", topic, sentence);

  g_test_add (path, Fixture, row, set_up, test, tear_down);
}

int
main (int argc, char *argv[])
{
  g_autofree char *config = g_dir_make_tmp ("hyperv-config-XXXXXX", NULL);
  g_autofree char *libvirt = g_build_filename (config, "libvirt", NULL);
  int status;

  g_unsetenv ("HYPERV_AUTH_FILE");
  g_unsetenv ("LIBVIRT_AUTH_FILE");
  g_setenv ("XDG_CONFIG_HOME", config, TRUE);
  g_assert_cmpint (g_mkdir (libvirt, 0700), ==, 0);
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (good_rows); i++)
    add ("finds/", good_rows[i].sentence, &good_rows[i], test_good);
  for (gsize i = 0; i < G_N_ELEMENTS (bad_rows); i++)
    add ("refuses/", bad_rows[i].sentence, &bad_rows[i], test_bad);
  for (gsize i = 0; i < G_N_ELEMENTS (stories); i++)
    add ("", stories[i].path, NULL, stories[i].test);
  status = g_test_run ();
  g_rmdir (libvirt);
  g_rmdir (config);
  return status;
}
