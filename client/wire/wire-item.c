/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "client/wire/wire-reply-private.h"

/* Items of an enumeration in its three modes (DSP0226, 8.7): an object; an EndpointReference; both
 * within wsman:Item, in either order. And the reply to Create, which is an EndpointReference under
 * another name. */

static gboolean
is_path (const WireReply *self, const WireElement *element)
{
  return element->uri == (const char *)self->spaces[SPACE_ADDRESSING]
         && strcmp (element->name, "EndpointReference") == 0;
}

WireState
wire_item_enter (WireReply *self, const WireElement *element)
{
  if (self->items == WIRE_PATHS && is_path (self, element)) {
    wire_reference_begin (self);
    return AT_ITEM_PATH;
  }
  if (self->items == WIRE_OBJECTS)
    return wire_instance_enter (self, element) ? AT_INSTANCE : AT_SKIPPED;
  if (self->items == WIRE_OBJECTS_AND_PATHS && strcmp (element->name, "Item") == 0
      && element->uri == (const char *)self->spaces[SPACE_WSMAN]) {
    self->item_open = FALSE;
    g_clear_pointer (&self->item_path, hyperv_cim_path_unref);
    return AT_ITEM;
  }
  wire_reply_fail (self, "expected was %s, and found %s in {%s}: the host ignores the mode",
                   self->items == WIRE_PATHS ? "a path of an instance"
                                             : "an instance with its path",
                   element->name, element->uri != NULL ? element->uri : "");
  return AT_SKIPPED;
}

WireState
wire_item_child (WireReply *self, const WireElement *element)
{
  gboolean path = is_path (self, element);

  if (path ? self->item_path != NULL : self->item_open) {
    wire_reply_fail (self, "an item with two %s", path ? "paths" : "instances");
    return AT_SKIPPED;
  }
  if (!path)
    return wire_instance_enter (self, element) ? AT_INSTANCE : AT_SKIPPED;
  wire_reference_begin (self);
  return AT_ITEM_PATH;
}

gboolean
wire_item_leave_path (WireReply *self)
{
  g_autoptr (HypervCimPath) path = wire_reference_end (self, "of an item");

  if (path == NULL)
    return FALSE;
  if (self->frames[self->depth - 1].state == AT_ITEM) {
    self->item_path = g_steal_pointer (&path);
    return TRUE;
  }
  wire_instance_begin_path (self, path);
  return wire_instance_end_item (self, path);
}

gboolean
wire_item_leave (WireReply *self)
{
  g_autoptr (HypervCimPath) path = g_steal_pointer (&self->item_path);

  if (!self->item_open || path == NULL)
    return wire_reply_fail (self, "an item without its %s", self->item_open ? "path" : "instance");
  self->item_open = FALSE;
  return wire_instance_end_item (self, path);
}

gboolean
wire_item_leave_created (WireReply *self)
{
  self->info.created = wire_reference_end (self, "to what was created");
  return self->info.created != NULL;
}
