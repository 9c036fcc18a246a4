/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/repository/schema.h"

const char *
repository_class_get_name (const RepositoryClass *self)
{
  return self->name;
}

const char *
repository_class_get_namespace (const RepositoryClass *self)
{
  return self->name_space;
}

const RepositoryClass *
repository_class_get_superclass (const RepositoryClass *self)
{
  return self->superclass;
}

gboolean
repository_class_is_a (const RepositoryClass *self, const char *class_name)
{
  for (; self != NULL; self = self->superclass)
    if (g_ascii_strcasecmp (self->name, class_name) == 0)
      return TRUE;
  return FALSE;
}

gboolean
repository_class_is_association (const RepositoryClass *self)
{
  return (self->record->flags & SCHEMA_IS_ASSOCIATION) != 0;
}

guint
repository_class_get_n_properties (const RepositoryClass *self)
{
  return self->n_properties;
}

const RepositoryProperty *
repository_class_get_property (const RepositoryClass *self, guint index)
{
  g_return_val_if_fail (index < self->n_properties, NULL);

  return &self->properties[index];
}

gint
repository_class_get_slot (const RepositoryClass *self, const char *name)
{
  guint low = 0, high = self->n_properties;

  while (low < high) {
    guint middle = (low + high) / 2;
    int order = g_ascii_strcasecmp (self->properties[middle].name, name);

    if (order == 0)
      return (gint)middle;
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return -1;
}

const RepositoryProperty *
repository_class_find_property (const RepositoryClass *self, const char *name)
{
  gint slot = repository_class_get_slot (self, name);

  return slot < 0 ? NULL : &self->properties[slot];
}

const char *const *
repository_class_get_keys (const RepositoryClass *self)
{
  return self->keys;
}

guint
repository_class_get_n_methods (const RepositoryClass *self)
{
  return self->n_methods;
}

const RepositoryMethod *
repository_class_get_method (const RepositoryClass *self, guint index)
{
  return &self->methods[index];
}

const RepositoryMethod *
repository_class_find_method (const RepositoryClass *self, const char *name)
{
  for (guint i = 0; i < self->n_methods; i++)
    if (g_ascii_strcasecmp (self->methods[i].name, name) == 0)
      return &self->methods[i];
  return NULL;
}
