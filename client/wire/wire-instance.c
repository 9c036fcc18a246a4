/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "client/wire/wire-names.h"
#include "client/wire/wire-reply-private.h"

/* Instances as WinRM sends them (DSP0230 with Windows' habits): a property is an element, an array
 * the same element again and again, null is xsi:nil, dates and intervals lie one element deeper, a
 * reference is the content of an EndpointReference, an embedded instance the elements of its
 * properties. Types are not sent; texts stay texts. */

static void
level_free (gpointer data)
{
  WireLevel *level = data;

  hyperv_cim_builder_free (level->builder);
  g_free (level);
}

void
wire_instance_init (WireReply *self)
{
  self->levels = g_ptr_array_new_with_free_func (level_free);
}

void
wire_instance_clear (WireReply *self)
{
  g_ptr_array_unref (self->levels);
}

static WireLevel *
top (WireReply *self)
{
  return g_ptr_array_index (self->levels, self->n_levels - 1);
}

static WireLevel *
push_level (WireReply *self, const char *name_space, const char *class_name)
{
  WireLevel *level;

  if (self->n_levels == self->levels->len) {
    level = g_new0 (WireLevel, 1);
    level->builder = hyperv_cim_builder_new (name_space, class_name);
    g_ptr_array_add (self->levels, level);
  } else {
    level = g_ptr_array_index (self->levels, self->n_levels);
    hyperv_cim_builder_reset (level->builder, name_space, class_name);
  }
  self->n_levels++;
  level->fragment = FALSE;
  level->property = level->uri = level->nil = level->last = NULL;
  return level;
}

/* A null property, or a null among the items of an array (@next: the property that follows). */
static void
settle_nil (WireLevel *level, const char *next)
{
  if (level->nil == next || level->nil == level->last) {
    hyperv_cim_builder_add_text (level->builder, level->nil, "", 0);
    level->last = level->nil;
  } else {
    hyperv_cim_builder_add_null (level->builder, level->nil, HYPERV_CIM_TYPE_TEXT, FALSE);
  }
  level->nil = NULL;
}

gboolean
wire_instance_enter (WireReply *self, const WireElement *element)
{
  gboolean fragment = element->uri == (const char *)self->spaces[SPACE_WSMAN]
                      && strcmp (element->name, "XmlFragment") == 0;
  const char *class_name = fragment && self->class_name != NULL ? self->class_name : element->name;

  if (element->uri == (const char *)self->spaces[SPACE_ADDRESSING])
    return wire_reply_fail (self, "an instance was expected, and found was %s of WS-Addressing",
                            element->name);
  self->item_text = 0;
  self->n_properties = 0;
  push_level (self, self->name_space, class_name)->fragment = fragment;
  return TRUE;
}

static HypervCimInstance *
pop_level (WireReply *self)
{
  WireLevel *level = top (self);

  if (level->nil != NULL)
    settle_nil (level, NULL);
  self->n_levels--;
  return hyperv_cim_builder_end (level->builder);
}

gboolean
wire_instance_end_item (WireReply *self, const HypervCimPath *path)
{
  g_autoptr (HypervCimInstance) instance = NULL;
  WireLevel *level = top (self);
  GError *error = NULL;

  if (level->nil != NULL)
    settle_nil (level, NULL);
  if (path != NULL)
    hyperv_cim_builder_add_reference (level->builder, WIRE_PATH_PROPERTY, path);
  instance = pop_level (self);
  self->info.n_items++;
  if (self->item == NULL || self->item (instance, self->user_data, &error))
    return TRUE;
  self->error = error;
  return wire_reply_fail (self, "the item was refused");
}

void
wire_instance_begin_path (WireReply *self, const HypervCimPath *path)
{
  push_level (self, hyperv_cim_path_get_namespace (path), hyperv_cim_path_get_class_name (path));
}

gboolean
wire_instance_leave (WireReply *self)
{
  if (self->frames[self->depth - 1].state == AT_ITEM) {
    self->item_open = TRUE;
    return TRUE;
  }
  if (self->verb->verb == WIRE_ENUMERATE || self->verb->verb == WIRE_PULL)
    return wire_instance_end_item (self, NULL);
  self->info.result = pop_level (self);
  return TRUE;
}

gboolean
wire_embedded_leave (WireReply *self)
{
  g_autoptr (HypervCimInstance) instance = pop_level (self);
  WireLevel *level = top (self);

  hyperv_cim_builder_add_instance (level->builder, level->property, instance);
  return TRUE;
}

static gboolean
is_nil (const WireReply *self, const WireElement *element)
{
  const xmlChar **attributes = element->attributes;

  for (int i = 0; i < element->n_attributes; i++, attributes += 5) {
    const char *begin = (const char *)attributes[3];
    gsize length = attributes[4] - attributes[3];

    if ((const char *)attributes[0] != self->nil || attributes[2] != self->spaces[SPACE_XSI])
      continue;
    return (length == 4 && memcmp (begin, "true", 4) == 0) || (length == 1 && *begin == '1');
  }
  return FALSE;
}

WireState
wire_property_enter (WireReply *self, const WireElement *element)
{
  WireLevel *level = top (self);

  if (++self->n_properties > WIRE_MAX_PROPERTIES) {
    wire_reply_fail (self, "an instance of more than %u properties", WIRE_MAX_PROPERTIES);
    return AT_SKIPPED;
  }
  if (level->nil != NULL)
    settle_nil (level, element->name);
  level->property = element->name;
  level->uri = element->uri;
  level->kind = PROPERTY_TEXT;
  if (element->n_attributes > 0 && is_nil (self, element))
    level->kind = PROPERTY_NIL;
  if (self->verb->verb == WIRE_IDENTIFY && strcmp (element->name, "SecurityProfiles") == 0)
    return AT_LIST;
  return AT_PROPERTY;
}

static gboolean
add_text (WireReply *self, WireLevel *level)
{
  self->item_text += self->text_length;
  if (self->item_text > WIRE_MAX_ITEM_TEXT)
    return wire_reply_fail (self, "an instance of more than %u bytes", WIRE_MAX_ITEM_TEXT);
  hyperv_cim_builder_add_text (level->builder, level->property, self->text, self->text_length);
  level->last = level->property;
  return TRUE;
}

gboolean
wire_property_leave (WireReply *self)
{
  WireLevel *level = top (self);
  g_autoptr (HypervCimPath) path = NULL;

  switch (level->kind) {
  case PROPERTY_TEXT:
    return add_text (self, level);
  case PROPERTY_NIL:
    level->nil = level->property;
    return TRUE;
  case PROPERTY_REFERENCE:
    path = wire_reference_end (self, level->property);
    if (path == NULL)
      return FALSE;
    hyperv_cim_builder_add_reference (level->builder, level->property, path);
    return TRUE;
  default:
    return TRUE;
  }
}

gboolean
wire_time_leave (WireReply *self)
{
  return add_text (self, top (self));
}

gboolean
wire_list_leave_item (WireReply *self)
{
  return add_text (self, top (self));
}

static gboolean
is_time (const WireReply *self, const WireLevel *level, const WireElement *element)
{
  static const char *const names[] = { "Datetime", "Interval", "Date", "Time", NULL };

  /* In XmlFragment even these are without a namespace. */
  if (element->uri != (const char *)self->spaces[SPACE_CIM]
      && (element->uri != NULL || !level->fragment))
    return FALSE;
  return g_strv_contains (names, element->name);
}

static gboolean
is_reference (const WireReply *self, const WireLevel *level, const WireElement *element)
{
  static const char *const names[]
      = { "Address", "ReferenceParameters", "ReferenceProperties", "EndpointReference", NULL };

  if (element->uri == (const char *)self->spaces[SPACE_ADDRESSING])
    return TRUE;
  return element->uri == NULL && level->fragment && g_strv_contains (names, element->name);
}

static WireState
reference_child (WireReply *self, WireLevel *level, const WireElement *element)
{
  WireEnter enter = NULL;

  if (level->kind != PROPERTY_REFERENCE)
    wire_reference_begin (self);
  level->kind = PROPERTY_REFERENCE;
  if (strcmp (element->name, "EndpointReference") == 0)
    return AT_REFERENCE;
  return wire_rules_next (self, AT_REFERENCE, element, &enter);
}

/* The class of an embedded instance is the end of the namespace of its elements
 * (…/Msvm_SummaryInformation); without one of its own it is the property's name. */
static WireState
embedded_child (WireReply *self, WireLevel *level, const WireElement *element)
{
  gboolean fragment = level->fragment;
  g_autofree char *name_space = NULL;
  g_autofree char *class_name = NULL;

  if (element->uri == NULL || element->uri == level->uri
      || !wire_class_uri_split (element->uri, strlen (element->uri), self->name_space, &name_space,
                                &class_name)) {
    name_space = g_strdup (self->name_space);
    class_name = g_strdup (level->property);
  }
  push_level (self, name_space, class_name)->fragment = fragment;
  self->frames[self->depth - 1].state = AT_EMBEDDED;
  if (element->uri != NULL && strcmp (element->name, class_name) == 0)
    return AT_CLASS;
  return wire_property_enter (self, element);
}

WireState
wire_property_child (WireReply *self, const WireElement *element)
{
  WireLevel *level = top (self);

  if (level->kind == PROPERTY_NIL)
    return AT_SKIPPED;
  if (level->kind == PROPERTY_TEXT && !wire_reply_text_is_blank (self)) {
    wire_reply_fail (self, "property %s holds text and the element %s", level->property,
                     element->name);
    return AT_SKIPPED;
  }
  if (is_time (self, level, element)) {
    level->kind = PROPERTY_TIME;
    return AT_TIME;
  }
  if (is_reference (self, level, element))
    return reference_child (self, level, element);
  if (level->kind != PROPERTY_TEXT)
    return AT_SKIPPED;
  return embedded_child (self, level, element);
}
