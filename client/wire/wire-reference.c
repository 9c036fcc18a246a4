/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "client/wire/wire-names.h"
#include "client/wire/wire-reply-private.h"

typedef struct {
  char *name;
  char *value;
  HypervCimPath *reference;
} Selector;

/* A reference being read; one in a selector (keys of associations) hangs below the one around it.
 */
struct _WireReference {
  WireReference *outer;
  guint depth; /* of the element that began it */
  char *uri;
  char *selector; /* name of the open one */
  GArray *selectors;
};

static void
selector_clear (gpointer data)
{
  Selector *selector = data;

  g_free (selector->name);
  g_free (selector->value);
  g_clear_pointer (&selector->reference, hyperv_cim_path_unref);
}

void
wire_reference_begin (WireReply *self)
{
  WireReference *reference = g_new0 (WireReference, 1);

  reference->outer = self->reference;
  reference->depth = self->depth;
  reference->selectors = g_array_new (FALSE, TRUE, sizeof (Selector));
  g_array_set_clear_func (reference->selectors, selector_clear);
  self->reference = reference;
}

static void
pop (WireReply *self)
{
  WireReference *reference = self->reference;

  self->reference = reference->outer;
  g_array_unref (reference->selectors);
  g_free (reference->uri);
  g_free (reference->selector);
  g_free (reference);
}

void
wire_reference_clear (WireReply *self)
{
  while (self->reference != NULL)
    pop (self);
}

gboolean
wire_reference_leave_uri (WireReply *self)
{
  g_free (self->reference->uri);
  self->reference->uri = wire_reply_dup_text (self);
  return TRUE;
}

gboolean
wire_reference_enter_selector (WireReply *self, const WireElement *element)
{
  g_autofree char *name = wire_element_dup_attribute (element, "Name");

  if (name == NULL || *name == '\0')
    return wire_reply_fail (self, "a selector without a Name");
  g_free (self->reference->selector);
  self->reference->selector = g_steal_pointer (&name);
  return TRUE;
}

gboolean
wire_reference_enter_nested (WireReply *self, const WireElement *element)
{
  if (self->reference->depth == self->depth)
    return wire_reply_fail (self, "two references in selector %s",
                            self->reference->outer->selector);
  wire_reference_begin (self);
  return TRUE;
}

gboolean
wire_reference_leave_selector (WireReply *self)
{
  Selector selector = { NULL, NULL, NULL };

  if (self->reference->depth > self->depth) {
    selector.reference = wire_reference_end (self, "of a selector");
    if (selector.reference == NULL)
      return FALSE;
  } else {
    selector.value = g_strndup (self->text, self->text_length);
  }
  selector.name = g_steal_pointer (&self->reference->selector);
  g_array_append_val (self->reference->selectors, selector);
  return TRUE;
}

static gboolean
has_key (const HypervCimPath *path, const char *name)
{
  guint n = hyperv_cim_path_get_n_keys (path);

  for (guint i = 0; i < n; i++)
    if (g_ascii_strcasecmp (hyperv_cim_path_get_key_name (path, i), name) == 0)
      return TRUE;
  return FALSE;
}

/* DMTF's URIs carry the namespace in a selector; in Windows' own it only repeats the URI. */
static const char *
find_namespace (const WireReference *reference)
{
  for (guint i = 0; i < reference->selectors->len; i++) {
    const Selector *selector = &g_array_index (reference->selectors, Selector, i);

    if (g_ascii_strcasecmp (selector->name, WIRE_NAMESPACE_SELECTOR) == 0)
      return selector->value;
  }
  return NULL;
}

static HypervCimPath *
make_path (WireReply *self, const WireReference *reference, const char *property)
{
  const char *selected = find_namespace (reference);
  g_autofree char *name_space = NULL;
  g_autofree char *class_name = NULL;
  g_autoptr (HypervCimPath) path = NULL;

  if (reference->uri == NULL
      || !wire_class_uri_split (reference->uri, strlen (reference->uri),
                                selected != NULL ? selected : self->name_space, &name_space,
                                &class_name)) {
    wire_reply_fail (self, "reference %s: %s is not the ResourceURI of a class", property,
                     reference->uri != NULL ? reference->uri : "nothing");
    return NULL;
  }
  g_strdelimit (name_space, "\\", '/');
  path = hyperv_cim_path_new (name_space, class_name);
  for (guint i = 0; i < reference->selectors->len; i++) {
    const Selector *selector = &g_array_index (reference->selectors, Selector, i);

    if (g_ascii_strcasecmp (selector->name, WIRE_NAMESPACE_SELECTOR) == 0)
      continue;
    if (has_key (path, selector->name)) {
      wire_reply_fail (self, "reference %s names the key %s twice", property, selector->name);
      return NULL;
    }
    if (selector->reference != NULL)
      hyperv_cim_path_add_reference_key (path, selector->name, selector->reference);
    else
      hyperv_cim_path_add_key (path, selector->name, selector->value);
  }
  return g_steal_pointer (&path);
}

HypervCimPath *
wire_reference_end (WireReply *self, const char *property)
{
  HypervCimPath *path = make_path (self, self->reference, property);

  pop (self);
  return path;
}
