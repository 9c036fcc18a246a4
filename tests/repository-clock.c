/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/repository/repository.h"

/* What root\cimv2 says of the time, of which each part is computed when it is asked for: rows. */

#define SPACE "root/cimv2"
/* Saturday, 2024-08-31 22:59:07.891 UTC: in Berlin it is Sunday and September. */
#define WALL (G_GINT64_CONSTANT (1725145147891) * 1000)

typedef struct {
  const char *property;
  const char *utc, *local; /* NULL: null */
} Row;

static const Row rows[] = {
  { "Year", "2024", "2024" },     { "Quarter", "3", "3" },  { "Month", "8", "9" },
  { "WeekInMonth", "5", "1" },    { "Day", "31", "1" },     { "DayOfWeek", "6", "0" },
  { "Hour", "22", "0" },          { "Minute", "59", "59" }, { "Second", "7", "7" },
  { "Milliseconds", NULL, NULL },
};

static char *
get_text (Repository *repository, const char *class_name, const char *property)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) found = repository_list (repository, SPACE, class_name, &error);
  HypervCimProperty value;

  g_assert_no_error (error);
  g_assert_cmpuint (found->len, ==, 1);
  g_assert_true (repository_object_find (found->pdata[0], property, &value));
  if (value.is_null)
    return NULL;
  return value.type == HYPERV_CIM_TYPE_DATETIME ? g_strdup (value.items[0].s)
                                                : g_strdup_printf ("%u", (guint)value.items[0].u);
}

static Repository *
new_host (const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RepositoryImage) image = repository_image_get_builtin (&error);
  g_autoptr (SimClock) clock = sim_clock_new (SIM_CLOCK_STEPPED, 1, WALL);
  RepositoryOptions options = { .seed = 1 };
  Repository *repository;

  g_assert_no_error (error);
  repository = repository_new (image, name, clock, &options, &error);
  g_assert_no_error (error);
  return repository;
}

static void
test_part (gconstpointer data)
{
  const Row *row = data;
  g_autoptr (Repository) here = new_host ("2019"), berlin = new_host ("2019-de");
  g_autofree char *utc = get_text (berlin, "Win32_UTCTime", row->property);
  g_autofree char *local = get_text (berlin, "Win32_LocalTime", row->property);
  g_autofree char *greenwich = get_text (here, "Win32_LocalTime", row->property);

  g_assert_cmpstr (utc, ==, row->utc);
  g_assert_cmpstr (local, ==, row->local);
  g_assert_cmpstr (greenwich, ==, row->utc);
}

static void
test_operating_system (void)
{
  g_autoptr (Repository) here = new_host ("2019"), berlin = new_host ("2019-de");
  g_autofree char *greenwich = get_text (here, "Win32_OperatingSystem", "LocalDateTime");
  g_autofree char *local = get_text (berlin, "Win32_OperatingSystem", "LocalDateTime");

  g_assert_cmpstr (greenwich, ==, "20240831225907.891000+000");
  g_assert_cmpstr (local, ==, "20240901005907.891000+120");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strdup_printf ("/repository/clock/%s", rows[i].property);

    g_test_add_data_func (path, &rows[i], test_part);
  }
  g_test_add_func ("/repository/clock/LocalDateTime", test_operating_system);
  return g_test_run ();
}
