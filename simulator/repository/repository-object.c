/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "simulator/repository/repository-computed.h"
#include "simulator/repository/repository-path.h"
#include "simulator/repository/repository-private.h"
#include "simulator/repository/repository-value.h"

/* Objects: shared values of a template, own values on top, made when touched. */

RepositoryObject *
repository_object_new (Repository *self, guint64 id, const RepositoryClass *klass)
{
  RepositoryObject *object = g_new0 (RepositoryObject, 1);

  object->ref_count = 1;
  object->id = id;
  object->repository = self;
  object->klass = klass;
  object->base = klass->nulls;
  object->link.data = object;
  g_hash_table_insert (self->objects, &object->id, object);
  return object;
}

static const HostTemplate *
find_template (Repository *self, guint64 id, guint32 *vm_number)
{
  guint64 place = id - REPOSITORY_FIRST_GENERATED;

  if (id < REPOSITORY_FIRST_GENERATED) {
    *vm_number = 0;
    return host_image_resolve (self->host, host_image_get_instance (self->host, (guint)id));
  }
  *vm_number = (guint32)(place / self->stride);
  return repository_get_family (self, *vm_number)->members[place % self->stride];
}

RepositoryObject *
repository_object_of (Repository *self, guint64 id)
{
  RepositoryObject *object = g_hash_table_lookup (self->objects, &id);
  const HostTemplate *values;
  guint32 vm_number;

  if (object != NULL)
    return repository_object_ref (object);
  values = find_template (self, id, &vm_number);
  object = repository_object_new (self, id, values->klass);
  object->base = values->properties;
  object->variables = vm_number == 0 ? NULL : values->variables;
  object->vm_number = vm_number;
  return object;
}

RepositoryObject *
repository_object_ref (RepositoryObject *self)
{
  self->ref_count++;
  return self;
}

static void
free_list (RepositoryObject *self, HypervCimValue ***list)
{
  for (guint i = 0; *list != NULL && i < self->klass->n_properties; i++)
    g_clear_pointer (&(*list)[i], hyperv_cim_value_unref);
  g_clear_pointer (list, g_free);
}

static void
free_values (RepositoryObject *self)
{
  free_list (self, &self->own);
  free_list (self, &self->rendered);
  for (guint i = 0; self->moving != NULL && i < self->klass->n_computed; i++)
    g_clear_pointer (&self->moving[i].value, hyperv_cim_value_unref);
  g_free (self->moving);
}

static void
clear_vm (gpointer vm)
{
  repository_vm_clear (vm);
}

void
repository_object_unref (RepositoryObject *self)
{
  if (--self->ref_count > 0) {
    /* Many may be kept: what can be made again is not. */
    if (self->ref_count == 1 && self->is_kept) {
      free_list (self, &self->rendered);
      g_clear_pointer (&self->canonical, g_free);
    }
    return;
  }
  if (self->repository != NULL && !self->is_deleted)
    g_hash_table_remove (self->repository->objects, &self->id);
  free_values (self);
  if (self->vm != NULL)
    g_rc_box_release_full (self->vm, clear_vm);
  g_free (self->canonical);
  g_free (self->rows);
  g_free (self);
}

const RepositoryClass *
repository_object_get_class (RepositoryObject *self)
{
  return self->klass;
}

void
repository_object_keep (RepositoryObject *self)
{
  if (self->is_kept)
    return;
  self->is_kept = TRUE;
  repository_object_ref (self);
}

void
repository_object_put (RepositoryObject *self, guint slot, HypervCimValue *value)
{
  if (self->own == NULL)
    self->own = g_new0 (HypervCimValue *, self->klass->n_properties);
  if (self->own[slot] != NULL)
    hyperv_cim_value_unref (self->own[slot]);
  self->own[slot] = value;
}

/* ---- reading ---- */

static const RepositoryVm *
get_vm (RepositoryObject *self)
{
  return self->vm != NULL ? self->vm : repository_get_vm (self->repository, self->vm_number);
}

/* Puts the VM's texts into the value of the template. */
static HypervCimValue *
render (RepositoryObject *self, guint slot)
{
  const HypervCimProperty *pattern = &self->base[slot];
  const RepositoryProperty *target = &self->klass->properties[slot];
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autofree HypervCimScalar *items = g_new0 (HypervCimScalar, pattern->n_items + 1);
  HypervCimProperty text = *pattern;
  HypervCimValue *value;

  for (guint i = 0; i < pattern->n_items; i++) {
    GString *out = g_string_sized_new (64);

    repository_vm_render (out, pattern->items[i].s, get_vm (self));
    items[i].s = g_string_free (out, FALSE);
    g_ptr_array_add (texts, (gpointer)items[i].s);
  }
  text.type = HYPERV_CIM_TYPE_TEXT;
  text.items = items;
  value = repository_value_convert (target, &text, self->klass->name_space, NULL);
  return value != NULL ? value : hyperv_cim_value_new_null (target->type, target->is_array);
}

static gboolean
has_variables (const RepositoryObject *self, guint slot)
{
  return self->variables != NULL && self->variables[slot]
         && (self->own == NULL || self->own[slot] == NULL);
}

void
repository_object_peek_stored (RepositoryObject *self, guint slot, HypervCimProperty *property)
{
  HypervCimValue *value = self->own == NULL ? NULL : self->own[slot];

  if (has_variables (self, slot)) {
    if (self->rendered == NULL)
      self->rendered = g_new0 (HypervCimValue *, self->klass->n_properties);
    if (self->rendered[slot] == NULL)
      self->rendered[slot] = render (self, slot);
    value = self->rendered[slot];
  }
  if (value == NULL) {
    *property = self->base[slot];
    return;
  }
  hyperv_cim_value_peek (value, property);
  property->name = self->klass->properties[slot].name;
}

static RepositoryMoving *
get_moving (RepositoryObject *self, guint slot)
{
  guint place = 0;

  if (self->moving == NULL) {
    self->moving = g_new0 (RepositoryMoving, self->klass->n_computed);
    for (guint i = 0; i < self->klass->n_computed; i++)
      self->moving[i].since = self->repository->start;
  }
  for (guint i = 0; i < slot; i++)
    place += self->klass->computed[i] != 0;
  return &self->moving[place];
}

static void
peek_computed (RepositoryObject *self, guint slot, HypervCimProperty *property)
{
  RepositoryMoving *moving = get_moving (self, slot);
  HypervCimValue *value;

  repository_object_peek_stored (self, slot, property);
  value = repository_computed_get (self->klass->computed[slot], self, property,
                                   sim_clock_now (self->repository->clock) - moving->since);
  if (value == NULL)
    return;
  if (moving->value != NULL)
    hyperv_cim_value_unref (moving->value);
  moving->value = value;
  hyperv_cim_value_peek (value, property);
  property->name = self->klass->properties[slot].name;
}

void
repository_object_peek (RepositoryObject *self, guint index, HypervCimProperty *property)
{
  g_return_if_fail (index < self->klass->n_properties);

  if (self->klass->computed != NULL && self->klass->computed[index] != 0 && !self->is_deleted)
    peek_computed (self, index, property);
  else
    repository_object_peek_stored (self, index, property);
}

void
repository_object_freeze (RepositoryObject *self, guint slot)
{
  for (guint i = 0; self->klass->computed != NULL && i < self->klass->n_properties; i++) {
    HypervCimProperty now;

    if (!repository_computed_depends (self->klass->computed[i], self->klass, slot))
      continue;
    peek_computed (self, i, &now);
    repository_object_put (self, i, hyperv_cim_value_new_from_property (&now));
    repository_object_restart (self, i);
  }
}

void
repository_object_restart (RepositoryObject *self, guint slot)
{
  if (self->klass->computed != NULL && self->klass->computed[slot] != 0)
    get_moving (self, slot)->since = sim_clock_now (self->repository->clock);
}

gboolean
repository_object_find (RepositoryObject *self, const char *name, HypervCimProperty *property)
{
  gint slot = repository_class_get_slot (self->klass, name);

  if (slot < 0)
    return FALSE;
  repository_object_peek (self, (guint)slot, property);
  return TRUE;
}

guint64
repository_object_get_uint (RepositoryObject *self, const char *name)
{
  HypervCimProperty property;

  if (!repository_object_find (self, name, &property) || property.n_items != 1)
    return 0;
  if (property.type == HYPERV_CIM_TYPE_BOOLEAN || property.type == HYPERV_CIM_TYPE_CHAR16
      || hyperv_cim_type_is_unsigned (property.type) || hyperv_cim_type_is_signed (property.type))
    return property.items[0].u;
  return 0;
}

const char *
repository_object_get_string (RepositoryObject *self, const char *name)
{
  HypervCimProperty property;

  if (!repository_object_find (self, name, &property) || property.n_items != 1
      || !hyperv_cim_type_is_text (property.type))
    return NULL;
  return property.items[0].s;
}

/* ---- at the border ---- */

HypervCimInstance *
repository_object_to_instance (RepositoryObject *self)
{
  g_autoptr (HypervCimBuilder) builder
      = hyperv_cim_builder_new (self->klass->name_space, self->klass->name);

  for (guint i = 0; i < self->klass->n_properties; i++) {
    HypervCimProperty property;

    repository_object_peek (self, i, &property);
    hyperv_cim_builder_add_property (builder, &property);
  }
  return hyperv_cim_builder_end (builder);
}

static char *
dup_key_text (const HypervCimProperty *property)
{
  if (property->n_items != 1)
    return g_strdup ("");
  if (hyperv_cim_type_is_text (property->type))
    return g_strdup (property->items[0].s);
  if (property->type == HYPERV_CIM_TYPE_BOOLEAN)
    return g_strdup (property->items[0].u ? "TRUE" : "FALSE");
  if (hyperv_cim_type_is_signed (property->type))
    return g_strdup_printf ("%" G_GINT64_FORMAT, property->items[0].i);
  if (property->type == HYPERV_CIM_TYPE_REAL32 || property->type == HYPERV_CIM_TYPE_REAL64) {
    char buffer[G_ASCII_DTOSTR_BUF_SIZE];

    return g_strdup (g_ascii_dtostr (buffer, sizeof buffer, property->items[0].d));
  }
  return g_strdup_printf ("%" G_GUINT64_FORMAT, property->items[0].u);
}

HypervCimPath *
repository_object_to_path (RepositoryObject *self)
{
  HypervCimPath *path = hyperv_cim_path_new (self->klass->name_space, self->klass->name);

  for (guint i = 0; i < self->klass->n_keys; i++) {
    HypervCimProperty property;

    repository_object_peek (self, self->klass->key_slots[i], &property);
    if (property.type == HYPERV_CIM_TYPE_REFERENCE && property.n_items == 1) {
      hyperv_cim_path_add_reference_key (path, self->klass->keys[i], property.items[0].path);
    } else {
      g_autofree char *text = dup_key_text (&property);

      hyperv_cim_path_add_key (path, self->klass->keys[i], text);
    }
  }
  return path;
}

static char *
write_full_path (Repository *self, const HypervCimPath *path, const RepositoryClass *klass)
{
  GString *out = g_string_new ("\\\\");
  const char *name_space = hyperv_cim_path_get_namespace (path);

  g_string_append (out, repository_get_computer_name (self));
  g_string_append_c (out, '\\');
  for (; *name_space != '\0'; name_space++)
    g_string_append_c (out, *name_space == '/' ? '\\' : *name_space);
  g_string_append_c (out, ':');
  repository_path_write (out, path, klass);
  return g_string_free (out, FALSE);
}

char *
repository_object_to_path_text (RepositoryObject *self)
{
  g_autoptr (HypervCimPath) path = repository_object_to_path (self);

  return write_full_path (self->repository, path, self->klass);
}

HypervCimPath *
repository_read_path (Repository *self, const char *text, const char *name_space, GError **error)
{
  return repository_path_read (text, name_space, error);
}

char *
repository_write_path (Repository *self, const HypervCimPath *path)
{
  const RepositoryClass *klass = repository_find_class (self, hyperv_cim_path_get_namespace (path),
                                                        hyperv_cim_path_get_class_name (path));

  return write_full_path (self, path, klass);
}

/* ---- comparing ---- */

void
repository_append_canonical (GString *out, const HypervCimProperty *property)
{
  if (property->n_items != 1)
    return;
  if (property->type == HYPERV_CIM_TYPE_REFERENCE) {
    repository_canonical_reference (out, property->items[0].path);
  } else if (hyperv_cim_type_is_text (property->type)) {
    repository_canonical_text (out, property->items[0].s);
  } else {
    g_autofree char *text = dup_key_text (property);

    repository_canonical_text (out, text);
  }
}

/* The text of a reference or a key, with the VM's texts put in: no value is made of it. */
static gboolean
append_rendered (RepositoryObject *self, guint slot, gboolean as_path, GString *out)
{
  g_autoptr (GString) text = g_string_sized_new (128);
  g_autoptr (HypervCimPath) path = NULL;

  repository_vm_render (text, self->base[slot].items[0].s, get_vm (self));
  if (self->klass->properties[slot].type != HYPERV_CIM_TYPE_REFERENCE)
    return repository_canonical_key_value (&self->klass->properties[slot], text->str,
                                           self->klass->name_space, out);
  path = repository_path_read (text->str, self->klass->name_space, NULL);
  if (path == NULL)
    return FALSE;
  if (as_path)
    repository_path_canonical (out, path);
  else
    repository_canonical_reference (out, path);
  return TRUE;
}

gboolean
repository_object_append_canonical (RepositoryObject *self, guint slot, gboolean as_path,
                                    GString *out)
{
  HypervCimProperty property;

  if (has_variables (self, slot) && (self->rendered == NULL || self->rendered[slot] == NULL))
    return self->base[slot].n_items == 1 && append_rendered (self, slot, as_path, out);
  repository_object_peek_stored (self, slot, &property);
  if (property.n_items != 1)
    return FALSE;
  if (as_path)
    repository_path_canonical (out, property.items[0].path);
  else
    repository_append_canonical (out, &property);
  return TRUE;
}

const char *
repository_object_get_canonical (RepositoryObject *self)
{
  GString *out;

  if (self->canonical != NULL)
    return self->canonical;
  out = g_string_new (NULL);
  repository_canonical_begin (out, self->klass->name);
  for (guint i = 0; i < self->klass->n_keys; i++) {
    repository_canonical_key (out, self->klass->keys[i]);
    repository_object_append_canonical (self, self->klass->key_slots[i], FALSE, out);
  }
  self->canonical = g_string_free (out, FALSE);
  return self->canonical;
}
