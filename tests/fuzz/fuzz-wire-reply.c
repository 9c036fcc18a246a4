/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "client/wire/wire.h"

/* A reply as it arrives, in one piece and in many: what is said of it must not depend on that. */

static const struct {
  const char *word;
  WireVerb verb;
} verbs[] = {
  { "PullResponse", WIRE_PULL },         { "EnumerateResponse", WIRE_ENUMERATE },
  { "ReleaseResponse", WIRE_RELEASE },   { "GetResponse", WIRE_GET },
  { "IdentifyResponse", WIRE_IDENTIFY }, { "_OUTPUT", WIRE_INVOKE },
};

static WireVerb
find_verb (const guint8 *data, gsize size)
{
  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (memmem (data, size, verbs[i].word, strlen (verbs[i].word)) != NULL)
      return verbs[i].verb;
  return (WireVerb)(size % (WIRE_INVOKE + 1));
}

static void
note_instance (GString *out, const HypervCimInstance *instance, guint depth)
{
  guint n = instance != NULL ? hyperv_cim_instance_get_n_properties (instance) : 0;

  for (guint i = 0; i < n; i++) {
    HypervCimProperty property;

    hyperv_cim_instance_peek (instance, i, &property);
    g_string_append_printf (out, "%s %d %u;", property.name, property.type, property.n_items);
    for (guint j = 0; j < property.n_items; j++) {
      if (property.type == HYPERV_CIM_TYPE_TEXT)
        g_string_append (out, property.items[j].s);
      else if (property.type == HYPERV_CIM_TYPE_INSTANCE && depth < 64)
        note_instance (out, property.items[j].instance, depth + 1);
      else if (property.type == HYPERV_CIM_TYPE_REFERENCE)
        g_string_append (out, hyperv_cim_path_get_class_name (property.items[j].path));
    }
  }
}

static gboolean
take_item (HypervCimInstance *item, gpointer user_data, GError **error)
{
  note_instance (user_data, item, 0);
  return TRUE;
}

static char *
read_in_steps (const char *data, gsize size, gsize step)
{
  GString *out = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (WireReply) reply = wire_reply_new (find_verb ((const guint8 *)data, size),
                                                "root/virtualization/v2", "Asked", take_item, out);
  const WireReplyInfo *info = wire_reply_get_info (reply);
  gboolean ok = TRUE;

  for (gsize at = 0; ok && at < size; at += step)
    ok = wire_reply_push (reply, data + at, MIN (step, size - at), &error);
  ok = ok && wire_reply_end (reply, &error);
  fuzz_check (ok, error);
  if (ok) {
    note_instance (out, info->result, 0);
    g_string_append_printf (out, "%s %d %u %s", info->context, info->end_of_sequence, info->n_items,
                            info->fault != NULL ? info->fault->message : "");
  }
  g_string_append (out, ok ? "" : " refused");
  return g_string_free (out, FALSE);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *whole = read_in_steps ((const char *)data, size, MAX (size, 1));
  g_autofree char *pieces = read_in_steps ((const char *)data, size, 1 + size % 61);

  if (!g_str_has_suffix (whole, " refused"))
    g_assert_cmpstr (whole, ==, pieces);
  else
    g_assert_true (g_str_has_suffix (pieces, " refused"));
  return 0;
}
