/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/repository/repository-computed.h"

#include "simulator/repository/repository-private.h"
#include "simulator/repository/repository-value.h"

typedef struct Row Row;
typedef HypervCimValue *(*Compute) (const Row *row, RepositoryObject *object,
                                    const HypervCimProperty *stored, gint64 since);
struct Row {
  const char *class_name;
  const char *property;
  Compute compute;
  const char *depends; /* property whose change stops or starts it; or NULL */
  int part;            /* what the function picks out */
};

enum { YEAR, QUARTER, MONTH, WEEK_IN_MONTH, DAY, DAY_OF_WEEK, HOUR, MINUTE, SECOND, MILLISECOND };

int
repository_get_utc_offset (Repository *self)
{
  g_autoptr (GPtrArray) systems
      = repository_list (self, "root/cimv2", "Win32_OperatingSystem", NULL);
  HypervCimProperty zone;

  if (systems == NULL || systems->len == 0
      || !repository_object_find (systems->pdata[0], "CurrentTimeZone", &zone) || zone.n_items != 1)
    return 0;
  return (int)zone.items[0].i;
}

/* Milliseconds that a VM has been running: counts on from what was stored while the VM runs, and
 * stands still in every other state [derived]. */
static HypervCimValue *
compute_on_time (const Row *row, RepositoryObject *object, const HypervCimProperty *stored,
                 gint64 since)
{
  if (stored->is_null || repository_object_get_uint (object, "EnabledState") != 2)
    return NULL;
  return hyperv_cim_value_new_unsigned (HYPERV_CIM_TYPE_UINT64,
                                        stored->items[0].u + (guint64)(since / 1000));
}

static HypervCimValue *
compute_local_time (const Row *row, RepositoryObject *object, const HypervCimProperty *stored,
                    gint64 since)
{
  int offset = repository_get_utc_offset (object->repository);
  char text[REPOSITORY_TIME_SIZE];

  repository_value_write_time (sim_clock_wall (object->repository->clock), offset, text);
  /* Local times of root/cimv2 have +000 at Greenwich, times of Hyper-V -000 [dumps]. */
  if (offset == 0)
    text[21] = '+';
  return hyperv_cim_value_new_text (HYPERV_CIM_TYPE_DATETIME, text);
}

static guint
pick (GDateTime *date, gint64 wall, int part)
{
  switch (part) {
  case YEAR:
    return (guint)g_date_time_get_year (date);
  case QUARTER:
    return (guint)(g_date_time_get_month (date) + 2) / 3;
  case MONTH:
    return (guint)g_date_time_get_month (date);
  case WEEK_IN_MONTH:
    return (guint)(g_date_time_get_day_of_month (date) + 6) / 7;
  case DAY:
    return (guint)g_date_time_get_day_of_month (date);
  case DAY_OF_WEEK: /* Sunday is 0 */
    return (guint)g_date_time_get_day_of_week (date) % 7;
  case HOUR:
    return (guint)g_date_time_get_hour (date);
  case MINUTE:
    return (guint)g_date_time_get_minute (date);
  case SECOND:
    return (guint)g_date_time_get_second (date);
  case MILLISECOND:
  default:
    return (guint)(wall / 1000 % 1000);
  }
}

static HypervCimValue *
compute_part (const Row *row, RepositoryObject *object, const HypervCimProperty *stored,
              gint64 since)
{
  gint64 wall = sim_clock_wall (object->repository->clock);
  int offset = repository_class_is_a (object->klass, "Win32_UTCTime")
                   ? 0
                   : repository_get_utc_offset (object->repository);
  g_autoptr (GDateTime) date
      = g_date_time_new_from_unix_utc (wall / G_USEC_PER_SEC + (gint64)offset * 60);

  /* Documented: Milliseconds is not used and null. */
  if (date == NULL || (row->part == MILLISECOND && stored->is_null))
    return NULL;
  return hyperv_cim_value_new_unsigned (HYPERV_CIM_TYPE_UINT32, pick (date, wall, row->part));
}

/* By whoever knows more than the clock: the length of a job, for instance. */
static HypervCimValue *
compute_by_provider (const Row *row, RepositoryObject *object, const HypervCimProperty *stored,
                     gint64 since)
{
  const RepositoryProvided *provided = &object->repository->provided[row->part];

  if (stored->is_null || provided->compute == NULL)
    return NULL;
  return provided->compute (object, provided->user_data);
}

enum { JOB_PERCENT, JOB_ELAPSED };
G_STATIC_ASSERT (JOB_ELAPSED + 1 == REPOSITORY_N_PROVIDED);

static const Row rows[] = {
  { "Msvm_ConcreteJob", "PercentComplete", compute_by_provider, NULL, JOB_PERCENT },
  { "Msvm_ConcreteJob", "ElapsedTime", compute_by_provider, NULL, JOB_ELAPSED },
  { "Msvm_ComputerSystem", "OnTimeInMilliseconds", compute_on_time, "EnabledState", 0 },
  { "Win32_OperatingSystem", "LocalDateTime", compute_local_time, NULL, 0 },
  { "Win32_CurrentTime", "Year", compute_part, NULL, YEAR },
  { "Win32_CurrentTime", "Quarter", compute_part, NULL, QUARTER },
  { "Win32_CurrentTime", "Month", compute_part, NULL, MONTH },
  { "Win32_CurrentTime", "WeekInMonth", compute_part, NULL, WEEK_IN_MONTH },
  { "Win32_CurrentTime", "Day", compute_part, NULL, DAY },
  { "Win32_CurrentTime", "DayOfWeek", compute_part, NULL, DAY_OF_WEEK },
  { "Win32_CurrentTime", "Hour", compute_part, NULL, HOUR },
  { "Win32_CurrentTime", "Minute", compute_part, NULL, MINUTE },
  { "Win32_CurrentTime", "Second", compute_part, NULL, SECOND },
  { "Win32_CurrentTime", "Milliseconds", compute_part, NULL, MILLISECOND },
};

guint8
repository_computed_find (const RepositoryClass *klass, const char *property)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (g_ascii_strcasecmp (rows[i].property, property) == 0
        && repository_class_is_a (klass, rows[i].class_name))
      return (guint8)(i + 1);
  return 0;
}

HypervCimValue *
repository_computed_get (guint8 row, RepositoryObject *object, const HypervCimProperty *stored,
                         gint64 since)
{
  return rows[row - 1].compute (&rows[row - 1], object, stored, since);
}

gboolean
repository_computed_depends (guint8 row, const RepositoryClass *klass, guint property)
{
  return row != 0 && rows[row - 1].depends != NULL
         && g_ascii_strcasecmp (rows[row - 1].depends, klass->properties[property].name) == 0;
}

void
repository_set_compute (Repository *self, const char *class_name, const char *property,
                        RepositoryCompute compute, gpointer user_data)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (rows[i].compute == compute_by_provider
        && g_ascii_strcasecmp (rows[i].class_name, class_name) == 0
        && g_ascii_strcasecmp (rows[i].property, property) == 0) {
      self->provided[rows[i].part] = (RepositoryProvided){ compute, user_data };
      return;
    }
  g_critical ("no row of repository-computed.c lets a provider compute %s.%s", class_name,
              property);
}
