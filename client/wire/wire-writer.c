/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/wire/wire-writer.h"

#include <string.h>

#include "client/wire/wire-names.h"
#include "client/wire/wire-verbs.h"

void
wire_writer_init (WireWriter *self)
{
  self->out = g_string_sized_new (2048);
  self->error = NULL;
}

void
wire_writer_clear (WireWriter *self)
{
  if (self->out != NULL)
    g_string_free (self->out, TRUE);
  self->out = NULL;
  g_clear_error (&self->error);
}

void
wire_writer_fail (WireWriter *self, const char *format, ...)
{
  va_list args;

  if (self->error != NULL)
    return;
  va_start (args, format);
  self->error = g_error_new_valist (HYPERV_ERROR, HYPERV_ERROR_INVALID_ARGUMENT, format, args);
  va_end (args);
}

void
wire_writer_markup (WireWriter *self, const char *markup)
{
  g_string_append (self->out, markup);
}

/* Line ends and tabs would not survive as they are: XML makes a line feed of a carriage return, and
 * a space of either in an attribute. */
static void
append_escaped (WireWriter *self, const char *text, gsize length, gboolean attribute)
{
  const char *end = text + length;
  const char *run = text;

  for (const char *p = text; p < end; p++) {
    const char *replacement = NULL;

    if (*p == '&')
      replacement = "&amp;";
    else if (*p == '<')
      replacement = "&lt;";
    else if (*p == '>')
      replacement = "&gt;";
    else if (*p == '\r')
      replacement = "&#13;";
    else if (attribute && *p == '"')
      replacement = "&quot;";
    else if (attribute && *p == '\n')
      replacement = "&#10;";
    else if (attribute && *p == '\t')
      replacement = "&#9;";
    if (replacement == NULL)
      continue;
    g_string_append_len (self->out, run, p - run);
    g_string_append (self->out, replacement);
    run = p + 1;
  }
  g_string_append_len (self->out, run, end - run);
}

static gboolean
check_text (WireWriter *self, const char *text, const char *argument)
{
  if (!g_utf8_validate (text, -1, NULL)) {
    wire_writer_fail (self, "%s is not UTF-8", argument);
    return FALSE;
  }
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0xfffe || c == 0xffff) {
      wire_writer_fail (self,
                        "%s holds the character U+%04X (at byte %" G_GSIZE_FORMAT
                        "), which XML cannot carry",
                        argument, c, (gsize)(p - text));
      return FALSE;
    }
  }
  return TRUE;
}

void
wire_writer_text (WireWriter *self, const char *text, const char *argument)
{
  if (check_text (self, text, argument))
    append_escaped (self, text, strlen (text), FALSE);
}

void
wire_writer_element (WireWriter *self, const char *tag, const char *attributes, const char *text,
                     const char *argument)
{
  g_string_append_printf (self->out, "<%s%s>", tag, attributes != NULL ? attributes : "");
  wire_writer_text (self, text, argument);
  g_string_append_printf (self->out, "</%s>", tag);
}

void
wire_writer_attribute (WireWriter *self, const char *name, const char *value, const char *argument)
{
  if (!check_text (self, value, argument))
    return;
  g_string_append_printf (self->out, " %s=\"", name);
  append_escaped (self, value, strlen (value), TRUE);
  g_string_append_c (self->out, '"');
}

/* CIM's names (DSP0004) that are also names of elements. */
static gboolean
is_name (const char *name)
{
  if (!g_ascii_isalpha (name[0]) && name[0] != '_')
    return FALSE;
  for (const char *p = name; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && *p != '_')
      return FALSE;
  return TRUE;
}

void
wire_writer_open (WireWriter *self, const char *name, const char *attributes)
{
  if (!is_name (name)) {
    g_autofree char *shown = g_strescape (name, NULL);

    wire_writer_fail (self, "“%s” is not a name: letters, digits and underscores are", shown);
  }
  g_string_append_printf (self->out, "<p:%s%s>", name, attributes != NULL ? attributes : "");
}

void
wire_writer_close (WireWriter *self, const char *name)
{
  g_string_append_printf (self->out, "</p:%s>", name);
}

void
wire_writer_selectors (WireWriter *self, const HypervCimPath *path)
{
  guint n = hyperv_cim_path_get_n_keys (path);

  if (n == 0)
    return;
  wire_writer_markup (self, "<w:SelectorSet>");
  for (guint i = 0; i < n; i++) {
    const char *name = hyperv_cim_path_get_key_name (path, i);
    const HypervCimPath *reference = hyperv_cim_path_get_key_reference (path, i);

    wire_writer_markup (self, "<w:Selector");
    wire_writer_attribute (self, "Name", name, "the name of a key");
    wire_writer_markup (self, ">");
    if (reference != NULL) {
      wire_writer_markup (self, "<a:EndpointReference>");
      wire_writer_reference (self, reference, name);
      wire_writer_markup (self, "</a:EndpointReference>");
    } else {
      wire_writer_text (self, hyperv_cim_path_get_key_value (path, i), name);
    }
    wire_writer_markup (self, "</w:Selector>");
  }
  wire_writer_markup (self, "</w:SelectorSet>");
}

/* As Windows writes references: Address and ReferenceParameters straight inside the parameter. */
void
wire_writer_reference (WireWriter *self, const HypervCimPath *path, const char *argument)
{
  g_autofree char *uri = wire_class_uri (hyperv_cim_path_get_namespace (path),
                                         hyperv_cim_path_get_class_name (path));

  wire_writer_element (self, "a:Address", NULL, WIRE_ANONYMOUS, argument);
  wire_writer_markup (self, "<a:ReferenceParameters>");
  wire_writer_element (self, "w:ResourceURI", NULL, uri, argument);
  wire_writer_selectors (self, path);
  wire_writer_markup (self, "</a:ReferenceParameters>");
}
