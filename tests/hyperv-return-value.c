/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/hyperv/hyperv-job-private.h"

#include <string.h>

#include "client/base/hyperv-error.h"

/* What the return values of Hyper-V's methods mean. The judge is fixtures/codes.tsv, family
 * `hyperv`, whose names are those of the value maps: the client knows each of them by that name,
 * and no number besides; and what a caller can do follows from the words of the name. */

#define UNKNOWN "the host does not say why"
#define N_VALUES 65536u /* of value maps: the rest is not there */

enum { FAMILY, VALUE, NAME };

static const struct {
  const char *word;
  HypervError code;
} words[] = {
  { "denied", HYPERV_ERROR_ACCESS_DENIED },
  { "not supported", HYPERV_ERROR_NOT_SUPPORTED },
  { "not compatible", HYPERV_ERROR_NOT_SUPPORTED },
  { "timeout", HYPERV_ERROR_TIMED_OUT },
  { "invalid state", HYPERV_ERROR_INVALID_STATE },
  { "not available", HYPERV_ERROR_INVALID_STATE },
  { "parameter", HYPERV_ERROR_INVALID_ARGUMENT },
  { "data type", HYPERV_ERROR_INVALID_ARGUMENT },
  { "in use", HYPERV_ERROR_BUSY },
  { "busy", HYPERV_ERROR_BUSY },
  { "not ready", HYPERV_ERROR_BUSY },
  { "memory", HYPERV_ERROR_QUOTA },
  { "not found", HYPERV_ERROR_NOT_FOUND },
  { "exists", HYPERV_ERROR_ALREADY_EXISTS },
};

static HypervError
code_of_name (const char *name)
{
  g_autofree char *lower = g_ascii_strdown (name, -1);

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++) {
    if (strstr (lower, words[i].word) != NULL)
      return words[i].code;
  }
  return HYPERV_ERROR_OPERATION_FAILED;
}

/* value -> name; without the two that are no failures. */
static GHashTable *
load (void)
{
  GHashTable *names = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) lines = NULL;

  g_file_get_contents (SOURCE_DIR "/fixtures/codes.tsv", &text, NULL, &error);
  g_assert_no_error (error);
  lines = g_strsplit (text, "\n", -1);
  for (gsize i = 0; lines[i] != NULL; i++) {
    g_auto (GStrv) cells = g_strsplit (lines[i], "\t", -1);
    guint64 value;

    if (g_strv_length (cells) <= NAME || strcmp (cells[FAMILY], "hyperv") != 0)
      continue;
    value = g_ascii_strtoull (cells[VALUE], NULL, 10);
    if (value != 0 && value != 4096)
      g_hash_table_insert (names, GUINT_TO_POINTER (value), g_strdup (cells[NAME]));
  }
  g_assert_cmpuint (g_hash_table_size (names), >, 20);
  return names;
}

/* "starting: NAME (return value N)", in whatever case. */
static void
assert_says (const GError *error, const char *name, guint32 value)
{
  g_autofree char *expected = g_strdup_printf ("starting: %s (return value %u)", name, value);

  if (g_ascii_strcasecmp (error->message, expected) != 0)
    g_assert_cmpstr (error->message, ==, expected);
}

static void
test_table (void)
{
  g_autoptr (GHashTable) names = load ();

  for (guint32 value = 1; value < N_VALUES; value++) {
    g_autoptr (GError) error = hyperv_return_value_error ("starting", value);
    const char *name = g_hash_table_lookup (names, GUINT_TO_POINTER (value));
    guint32 found = 0;

    assert_says (error, name != NULL ? name : UNKNOWN, value);
    g_assert_error (error, HYPERV_ERROR,
                    (int)(name != NULL ? code_of_name (name) : HYPERV_ERROR_OPERATION_FAILED));
    g_assert_true (hyperv_error_get_return_value (error, &found));
    g_assert_cmpuint (found, ==, value);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hyperv/return-value/as the value maps say", test_table);
  return g_test_run ();
}
