/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/shell-fixture.h"

/* What cmd.exe knows without a script, and how it reads a line. */

#define UNKNOWN(word)                                                                              \
  "'" word "' is not recognized as an internal or external command,\r\n"                           \
  "operable program or batch file.\r\n"

static const struct {
  const char *sentence, *line, *out, *err;
  gint32 code;
} rows[] = {
  { "hostname", "hostname", "HV01\r\n", "", 0 },
  { "letters' case does not count", "HostName", "HV01\r\n", "", 0 },
  { "ver", "ver", "\r\nMicrosoft Windows [Version 10.0.17763]\r\n", "", 0 },
  { "whoami", "whoami", "hv01\\administrator\r\n", "", 0 },
  { "cd without a folder says where one is", "cd", "C:\\Users\\administrator\r\n", "", 0 },
  { "echo", "echo myline", "myline\r\n", "", 0 },
  { "echo keeps blanks", "echo  a  b ", " a  b \r\n", "", 0 },
  { "echo alone", "echo", "ECHO is on.\r\n", "", 0 },
  { "echo off says nothing", "echo off", "", "", 0 },
  { "echo. says an empty line", "echo.", "\r\n", "", 0 },
  { "a variable of the machine", "echo %COMPUTERNAME% %username%", "HV01 administrator\r\n", "",
    0 },
  { "a variable that is not there", "echo %NOPE% 100%", "%NOPE% 100%\r\n", "", 0 },
  { "a caret takes a sign's meaning", "echo a^&b", "a&b\r\n", "", 0 },
  { "quotes keep signs", "echo \"a & b\"", "\"a & b\"\r\n", "", 0 },
  { "exit", "exit 7", "", "", 7 },
  { "exit /b", "exit /b -3", "", "", -3 },
  { "exit without a number", "exit", "", "", 0 },
  { "nothing after exit", "exit 2 & echo no", "", "", 2 },
  { "one after the other", "echo a&hostname", "a\r\nHV01\r\n", "", 0 },
  { "an & at the end", "hostname & ", "HV01\r\n", "", 0 },
  { "&& after success", "hostname && echo yes", "HV01\r\nyes\r\n", "", 0 },
  { "&& after failure", "nope && echo no", "", UNKNOWN ("nope"), 1 },
  { "|| after success", "hostname || echo no", "HV01\r\n", "", 0 },
  { "|| after failure", "nope || echo yes", "yes\r\n", UNKNOWN ("nope"), 0 },
  { "cmd /c", "cmd /c echo a", "a\r\n", "", 0 },
  { "cmd /c in quotes, with other switches",
    "C:\\Windows\\System32\\cmd.exe /q /C \"echo a&exit 3\"", "a\r\n", "", 3 },
  { "cmd without /c", "cmd", "", UNKNOWN ("cmd"), 1 },
  { "an unknown command", "ipconfig /all", "", UNKNOWN ("ipconfig"), 1 },
  { "an unknown command in quotes", "\"C:\\Program Files\\x.exe\" -v", "",
    UNKNOWN ("C:\\Program Files\\x.exe"), 1 },
  { "a word that only begins like one", "hostnames", "", UNKNOWN ("hostnames"), 1 },
  { "a pipe, which nobody here does", "hostname | sort", "", UNKNOWN ("hostname"), 1 },
  { "a redirection, which nobody here does", "echo a > x", "", UNKNOWN ("echo"), 1 },
  { "powershell without a script", "powershell Get-VM", "", UNKNOWN ("powershell"), 1 },
  { "powershell with a script in base64 (Get-VM)", "powershell -encodedcommand RwBlAHQALQBWAE0A",
    "",
    UNKNOWN ("powershell") "(The simulated host runs no PowerShell. A row “powershell PATTERN” in "
                           "its shell script "
                           "can answer this one: Get-VM)\r\n",
    1 },
  { "powershell with what is no base64 of UTF-16", "powershell -enc RwBl", "",
    UNKNOWN ("powershell"), 1 },
};

static void
test_row (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (ShellFixture) fixture = shell_fixture_new ();
  ShellSettings settings
      = { .id = SHELL_ID, .user = "administrator", .client = "127.0.0.1", .code_page = 65001 };
  Shell *shell = shell_open (fixture->host, &settings, NULL);
  ShellCommand *command = shell_fixture_run (shell, rows[i].line);
  g_autofree char *out = shell_fixture_take (command, "stdout");
  g_autofree char *err = shell_fixture_take (command, "stderr");

  g_assert_cmpstr (out, ==, rows[i].out);
  g_assert_cmpstr (err, ==, rows[i].err);
  g_assert_cmpint (shell_fixture_exit_code (command), ==, rows[i].code);
}

/* A line that cmd.exe does not take, and one that goes deeper than anybody means. */
static void
test_limits (void)
{
  g_autoptr (ShellFixture) fixture = shell_fixture_new ();
  Shell *shell = shell_fixture_open (fixture);
  g_autofree char *blanks = g_strnfill (8192, 'a');
  g_autofree char *line = g_strconcat ("echo ", blanks, NULL);
  g_autoptr (GString) deep = g_string_new (NULL);
  ShellCommand *command = shell_fixture_run (shell, line);
  g_autofree char *err = shell_fixture_take (command, "stderr");
  g_autofree char *deep_err = NULL;

  g_assert_cmpstr (err, ==, "The command line is too long.\r\n");
  shell_command_signal (command, SHELL_SIGNAL_TERMINATE);
  for (guint i = 0; i < 17; i++)
    g_string_append (deep, "cmd /c ");
  g_string_append (deep, "echo a");
  command = shell_fixture_run (shell, deep->str);
  deep_err = shell_fixture_take (command, "stderr");
  g_assert_cmpstr (deep_err, ==, UNKNOWN ("cmd"));
}

/* Variables make a line longer than cmd.exe takes, and need not be few. */
static void
test_expanded (void)
{
  g_autofree char *value = g_strnfill (8000, 'v');
  g_autofree char *variable = g_strconcat ("V=", value, NULL);
  const char *const environment[] = { variable, NULL };
  g_autoptr (ShellFixture) fixture = shell_fixture_new ();
  ShellSettings settings = {
    .id = SHELL_ID, .user = "administrator", .client = "127.0.0.1", .environment = environment
  };
  Shell *shell = shell_open (fixture->host, &settings, NULL);
  ShellCommand *command = shell_fixture_run (shell, "echo %V%");
  g_autofree char *once = shell_fixture_take (command, "stdout");
  g_autofree char *twice = NULL;
  g_autofree char *err = NULL;

  g_assert_cmpuint (strlen (once), ==, 8002);
  shell_command_signal (command, SHELL_SIGNAL_TERMINATE);
  command = shell_fixture_run (shell, "echo %V%%V%");
  twice = shell_fixture_take (command, "stdout");
  err = shell_fixture_take (command, "stderr");
  g_assert_cmpstr (twice, ==, "");
  g_assert_cmpstr (err, ==, "The input line is too long.\r\n");
  g_assert_cmpint (shell_fixture_exit_code (command), ==, 1);
}

/* What the shell was opened with: variables, folder, code page. */
static void
test_settings (void)
{
  static const char *const environment[] = { "FOO=bar=1", "computername=OTHER", NULL };
  g_autoptr (ShellFixture) fixture = shell_fixture_new ();
  ShellSettings settings = { .id = SHELL_ID,
                             .user = "CONTOSO\\ops",
                             .client = "127.0.0.1",
                             .environment = environment,
                             .directory = "D:\\Grün",
                             .code_page = 437 };
  Shell *shell = shell_open (fixture->host, &settings, NULL);
  ShellCommand *command
      = shell_fixture_run (shell, "echo %foo% %COMPUTERNAME% %USERNAME% & cd & echo €");
  g_autofree char *out = shell_fixture_take (command, "stdout");

  g_assert_cmpstr (out, ==, "bar=1 OTHER ops \r\nD:\\Gr\x81n\r\n?\r\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strconcat ("/shell/commands/", rows[i].sentence, NULL);

    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_row);
  }
  g_test_add_func ("/shell/commands/limits", test_limits);
  g_test_add_func ("/shell/commands/expanded", test_expanded);
  g_test_add_func ("/shell/commands/settings", test_settings);
  return g_test_run ();
}
