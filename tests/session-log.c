/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "client/session/session-private.h"

/* HYPERV_DEBUG=wire shows messages, but no secret in them. */

#define SECRET "geheim7"

static const struct {
  const char *sentence;
  const char *text;
  const char *kept; /* what must still be there */
} rows[] = {
  { "a parameter", "<p:AdminPassword>" SECRET "</p:AdminPassword><p:Name>a</p:Name>",
    "<p:AdminPassword>***</p:AdminPassword><p:Name>a</p:Name>" },
  { "a parameter whose element declares a namespace",
    "<Password xmlns=\"http://x/y\">" SECRET "</Password>", "***</Password>" },
  { "a name after a namespace with slashes",
    "<w:Selector xmlns:w=\"http://x/y\" Name=\"Password\">" SECRET "</w:Selector>",
    "***</w:Selector>" },
  { "a text in CDATA", "<p:Passphrase><![CDATA[" SECRET "]]></p:Passphrase>", "</p:Passphrase>" },
  { "a property of an instance in a string",
    "<p:Settings>&lt;INSTANCE&gt;&lt;PROPERTY NAME=\"StartPassword\" TYPE=\"string\"&gt;"
    "&lt;VALUE&gt;" SECRET "&lt;/VALUE&gt;&lt;/PROPERTY&gt;</p:Settings>",
    "***&lt;/VALUE&gt;&lt;/PROPERTY&gt;</p:Settings>" },
  { "a property of an instance in an instance in a string",
    "<p:Settings>&amp;lt;PROPERTY NAME=\"SharedSecret\"&amp;gt;&amp;lt;VALUE&amp;gt;" SECRET
    "&amp;lt;/VALUE&amp;gt;</p:Settings>",
    "***&amp;lt;/VALUE&amp;gt;" },
  { "a text that is cut off", "<p:Password>" SECRET, "<p:Password>***" },
};

static GString *shown;

static GLogWriterOutput
on_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  for (gsize i = 0; i < n_fields; i++)
    if (strcmp (fields[i].key, "MESSAGE") == 0)
      g_string_append (shown, fields[i].value);
  return G_LOG_WRITER_HANDLED;
}

static void
test_row (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);

  g_string_truncate (shown, 0);
  session_log ("request", rows[i].text, strlen (rows[i].text));
  g_assert_null (strstr (shown->str, SECRET));
  if (strstr (shown->str, rows[i].kept) == NULL)
    g_error ("\"%s\" is not in \"%s\"", rows[i].kept, shown->str);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  shown = g_string_new (NULL);
  g_log_set_writer_func (on_log, NULL, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strconcat ("/session/log/", rows[i].sentence, NULL);

    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_row);
  }
  status = g_test_run ();
  g_string_free (shown, TRUE);
  return status;
}
