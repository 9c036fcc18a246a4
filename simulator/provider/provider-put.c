/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/provider/provider-private.h"

void
provider_put (RepositoryObject *object, const char *name, HypervCimValue *value)
{
  const RepositoryClass *klass = repository_object_get_class (object);
  g_autoptr (HypervCimValue) owned = value;
  g_autoptr (GError) error = NULL;

  /* Somebody may have taken the instance away, by the control API: then nobody is told. */
  if (repository_class_find_property (klass, name) != NULL
      && !repository_object_set (object, name, owned, &error)
      && !g_error_matches (error, REPOSITORY_ERROR, REPOSITORY_ERROR_NOT_FOUND))
    g_critical ("%s.%s: %s", repository_class_get_name (klass), name, error->message);
}

void
provider_put_uint (RepositoryObject *object, const char *name, guint64 value)
{
  const RepositoryProperty *property
      = repository_class_find_property (repository_object_get_class (object), name);

  if (property == NULL)
    return;
  provider_put (object, name,
                property->type == HYPERV_CIM_TYPE_BOOLEAN
                    ? hyperv_cim_value_new_boolean (value != 0)
                    : hyperv_cim_value_new_unsigned (property->type, value));
}

void
provider_put_string (RepositoryObject *object, const char *name, const char *value)
{
  provider_put (object, name, hyperv_cim_value_new_string (value));
}

void
provider_put_time (RepositoryObject *object, const char *name, gint64 when)
{
  provider_put (object, name, provider_new_time (when));
}

void
provider_put_null (RepositoryObject *object, const char *name)
{
  const RepositoryProperty *property
      = repository_class_find_property (repository_object_get_class (object), name);

  if (property != NULL)
    provider_put (object, name, hyperv_cim_value_new_null (property->type, property->is_array));
}

/* UTC is written "-000" in Windows' dumps, where DSP0004 has "+000". */
HypervCimValue *
provider_new_time (gint64 when)
{
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (when / G_USEC_PER_SEC);
  g_autofree char *seconds = g_date_time_format (date, "%Y%m%d%H%M%S");
  g_autofree char *text = g_strdup_printf ("%s.%06d-000", seconds, (int)(when % G_USEC_PER_SEC));

  return hyperv_cim_value_new_text (HYPERV_CIM_TYPE_DATETIME, text);
}

HypervCimValue *
provider_new_interval (gint64 microseconds)
{
  gint64 seconds = microseconds / G_USEC_PER_SEC;
  g_autofree char *text = g_strdup_printf (
      "%08" G_GINT64_FORMAT "%02d%02d%02d.%06d:000", seconds / 86400, (int)(seconds / 3600 % 24),
      (int)(seconds / 60 % 60), (int)(seconds % 60), (int)(microseconds % G_USEC_PER_SEC));

  return hyperv_cim_value_new_text (HYPERV_CIM_TYPE_DATETIME, text);
}
