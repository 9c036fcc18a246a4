/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/hyperv-sim-near.h"

#include <string.h>

#define MAX_NAMES 3
/* Longer ones are no misspelt name. */
#define MAX_LENGTH 128
/* One letter of so many may be wrong. */
#define LETTERS_PER_SLIP 4

typedef struct {
  const char *name;
  guint distance;
} Near;

/* How many letters to add, leave out or change (Levenshtein), whatever their case. */
static guint
get_distance (const char *a, const char *b)
{
  gsize n = strlen (b);
  guint row[MAX_LENGTH + 1];

  for (gsize i = 0; i <= n; i++)
    row[i] = (guint)i;
  for (gsize k = 0; a[k] != '\0'; k++) {
    guint diagonal = row[0];

    row[0] = (guint)k + 1;
    for (gsize i = 1; i <= n; i++) {
      guint above = row[i];
      guint change = diagonal + (g_ascii_tolower (a[k]) != g_ascii_tolower (b[i - 1]));

      row[i] = MIN (change, MIN (above, row[i - 1]) + 1);
      diagonal = above;
    }
  }
  return row[n];
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const Near *left = a, *right = b;

  if (left->distance != right->distance)
    return left->distance < right->distance ? -1 : 1;
  return strcmp (left->name, right->name);
}

char *
hyperv_sim_near (const char *name, const char *const *names)
{
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (Near));
  g_autoptr (GString) text = g_string_new (NULL);
  gsize length = strlen (name);

  for (; length <= MAX_LENGTH && *names != NULL; names++) {
    Near near = { *names, 0 };

    if (strlen (*names) > MAX_LENGTH)
      continue;
    near.distance = get_distance (name, *names);
    if (near.distance <= MAX (1, length / LETTERS_PER_SLIP))
      g_array_append_val (found, near);
  }
  g_array_sort (found, compare);
  for (guint i = 0; i < MIN (found->len, MAX_NAMES); i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", g_array_index (found, Near, i).name);
  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}
