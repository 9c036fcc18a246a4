/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-typed.h"

#include <errno.h>

#include "simulator/wsman/wsman-read.h"
#include "simulator/wsman/wsman-write.h"

static void
unref_path (gpointer path)
{
  hyperv_cim_path_unref (path);
}

void
wsman_typed_init (WsmanTyped *self, HypervCimType type)
{
  self->type = type;
  self->items = g_array_new (FALSE, FALSE, sizeof (HypervCimScalar));
  self->texts = g_ptr_array_new_with_free_func (g_free);
  self->paths = g_ptr_array_new_with_free_func (unref_path);
}

void
wsman_typed_clear (WsmanTyped *self)
{
  g_clear_pointer (&self->items, g_array_unref);
  g_clear_pointer (&self->texts, g_ptr_array_unref);
  g_clear_pointer (&self->paths, g_ptr_array_unref);
}

/* libvirt sends `False`. */
static gboolean
read_boolean (const char *text, guint64 *value)
{
  static const struct {
    const char *text;
    guint64 value;
  } rows[] = { { "true", 1 }, { "false", 0 }, { "1", 1 }, { "0", 0 } };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    if (g_ascii_strcasecmp (rows[i].text, text) == 0) {
      *value = rows[i].value;
      return TRUE;
    }
  }
  return FALSE;
}

static gboolean
read_real (const char *text, gdouble *value)
{
  char *end;

  errno = 0;
  *value = g_ascii_strtod (text, &end);
  return *text != '\0' && *end == '\0' && errno == 0;
}

static gboolean
read_number (HypervCimType type, const char *text, HypervCimScalar *value)
{
  if (type == HYPERV_CIM_TYPE_BOOLEAN)
    return read_boolean (text, &value->u);
  if (type == HYPERV_CIM_TYPE_REAL32 || type == HYPERV_CIM_TYPE_REAL64)
    return read_real (text, &value->d);
  if (type == HYPERV_CIM_TYPE_CHAR16)
    return g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT16, &value->u, NULL);
  if (hyperv_cim_type_is_signed (type)) {
    gint64 most = hyperv_cim_type_get_signed_max (type);

    return g_ascii_string_to_signed (text, 10, -most - 1, most, &value->i, NULL);
  }
  return hyperv_cim_type_is_unsigned (type)
         && g_ascii_string_to_unsigned (text, 10, 0, hyperv_cim_type_get_unsigned_max (type),
                                        &value->u, NULL);
}

gboolean
wsman_typed_add_text (WsmanTyped *self, const char *text)
{
  HypervCimScalar value = { 0 };
  char *copy = NULL;

  switch (self->type) {
  case HYPERV_CIM_TYPE_STRING:
  case HYPERV_CIM_TYPE_TEXT:
    copy = g_strdup (text);
    break;
  case HYPERV_CIM_TYPE_DATETIME: {
    gint64 interval;

    if (wsman_duration_parse (text, &interval))
      copy = wsman_interval_to_dmtf (interval);
    else
      copy = wsman_datetime_to_dmtf (text);
    if (copy == NULL)
      return FALSE;
    break;
  }
  default:
    if (!read_number (self->type, text, &value))
      return FALSE;
    break;
  }
  if (copy != NULL) {
    g_ptr_array_add (self->texts, copy);
    value.s = copy;
  }
  g_array_append_val (self->items, value);
  return TRUE;
}

void
wsman_typed_add_path (WsmanTyped *self, HypervCimPath *path)
{
  HypervCimScalar value = { .path = path };

  g_ptr_array_add (self->paths, path);
  g_array_append_val (self->items, value);
}

/* Dates come as text or in cim:Datetime and cim:Interval. */
static char *
dup_value (xmlNode *node, HypervCimType type)
{
  xmlNode *child = wsman_xml_first (node);

  if (child != NULL && type == HYPERV_CIM_TYPE_DATETIME && wsman_xml_next (child) == NULL)
    return wsman_xml_dup_text (child);
  return type == HYPERV_CIM_TYPE_STRING ? wsman_xml_dup_raw (node) : wsman_xml_dup_text (node);
}

WsmanNodeResult
wsman_typed_add_node (WsmanTyped *self, xmlNode *node)
{
  g_autofree char *text = NULL;

  if (self->type == HYPERV_CIM_TYPE_REFERENCE) {
    HypervCimPath *path = wsman_read_epr (node);

    if (path != NULL)
      wsman_typed_add_path (self, path);
    return path != NULL ? WSMAN_NODE_ADDED : WSMAN_NODE_MISMATCH;
  }
  text = dup_value (node, self->type);
  if (text == NULL)
    return WSMAN_NODE_TREE;
  return wsman_typed_add_text (self, text) ? WSMAN_NODE_ADDED : WSMAN_NODE_MISMATCH;
}

void
wsman_typed_build (WsmanTyped *self, HypervCimBuilder *builder, const char *name, gboolean is_array)
{
  HypervCimProperty property = { .name = name,
                                 .type = self->type,
                                 .is_array = is_array,
                                 .is_null = FALSE,
                                 .n_items = self->items->len,
                                 .items = (const HypervCimScalar *)(gpointer)self->items->data };

  hyperv_cim_builder_add_property (builder, &property);
}
