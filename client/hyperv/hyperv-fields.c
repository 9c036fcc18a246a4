/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/base/hyperv-error.h"
#include "client/hyperv/hyperv-fields-private.h"

static gboolean
read_uint (const HypervCimInstance *instance, const char *property, guint *target, GError **error)
{
  guint64 value = 0;

  if (!hyperv_cim_instance_get_uint64 (instance, property, &value, error))
    return FALSE;
  if (value > G_MAXUINT) {
    g_set_error (error, HYPERV_ERROR, HYPERV_ERROR_PROTOCOL,
                 "%s.%s is %" G_GUINT64_FORMAT ", expected at most %u",
                 hyperv_cim_instance_get_class_name (instance), property, value, G_MAXUINT);
    return FALSE;
  }
  *target = value;
  return TRUE;
}

static gboolean
read_string (const HypervCimInstance *instance, const char *property, char **target, GError **error)
{
  const char *text = hyperv_cim_instance_get_string (instance, property, error);

  if (text == NULL)
    return FALSE;
  g_free (*target);
  *target = g_strdup (text);
  return TRUE;
}

static gboolean
read_lines (const HypervCimInstance *instance, const char *property, char **target)
{
  g_auto (GStrv) items = hyperv_cim_instance_dup_strv (instance, property);

  g_free (*target);
  *target = items[0] != NULL ? g_strjoinv ("\n", items) : NULL;
  return TRUE;
}

static void
clear (const HypervField *field, gpointer target)
{
  switch (field->kind) {
  case HYPERV_FIELD_STRING:
  case HYPERV_FIELD_LINES:
    g_clear_pointer ((char **) target, g_free);
    break;
  case HYPERV_FIELD_UINT:
    *(guint *) target = 0;
    break;
  case HYPERV_FIELD_UINT64:
    *(guint64 *) target = 0;
    break;
  case HYPERV_FIELD_BOOLEAN:
    *(gboolean *) target = FALSE;
    break;
  }
}

static gboolean
read_field (const HypervField *field, const HypervCimInstance *instance, gpointer target,
            GError **error)
{
  if (field->need == HYPERV_FIELD_OPTIONAL
      && hyperv_cim_instance_is_null (instance, field->property)) {
    clear (field, target);
    return TRUE;
  }
  switch (field->kind) {
  case HYPERV_FIELD_STRING:
    return read_string (instance, field->property, target, error);
  case HYPERV_FIELD_UINT:
    return read_uint (instance, field->property, target, error);
  case HYPERV_FIELD_UINT64:
    return hyperv_cim_instance_get_uint64 (instance, field->property, target, error);
  case HYPERV_FIELD_BOOLEAN:
    return hyperv_cim_instance_get_boolean (instance, field->property, target, error);
  case HYPERV_FIELD_LINES:
    return read_lines (instance, field->property, target);
  }
  g_return_val_if_reached (FALSE);
}

gboolean
hyperv_fields_read (const HypervField *fields, gsize n_fields, const HypervCimInstance *instance,
                    gpointer target, GError **error)
{
  for (gsize i = 0; i < n_fields; i++)
    if (!read_field (&fields[i], instance, (char *) target + fields[i].offset, error))
      return FALSE;
  return TRUE;
}
