/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>

#include "simulator/control/control-private.h"

/* What was asked, and what a test says about it. */

#define DEFAULT_WAIT 10.0
#define MAX_WAIT 3600.0
/* A wait looks this often whether the door closes. */
#define SLICE_MS 200

/* ---- which entries ---- */

static const char *
get_text (JsonObject *match, const char *name)
{
  return json_object_get_string_member_with_default (match, name, NULL);
}

static gboolean
text_fits (const char *wanted, const char *found)
{
  return wanted == NULL || (found != NULL && g_ascii_strcasecmp (wanted, found) == 0);
}

static gboolean
selector_fits (const char *wanted, char **selectors)
{
  for (; wanted != NULL && selectors != NULL && *selectors != NULL; selectors++)
    if (g_ascii_strcasecmp (wanted, *selectors) == 0)
      return TRUE;
  return wanted == NULL;
}

static gboolean
fits (JsonObject *match, const HypervSimJournalEntry *entry)
{
  const struct {
    const char *name;
    const char *found;
  } texts[] = {
    { "operation", entry->operation }, { "class", entry->class_name }, { "method", entry->method },
    { "user", entry->user },           { "fault", entry->fault },      { "filter", entry->filter },
  };
  gboolean refused = entry->refusal != NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    if (!text_fits (get_text (match, texts[i].name), texts[i].found))
      return FALSE;
  if (json_object_has_member (match, "status")
      && json_object_get_int_member (match, "status") != entry->status)
    return FALSE;
  if (json_object_has_member (match, "after")
      && (guint64)json_object_get_int_member (match, "after") >= entry->number)
    return FALSE;
  return json_object_get_boolean_member_with_default (match, "refused", refused) == refused
         && selector_fits (get_text (match, "selector"), entry->selectors);
}

static GPtrArray *
find (const ControlCall *call, HypervSimHost *host)
{
  g_autoptr (GPtrArray) all = hyperv_sim_host_get_journal (host);
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify)hyperv_sim_journal_entry_free);

  for (guint i = 0; i < all->len; i++)
    if (fits (call->arguments, all->pdata[i]))
      g_ptr_array_add (found, hyperv_sim_journal_entry_copy (all->pdata[i]));
  return found;
}

/* ---- as JSON ---- */

static JsonNode *
describe (const HypervSimJournalEntry *entry)
{
  JsonObject *object = json_object_new ();
  JsonArray *selectors = json_array_new ();
  const struct {
    const char *name;
    const char *text;
  } texts[] = {
    { "operation", entry->operation }, { "class", entry->class_name },
    { "method", entry->method },       { "user", entry->user },
    { "fault", entry->fault },         { "refusal", entry->refusal },
    { "filter", entry->filter },
  };

  json_object_set_int_member (object, "number", (gint64)entry->number);
  json_object_set_int_member (object, "time_us", entry->time);
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    control_json_set_text (object, texts[i].name, texts[i].text);
  for (gsize i = 0; entry->selectors != NULL && entry->selectors[i] != NULL; i++)
    json_array_add_string_element (selectors, entry->selectors[i]);
  json_object_set_array_member (object, "selectors", selectors);
  json_object_set_int_member (object, "status", entry->status);
  json_object_set_int_member (object, "bytes_in", (gint64)entry->bytes_in);
  json_object_set_int_member (object, "bytes_out", (gint64)entry->bytes_out);
  json_object_set_int_member (object, "connection", (gint64)entry->connection);
  return control_json_take (object);
}

static JsonNode *
describe_count (guint n)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "count", n);
  return control_json_take (object);
}

JsonNode *
control_journal (ControlCall *call, GError **error)
{
  HypervSimHost *host = control_host (call, error);
  g_autoptr (GPtrArray) entries = NULL;
  JsonArray *array;
  guint first;

  if (host == NULL)
    return NULL;
  entries = find (call, host);
  first = entries->len - (guint)MIN (control_integer (call, "last", G_MAXINT32), entries->len);
  array = json_array_new ();
  for (guint i = first; i < entries->len; i++)
    json_array_add_element (array, describe (entries->pdata[i]));
  return control_json_take_array (array);
}

JsonNode *
control_journal_clear (ControlCall *call, GError **error)
{
  HypervSimHost *host = control_host (call, error);

  if (host == NULL)
    return NULL;
  hyperv_sim_host_clear_journal (host);
  return control_json_ok ();
}

/* ---- expectations ---- */

/* "Invoke RequestStateChange": what was looked for, for errors. */
static char *
describe_match (JsonObject *match)
{
  GString *text = g_string_new (NULL);

  for (const ControlArgument *row = control_match_arguments; row->name != NULL; row++) {
    g_autofree char *value = NULL;

    if (!json_object_has_member (match, row->name))
      continue;
    value = control_json_to_text (json_object_get_member (match, row->name));
    g_string_append_printf (text, "%s%s %s", text->len > 0 ? ", " : "", row->name, value);
  }
  if (text->len == 0)
    g_string_append (text, "any request");
  return g_string_free (text, FALSE);
}

static gboolean
get_wait (const ControlCall *call, guint *milliseconds, GError **error)
{
  double seconds = control_number (call, "seconds", DEFAULT_WAIT);

  if (isfinite (seconds) && seconds >= 0 && seconds <= MAX_WAIT) {
    *milliseconds = (guint)(seconds * 1000);
    return TRUE;
  }
  g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
               "seconds: expected 0 to %.0f, found %g", MAX_WAIT, seconds);
  return FALSE;
}

JsonNode *
control_journal_wait (ControlCall *call, GError **error)
{
  HypervSimHost *host = control_host (call, error);
  gint64 wanted = control_integer (call, "count", 1);
  g_autofree char *text = NULL;
  guint left, found;

  if (host == NULL || !get_wait (call, &left, error))
    return NULL;
  do {
    guint64 seen = hyperv_sim_host_get_n_requests (host);
    g_autoptr (GPtrArray) entries = find (call, host);
    guint slice = MIN (left, SLICE_MS);

    found = entries->len;
    if (found >= wanted)
      return describe_count (found);
    if (slice == 0 || g_cancellable_is_cancelled (call->cancellable))
      break;
    left -= slice - hyperv_sim_host_wait_request (host, seen, slice);
  } while (TRUE);
  text = describe_match (call->arguments);
  g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_EXPECTATION,
               "waited for %" G_GINT64_FORMAT " of %s, saw %u", wanted, text, found);
  return NULL;
}

JsonNode *
control_journal_expect (ControlCall *call, GError **error)
{
  HypervSimHost *host = control_host (call, error);
  g_autoptr (GPtrArray) entries = host != NULL ? find (call, host) : NULL;
  const struct {
    const char *name;
    const char *words;
    gboolean holds;
  } rows[] = {
    { "exactly", "exactly",
      entries != NULL && entries->len == control_integer (call, "exactly", 0) },
    { "at_least", "at least",
      entries != NULL && entries->len >= control_integer (call, "at_least", 0) },
    { "at_most", "at most",
      entries != NULL && entries->len <= control_integer (call, "at_most", 0) },
  };
  gboolean any = FALSE;

  if (entries == NULL)
    return NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *text = NULL;

    any = any || control_has (call, rows[i].name);
    if (!control_has (call, rows[i].name) || rows[i].holds)
      continue;
    text = describe_match (call->arguments);
    g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_EXPECTATION,
                 "expected %s %" G_GINT64_FORMAT " of %s, found %u", rows[i].words,
                 control_integer (call, rows[i].name, 0), text, entries->len);
    return NULL;
  }
  if (any)
    return describe_count (entries->len);
  g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
               "journal-expect needs exactly, at_least or at_most");
  return NULL;
}

JsonNode *
control_journal_order (ControlCall *call, GError **error)
{
  HypervSimHost *host = control_host (call, error);
  JsonArray *order = json_object_get_array_member (call->arguments, "order");
  g_autoptr (GPtrArray) entries = host != NULL ? hyperv_sim_host_get_journal (host) : NULL;
  guint next = 0;

  if (host == NULL)
    return NULL;
  for (guint i = 0; i < json_array_get_length (order); i++) {
    g_autofree char *path = g_strdup_printf ("order[%u]", i);

    if (!control_check_list (control_match_arguments, json_array_get_object_element (order, i),
                             "an entry", path, error))
      return NULL;
  }
  for (guint i = 0; i < entries->len && next < json_array_get_length (order); i++)
    if (fits (json_array_get_object_element (order, next), entries->pdata[i]))
      next++;
  if (next < json_array_get_length (order)) {
    g_autofree char *text = describe_match (json_array_get_object_element (order, next));

    g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_EXPECTATION,
                 "order[%u]: %s did not come%s", next, text, next > 0 ? " after the others" : "");
    return NULL;
  }
  return describe_count (next);
}

/* ---- left open ---- */

JsonNode *
control_leaks (ControlCall *call, GError **error)
{
  HypervSimHost *host = control_host (call, error);
  g_autoptr (GVariant) rows = host != NULL ? hyperv_sim_host_get_open (host) : NULL;

  return rows != NULL ? control_json_from_variant (rows) : NULL;
}

JsonNode *
control_leaks_expect_none (ControlCall *call, GError **error)
{
  HypervSimHost *host = control_host (call, error);
  g_autoptr (GVariant) rows = host != NULL ? hyperv_sim_host_get_open (host) : NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  for (gsize i = 0; rows != NULL && i < g_variant_n_children (rows); i++) {
    g_autoptr (GVariant) row = g_variant_get_child_value (rows, i);
    const char *kind = "", *what = "", *user = "";
    guint64 number = 0;

    g_variant_lookup (row, "kind", "&s", &kind);
    g_variant_lookup (row, "what", "&s", &what);
    g_variant_lookup (row, "user", "&s", &user);
    g_variant_lookup (row, "opened_by", "t", &number);
    g_string_append_printf (text, "%s%s of %s by %s (#%" G_GUINT64_FORMAT ")",
                            text->len > 0 ? ", " : "", kind, what, user, number);
  }
  if (rows == NULL)
    return NULL;
  if (text->len == 0)
    return control_json_ok ();
  g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_EXPECTATION, "left open: %s", text->str);
  return NULL;
}
