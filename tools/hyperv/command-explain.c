/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "tools/hyperv/codes.h"
#include "tools/hyperv/command.h"

/* hyperv explain CODE: what a number or a name of Windows means. A number may mean several things;
 * then all are told. */

static const struct {
  const char *family;
  const char *text;
} families[] = {
  { "wsman", "WS-Management (WSManFault Code)" },
  { "fault", "SOAP fault subcode" },
  { "wmi", "WMI" },
  { "win32", "Win32" },
  { "hresult", "HRESULT" },
  { "ntstatus", "NTSTATUS" },
  { "hyperv", "Hyper-V: return value of a method, or ErrorCode of a job" },
  { "http", "HTTP status" },
  { "kerberos", "Kerberos" },
};

static const char *
family_text (const char *family)
{
  for (gsize i = 0; i < G_N_ELEMENTS (families); i++)
    if (strcmp (families[i].family, family) == 0)
      return families[i].text;
  return family;
}

/* What the table leaves open is null. */
static void
add_text (JsonBuilder *builder, const char *name, const char *text)
{
  output_add_text (builder, name, text != NULL && *text != '\0' ? text : NULL);
}

static void
add_code (JsonBuilder *builder, const Code *code, guint32 value)
{
  g_autofree char *hex = code->has_value ? g_strdup_printf ("0x%08x", value) : NULL;

  json_builder_begin_object (builder);
  add_text (builder, "family", code->family);
  add_text (builder, "kind", family_text (code->family));
  json_builder_set_member_name (builder, "code");
  if (code->has_value)
    json_builder_add_int_value (builder, value);
  else
    json_builder_add_null_value (builder);
  add_text (builder, "hex", hex);
  add_text (builder, "name", code->name);
  add_text (builder, "fault", code->subcode);
  add_text (builder, "meaning", code->meaning);
  add_text (builder, "cause", code->cause);
  add_text (builder, "remedy", code->remedy);
  add_text (builder, "source", code->source);
  json_builder_end_object (builder);
}

/* Rows that go by the name @text, or are what a fault of that subcode may stand for. */
static gboolean
is_named (const Code *code, const char *text)
{
  if (*text == '\0')
    return FALSE; /* what many rows have instead of a subcode */
  return codes_has_name (code, text) || g_ascii_strcasecmp (code->subcode, text) == 0;
}

static void
set_unknown (const char *text, gboolean is_number, guint32 value, GError **error)
{
  static const struct {
    guint32 mask, bits;
    const char *whose;
  } ranges[] = {
    { 0xffff0000u, 0x80330000u, "it is in the range of WS-Management" },
    { 0xffff0000u, 0x80040000u, "it is in the range of WMI and COM" },
    { 0xffff0000u, 0x80070000u,
      "it is an HRESULT of Win32: on Windows, net helpmsg tells of its "
      "lower 16 bits" },
    { 0xf0000000u, 0xc0000000u, "it is in the range of NTSTATUS" },
    { 0xffff8000u, 0x00008000u, "it is in the range of Hyper-V's own return values" },
  };
  const char *hint = is_number ? "no table has it"
                               : "expected a number or a name such as "
                                 "w:AccessDenied or E_ACCESSDENIED";

  for (gsize i = 0; is_number && i < G_N_ELEMENTS (ranges); i++)
    if ((value & ranges[i].mask) == ranges[i].bits)
      hint = ranges[i].whose;
  g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_NOT_FOUND, "explain: “%s” is not known; %s", text,
               hint);
}

JsonNode *
command_explain (const Command *command, GError **error)
{
  const char *text = command->arguments[0];
  g_autoptr (GPtrArray) codes = codes_load ();
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  guint32 value = 0;
  gboolean is_number = codes_parse_number (text, &value);
  guint n = 0;

  json_builder_begin_array (builder);
  for (guint i = 0; i < codes->len; i++) {
    const Code *code = g_ptr_array_index (codes, i);

    if (is_number ? !codes_has_value (code, value) : !is_named (code, text))
      continue;
    add_code (builder, code, is_number ? value : code->value);
    n++;
  }
  json_builder_end_array (builder);
  if (n > 0)
    return json_builder_get_root (builder);
  set_unknown (text, is_number, value, error);
  return NULL;
}
