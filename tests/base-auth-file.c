/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* auth.conf line for line: what libvirt takes is taken, the rest is refused with file and line. */

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "client/base/hyperv-auth-file-private.h"
#include "client/base/hyperv-error.h"

#define FILE_MAX (1024 * 1024)
#define HEAD "[auth-hyperv-hv01]\ncredentials=c\n[credentials-c]\n"
#define SYNTAX "neither [group], name=value (without blanks around the name) nor # comment"
#define TOO_MANY "the file has more than 4096 groups and values"

typedef struct {
  char *folder;
  char *file;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  f->folder = g_dir_make_tmp ("hyperv-auth-XXXXXX", &error);
  g_assert_no_error (error);
  f->file = g_build_filename (f->folder, "auth.conf", NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_remove (f->file);
  g_rmdir (f->folder);
  g_free (f->file);
  g_free (f->folder);
}

static HypervAuthFile *
read_text (Fixture *f, const char *text, gssize length, GError **error)
{
  g_autoptr (GError) local = NULL;

  g_file_set_contents (f->file, text, length, &local);
  g_assert_no_error (local);
  return hyperv_auth_file_open (f->file, error);
}

typedef struct {
  const char *sentence;
  const char *text;
  const char *user;
  const char *password;
} Good;

static const Good good_rows[] = {
  { "user and password", HEAD "username=u\npassword=p\n", "u", "p" },
  { "no new line at the end", HEAD "username=u\npassword=p", "u", "p" },
  { "the user alone", HEAD "username=u\n", "u", NULL },
  { "neither", HEAD, NULL, NULL },
  { "an empty value", HEAD "username=\npassword=\n", "", "" },
  { "other names in the group", HEAD "realm=x\nusername=u\ncname=y\npassword=p\n", "u", "p" },
  { "names have case", HEAD "Username=u\nPASSWORD=p\n", NULL, NULL },
  { "blanks belong to a value", HEAD "username= u \npassword=\tp \n", " u ", "\tp " },
  { "no escapes", HEAD "username=DOM\\new\npassword=\\t\"%20\n", "DOM\\new", "\\t\"%20" },
  { "comment signs in a value", HEAD "username=u#1\npassword=;p#\n", "u#1", ";p#" },
  { "an equals sign in a value", HEAD "username=u\npassword=a=b\n", "u", "a=b" },
  { "bytes that are not UTF-8", HEAD "username=\344\npassword=\377\n", "\344", "\377" },
  { "carriage returns",
    "[auth-hyperv-hv01]\r\ncredentials=c\r\n[credentials-c]\r\nusername=u\r\n\r\n", "u", NULL },
  { "comments and blank lines", "# a\n;b\n\n \t\n" HEAD "#username=x\n;=\nusername=u\n", "u",
    NULL },
  { "blanks after a group", "[auth-hyperv-hv01] \t\ncredentials=c\n[credentials-c]\nusername=u\n",
    "u", NULL },
  { "credentials before the host",
    "[credentials-c]\nusername=u\n[auth-hyperv-hv01]\ncredentials=c\n", "u", NULL },
  { "credentials of two hosts",
    "[auth-hyperv-hv02]\ncredentials=c\n" HEAD "username=u\npassword=p\n", "u", "p" },
  { "another host", "[auth-hyperv-hv02]\ncredentials=none\n", NULL, NULL },
  { "another service", "[auth-esx-hv01]\ncredentials=none\n", NULL, NULL },
  { "a host in capitals", "[auth-hyperv-HV01]\ncredentials=c\n[credentials-c]\nusername=u\n", "u",
    NULL },
  { "the default", "[auth-hyperv-default]\ncredentials=c\n[credentials-c]\nusername=u\n", "u",
    NULL },
  { "the host before the default",
    "[auth-hyperv-default]\ncredentials=d\n[credentials-d]\nusername=x\n" HEAD "username=u\n", "u",
    NULL },
};

static void
test_good (Fixture *f, gconstpointer data)
{
  const Good *row = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HypervAuthFile) file = read_text (f, row->text, -1, &error);
  const char *user = NULL;
  const char *password = NULL;

  g_assert_no_error (error);
  g_assert_true (hyperv_auth_file_lookup (file, "hv01", &user, &password, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (user, ==, row->user);
  g_assert_cmpstr (password, ==, row->password);
  g_assert_cmpstr (hyperv_auth_file_get_path (file), ==, f->file);
}

/* Where the message is about a group, reading works and looking up does not. */
typedef struct {
  const char *sentence;
  const char *text;
  const char *message; /* after the name of the file */
} Bad;

static const Bad bad_rows[] = {
  { "a value before the first group", "username=x\n", ":1: a value before the first [group]" },
  { "a group without an end", "[a]\n[auth-hyperv-hv01\n",
    ":2: the name of a group has no \"]\" at its end" },
  { "text after a group", "[a] b\n", ":1: after the \"]\" of a group nothing may follow" },
  { "a group twice", "[a]\n\n[b]\n[a]\n", ":4: this group is in the file already" },
  { "a name twice", "[a]\nx=1\ny=2\nx=3\n", ":4: this name is in the group already" },
  { "a line without a name", "[a]\nmy password\n", ":2: " SYNTAX },
  { "a blank after a name", "[a]\nx =1\n", ":2: " SYNTAX },
  { "a blank before a name", "[a]\n x=1\n", ":2: " SYNTAX },
  { "an empty name", "[a]\n=1\n", ":2: " SYNTAX },
  { "a mark of byte order", "\357\273\277[a]\n", ":1: a value before the first [group]" },
  { "a group that names no credentials", "[auth-hyperv-hv01]\nuser=x\n",
    ": group [auth-hyperv-hv01] has no \"credentials=NAME\"" },
  { "credentials that are not there", "[auth-hyperv-hv01]\ncredentials=c\n",
    ": group [auth-hyperv-hv01] names credentials=c, but there is no group [credentials-c]" },
  { "credentials whose name is not UTF-8", "[auth-hyperv-hv01]\ncredentials=c\xff\n",
    ": group [auth-hyperv-hv01] names credentials=c\xef\xbf\xbd, but there is no group "
    "[credentials-c\xef\xbf\xbd]" },
  { "default credentials that are not there", "[auth-hyperv-default]\ncredentials=c\n",
    ": group [auth-hyperv-default] names credentials=c, but there is no group [credentials-c]" },
};

static void
check_refused (Fixture *f, const char *text, gssize length, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HypervAuthFile) file = read_text (f, text, length, &error);
  g_autofree char *message = g_strconcat (f->file, expected, NULL);
  const char *user;
  const char *password;

  if (file != NULL)
    g_assert_false (hyperv_auth_file_lookup (file, "hv01", &user, &password, &error));
  g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_INVALID_ARGUMENT);
  g_assert_cmpstr (error->message, ==, message);
}

static void
test_bad (Fixture *f, gconstpointer data)
{
  const Bad *row = data;

  check_refused (f, row->text, -1, row->message);
}

static void
test_nul (Fixture *f, gconstpointer data)
{
  check_refused (f, "[a]\nx=\0y\n", 9, ": byte 6 is NUL; this is not a text file");
}

static void
test_longest (Fixture *f, gconstpointer data)
{
  g_autofree char *comment = g_strnfill (FILE_MAX - strlen (HEAD), '#');
  g_autofree char *text = g_strconcat (HEAD, comment, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (HypervAuthFile) file = read_text (f, text, -1, &error);

  g_assert_no_error (error);
  g_assert_nonnull (file);
}

static void
test_too_long (Fixture *f, gconstpointer data)
{
  g_autofree char *text = g_strnfill (FILE_MAX + 1, '#');
  g_autofree char *message = g_strdup_printf ("authfile=%s: expected at most 1048576 bytes, found "
                                              "1048577; is it the file that was meant?",
                                              f->file);
  g_autoptr (GError) error = NULL;

  g_assert_null (read_text (f, text, -1, &error));
  g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_INVALID_ARGUMENT);
  g_assert_cmpstr (error->message, ==, message);
}

static void
test_endless (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (hyperv_auth_file_open ("/dev/zero", &error));
  g_assert_error (error, HYPERV_ERROR, HYPERV_ERROR_INVALID_ARGUMENT);
}

static char *
many_lines (const char *format, guint n)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++) {
    g_string_append_printf (text, format, i);
    g_string_append_c (text, '\n');
  }
  return g_string_free (text, FALSE);
}

static void
test_most_lines (Fixture *f, gconstpointer data)
{
  g_autofree char *text = many_lines ("[g%u]", 4096);
  g_autoptr (GError) error = NULL;
  g_autoptr (HypervAuthFile) file = read_text (f, text, -1, &error);

  g_assert_no_error (error);
  g_assert_nonnull (file);
}

static void
test_too_many_groups (Fixture *f, gconstpointer data)
{
  g_autofree char *text = many_lines ("[g%u]", 4097);

  check_refused (f, text, -1, ":4097: " TOO_MANY);
}

static void
test_too_many_values (Fixture *f, gconstpointer data)
{
  g_autofree char *values = many_lines ("x%u=", 4096);
  g_autofree char *text = g_strconcat ("[a]\n", values, NULL);

  check_refused (f, text, -1, ":4097: " TOO_MANY);
}

static void
test_absent (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *message = g_strdup_printf ("authfile=%s: No such file or directory", f->file);

  g_assert_null (hyperv_auth_file_open (f->file, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_cmpstr (error->message, ==, message);
}

static void
test_folder (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (hyperv_auth_file_open (f->folder, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY);
  g_assert_true (g_str_has_prefix (error->message, "authfile="));
  g_assert_nonnull (strstr (error->message, f->folder));
  g_assert_true (g_str_has_suffix (error->message, ": expected a file, found a folder"));
}

/* What the library wants to be seen is a structured message: kept in @text while a test asks. */
typedef struct {
  GString *text;
} Said;

static GLogWriterOutput
keep_said (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  Said *said = user_data;

  for (gsize i = 0; said->text != NULL && i < n_fields; i++)
    if (strcmp (fields[i].key, "MESSAGE") == 0)
      g_string_append_printf (said->text, "%s\n", (const char *)fields[i].value);
  return G_LOG_WRITER_HANDLED;
}

typedef struct {
  const char *sentence;
  const char *text;
  int mode;
  const char *said; /* after the name of the file; NULL: nothing */
} Mode;

#define WARNING " holds a password, and every user of this machine can read it; chmod o= "

static const Mode mode_rows[] = {
  { "readable by all, with a password", HEAD "password=p\n", 0644, WARNING },
  { "readable by all, without a password", HEAD "username=u\n", 0644, NULL },
  { "readable by a group", HEAD "password=p\n", 0640, NULL },
  { "private", HEAD "password=p\n", 0600, NULL },
};

static void
test_modes (Fixture *f, gconstpointer data)
{
  Said *said = (Said *)data;

  for (gsize i = 0; i < G_N_ELEMENTS (mode_rows); i++) {
    const Mode *row = &mode_rows[i];
    g_autoptr (GError) error = NULL;
    g_autoptr (HypervAuthFile) file = NULL;
    g_autofree char *expected
        = row->said != NULL ? g_strconcat (f->file, row->said, f->file, "\n", NULL) : g_strdup ("");

    g_test_message ("%s", row->sentence);
    g_file_set_contents_full (f->file, row->text, -1, G_FILE_SET_CONTENTS_NONE, row->mode, &error);
    g_assert_no_error (error);
    g_assert_cmpint (g_chmod (f->file, row->mode), ==, 0);
    said->text = g_string_new (NULL);
    file = hyperv_auth_file_open (f->file, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (said->text->str, ==, expected);
    g_string_free (g_steal_pointer (&said->text), TRUE);
  }
}

static void
test_winner (Fixture *f, gconstpointer data)
{
  Said *said = (Said *)data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HypervAuthFile) file = NULL;
  g_autofree char *expected = g_strdup_printf (
      "credentials come from HYPERV_AUTH_FILE=%s, which wins over the URI's authfile=/other\n",
      f->file);

  g_file_set_contents (f->file, "", -1, &error);
  g_assert_no_error (error);
  g_setenv ("HYPERV_AUTH_FILE", f->file, TRUE);
  said->text = g_string_new (NULL);
  file = hyperv_auth_file_open ("/other", &error);
  g_unsetenv ("HYPERV_AUTH_FILE");
  g_assert_no_error (error);
  g_assert_cmpstr (said->text->str, ==, expected);
  g_string_free (g_steal_pointer (&said->text), TRUE);
}

static const struct {
  const char *sentence;
  void (*test) (Fixture *, gconstpointer);
} stories[] = {
  { "a NUL byte is refused", test_nul },
  { "1 MiB is taken", test_longest },
  { "more than 1 MiB is refused", test_too_long },
  { "a file without an end is refused", test_endless },
  { "4096 groups and values are taken", test_most_lines },
  { "more than 4096 groups are refused", test_too_many_groups },
  { "more than 4096 values are refused", test_too_many_values },
  { "a file that is named must be there", test_absent },
  { "a folder is refused", test_folder },
};

static void
add (const char *topic, const char *sentence, gconstpointer row,
     void (*test) (Fixture *, gconstpointer))
{
  g_autofree char *path = g_strdup_printf ("/base/auth-file/%s%s", topic, sentence);

  g_test_add (path, Fixture, row, set_up, test, tear_down);
}

int
main (int argc, char *argv[])
{
  Said said = { NULL };

  g_unsetenv ("HYPERV_AUTH_FILE");
  g_unsetenv ("LIBVIRT_AUTH_FILE");
  g_test_init (&argc, &argv, NULL);
  g_log_set_writer_func (keep_said, &said, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (good_rows); i++)
    add ("takes/", good_rows[i].sentence, &good_rows[i], test_good);
  for (gsize i = 0; i < G_N_ELEMENTS (bad_rows); i++)
    add ("refuses/", bad_rows[i].sentence, &bad_rows[i], test_bad);
  for (gsize i = 0; i < G_N_ELEMENTS (stories); i++)
    add ("", stories[i].sentence, NULL, stories[i].test);
  add ("says/", "who can read a password", &said, test_modes);
  add ("says/", "which of two files is read", &said, test_winner);
  return g_test_run ();
}
