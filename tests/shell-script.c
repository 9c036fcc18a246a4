/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>

#include "tests/shell-fixture.h"

/* The file of --shell-script: what its rows do, and what is wrong with one. */

static char *
write_file (const char *folder, const char *name, const char *text, gssize length)
{
  char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents (path, text, length, NULL));
  return path;
}

static const char script[] = "# What this host says.\n"
                             "\n"
                             "command ipconfig /ALL\r\n"
                             "  # said by every one of them\r\n"
                             "  stdout Windows IP Configuration\r\n"
                             "  stdout\n"
                             "\t#not a step\n"
                             "\tstderr   two blanks stay\n"
                             "  exit -1\n"
                             "command net use *\n"
                             "  stdout first\n"
                             "  wait 1.5s\n"
                             "  stdout second\n"
                             "  wait 250ms\n"
                             "  exit 2\n"
                             "command sort\n"
                             "  read\n"
                             "  input stdout\n"
                             "  input stderr\n"
                             "command ask\n"
                             "  read line\n"
                             "  input stdout\n"
                             "  read line\n"
                             "  input stderr\n"
                             "command type x.bin\n"
                             "  stdout-file bytes\n"
                             "powershell *Get-VM -Name ?\n"
                             "  stdout it is off\n"
                             "command *\n"
                             "  stdout whatever\n";

static const struct {
  const char *sentence, *line, *input;
  gint64 wait; /* milliseconds */
  const char *out, *err;
  gint64 code;
} rows[] = {
  { "steps in their order, and letters' case does not count", "IPConfig /all", NULL, 0,
    "Windows IP Configuration\r\n\r\n", "  two blanks stay\r\n", -1 },
  { "before the time is over", "net use z:", NULL, 1499, "first\r\n", "", -1 },
  { "after the first wait", "net use z:", NULL, 1500, "first\r\nsecond\r\n", "", -1 },
  { "after the last wait", "net use z:", NULL, 1750, "first\r\nsecond\r\n", "", 2 },
  { "input as it came", "sort", "b\na", 0, "b\na", "b\na", 0 },
  { "input that has not ended", "sort", NULL, 0, "", "", -1 },
  { "input by lines, the last one without an end", "ask", "a\r\nb", 0, "a\r\n", "b", 0 },
  { "bytes of a file, whatever the code page", "type x.bin", NULL, 0, "\xff\x01\xe2", "", 0 },
  { "a script of PowerShell ($x=1; Get-VM -Name a)",
    "powershell -NoProfile -ec JAB4AD0AMQA7ACAARwBlAHQALQBWAE0AIAAtAE4AYQBtAGUAIABhAA==", NULL, 0,
    "it is off\r\n", "", 0 },
  { "a script of PowerShell in plain text",
    "powershell.exe -NoProfile -Command \"& { Get-VM -Name b }\"", NULL, 0, "whatever\r\n", "", 0 },
  { "a script of PowerShell without quotes", "PowerShell -c Get-VM -Name c", NULL, 0,
    "it is off\r\n", "", 0 },
  { "the first row that fits, after what cmd.exe would have said", "hostname", NULL, 0,
    "whatever\r\n", "", 0 },
};

static void
test_row (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autofree char *folder = g_dir_make_tmp ("shell-XXXXXX", NULL);
  g_autofree char *bytes = write_file (folder, "bytes", "\xff\x01\xe2", 3);
  g_autofree char *path = write_file (folder, "script", script, -1);
  g_autoptr (GError) error = NULL;
  g_autoptr (ShellScript) loaded = shell_script_load (path, &error);
  g_autoptr (ShellFixture) fixture = shell_fixture_new ();
  ShellCommand *command;
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;

  g_assert_no_error (error);
  shell_host_set_script (fixture->host, loaded);
  command = shell_fixture_run (shell_fixture_open (fixture), rows[i].line);
  if (rows[i].input != NULL) {
    g_autoptr (GBytes) input = g_bytes_new (rows[i].input, strlen (rows[i].input));

    g_assert_true (shell_command_send (command, "stdin", input, TRUE, &error));
  }
  shell_fixture_advance (fixture, rows[i].wait);
  out = shell_fixture_take (command, "stdout");
  err = shell_fixture_take (command, "stderr");
  g_assert_cmpstr (out, ==, rows[i].out);
  g_assert_cmpstr (err, ==, rows[i].err);
  g_assert_cmpint (shell_fixture_exit_code (command), ==, rows[i].code);
  g_unlink (path);
  g_unlink (bytes);
  g_rmdir (folder);
}

#define STEPS "there are stdout, stderr, stdout-file, stderr-file, wait, read, input, exit"

static const struct {
  const char *sentence, *text, *message;
} bad_rows[] = {
  { "a step before the first row", "# x\n  exit 0\n", "2: “exit” stands before the first row" },
  { "a word that is no row", "\ncmd x\n",
    "2: “cmd”: expected command or powershell and a pattern (steps are indented)" },
  { "a row without a pattern", "command  \n", "1: command: expected a pattern after it" },
  { "a step that there is not", "command x\n  print a\n", "2: “print” is no step; " STEPS },
  { "a time without a unit", "command x\n  wait 5\n",
    "2: wait “5”: expected a time such as 2s or 500ms, or forever" },
  { "a time that is none", "command x\n  wait s\n",
    "2: wait “s”: expected a time such as 2s or 500ms, or forever" },
  { "a time that is too long", "command x\n  wait 1e9s\n",
    "2: wait “1e9s”: expected 0 to 604800 seconds" },
  { "a time that goes back", "command x\n  wait -1s\n",
    "2: wait “-1s”: expected 0 to 604800 seconds" },
  { "an exit code that is no number", "command x\n  exit zero\n",
    "2: exit “zero”: expected a number from -2147483648 to 2147483647" },
  { "an exit code that is too large", "command x\n  exit 4294967296\n",
    "2: exit “4294967296”: expected a number from -2147483648 to 2147483647" },
  { "a read with something after it", "command x\n  read all\n",
    "2: read “all”: expected line, or nothing: to the end" },
  { "input to nowhere", "command x\n  input\n",
    "2: input “”: expected stdout or stderr, where what was read goes" },
  { "a file that is not there", "command x\n  stdout-file /does/not/exist\n",
    "2: stdout-file /does/not/exist: No such file or directory" },
  { "a file that is a folder", "command x\n  stderr-file /\n",
    "2: stderr-file /: expected a file, found a folder" },
  { "a file without end", "command x\n  stdout-file /dev/zero\n",
    "2: stdout-file /dev/zero: more than 67108864 bytes in the files of a script" },
  { "bytes that are no text", "command x\n  stdout \xff\n", "0: the file is not UTF-8 text" },
};

static void
test_bad_row (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autofree char *folder = g_dir_make_tmp ("shell-XXXXXX", NULL);
  g_autofree char *path = write_file (folder, "script", bad_rows[i].text, -1);
  g_autoptr (GError) error = NULL;
  g_autoptr (ShellScript) loaded = shell_script_load (path, &error);
  g_autofree char *message = g_strconcat (path, ":", bad_rows[i].message, NULL);

  g_assert_null (loaded);
  g_assert_error (error, SHELL_ERROR, SHELL_ERROR_SCRIPT);
  g_assert_cmpstr (error->message, ==, message);
  g_unlink (path);
  g_rmdir (folder);
}

/* More rows, and more steps in one, than anybody writes. */
static void
test_limits (void)
{
  static const struct {
    const char *begin, *again, *message;
  } limits[] = { { "", "command x\n", "more than 10000 rows" },
                 { "command x\n", " read\n", "more than 10000 steps in a row" } };
  g_autofree char *folder = g_dir_make_tmp ("shell-XXXXXX", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (limits); i++) {
    g_autoptr (GString) text = g_string_new (limits[i].begin);
    g_autofree char *path = NULL;
    g_autoptr (GError) error = NULL;

    for (guint j = 0; j < 10001; j++)
      g_string_append (text, limits[i].again);
    path = write_file (folder, "script", text->str, -1);
    g_assert_null (shell_script_load (path, &error));
    g_assert_error (error, SHELL_ERROR, SHELL_ERROR_SCRIPT);
    g_assert_nonnull (strstr (error->message, limits[i].message));
    g_unlink (path);
  }
  g_rmdir (folder);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strconcat ("/shell/script/", rows[i].sentence, NULL);

    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_row);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (bad_rows); i++) {
    g_autofree char *path = g_strconcat ("/shell/script/refuses/", bad_rows[i].sentence, NULL);

    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_bad_row);
  }
  g_test_add_func ("/shell/script/limits", test_limits);
  return g_test_run ();
}
