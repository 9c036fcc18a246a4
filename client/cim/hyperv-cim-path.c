/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/cim/hyperv-cim-path.h"

typedef struct {
  char *name;
  char *value;
  HypervCimPath *reference;
} Key;

/**
 * HypervCimPath:
 *
 * Says which instance is meant: namespace, class and the values of its keys.
 */
struct _HypervCimPath {
  gatomicrefcount ref_count;
  char *name_space;
  char *class_name;
  GArray *keys;
};

G_DEFINE_BOXED_TYPE (HypervCimPath, hyperv_cim_path, hyperv_cim_path_ref, hyperv_cim_path_unref)

static void
key_clear (gpointer data)
{
  Key *key = data;

  g_free (key->name);
  g_free (key->value);
  if (key->reference != NULL)
    hyperv_cim_path_unref (key->reference);
}

/**
 * hyperv_cim_path_new: (constructor)
 * @name_space: namespace with slashes, such as `root/virtualization/v2`
 * @class_name: class, or `*` for all of the namespace
 *
 * Makes a path without keys, which means the class, or the only instance of a singleton.
 *
 * Returns: (transfer full): the path
 */
HypervCimPath *
hyperv_cim_path_new (const char *name_space, const char *class_name)
{
  HypervCimPath *self;

  g_return_val_if_fail (name_space != NULL, NULL);
  g_return_val_if_fail (class_name != NULL, NULL);

  self = g_new0 (HypervCimPath, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->name_space = g_strdup (name_space);
  self->class_name = g_strdup (class_name);
  self->keys = g_array_new (FALSE, FALSE, sizeof (Key));
  g_array_set_clear_func (self->keys, key_clear);
  return self;
}

/**
 * hyperv_cim_path_ref: (skip)
 * @self: a path
 *
 * Takes a reference. Any thread may; a path that is shared is not changed any more.
 *
 * Returns: (transfer full): the same path
 */
HypervCimPath *
hyperv_cim_path_ref (const HypervCimPath *self)
{
  HypervCimPath *path = (HypervCimPath *) self;

  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&path->ref_count);
  return path;
}

/**
 * hyperv_cim_path_unref: (skip)
 * @self: (transfer full): a path
 *
 * Gives a reference back; the last one frees the path. Any thread may.
 */
void
hyperv_cim_path_unref (HypervCimPath *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_free (self->name_space);
  g_free (self->class_name);
  g_array_unref (self->keys);
  g_free (self);
}

static const Key *
find (const HypervCimPath *self, const char *name)
{
  for (guint i = 0; i < self->keys->len; i++) {
    const Key *key = &g_array_index (self->keys, Key, i);

    if (g_ascii_strcasecmp (key->name, name) == 0)
      return key;
  }
  return NULL;
}

/**
 * hyperv_cim_path_add_key:
 * @self: a path that nobody else holds yet
 * @name: name of the key
 * @value: its value as text
 *
 * Adds a key.
 */
void
hyperv_cim_path_add_key (HypervCimPath *self, const char *name, const char *value)
{
  Key key = { 0 };

  g_return_if_fail (self != NULL && name != NULL && value != NULL);
  g_return_if_fail (find (self, name) == NULL);

  key.name = g_strdup (name);
  key.value = g_strdup (value);
  g_array_append_val (self->keys, key);
}

/**
 * hyperv_cim_path_add_reference_key:
 * @self: a path that nobody else holds yet
 * @name: name of the key
 * @value: the instance that it refers to
 *
 * Adds a key that is a reference, as associations have them.
 */
void
hyperv_cim_path_add_reference_key (HypervCimPath *self, const char *name,
                                   const HypervCimPath *value)
{
  Key key = { 0 };

  g_return_if_fail (self != NULL && name != NULL && value != NULL);
  g_return_if_fail (find (self, name) == NULL);

  key.name = g_strdup (name);
  key.reference = hyperv_cim_path_ref (value);
  g_array_append_val (self->keys, key);
}

/**
 * hyperv_cim_path_get_namespace:
 * @self: a path
 *
 * Tells in which namespace the instance is.
 *
 * Returns: the namespace, with slashes
 */
const char *
hyperv_cim_path_get_namespace (const HypervCimPath *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->name_space;
}

/**
 * hyperv_cim_path_get_class_name:
 * @self: a path
 *
 * Tells of which class the instance is.
 *
 * Returns: the class
 */
const char *
hyperv_cim_path_get_class_name (const HypervCimPath *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->class_name;
}

/**
 * hyperv_cim_path_get_n_keys:
 * @self: a path
 *
 * Counts the keys. A path without keys means the class, or its only instance.
 *
 * Returns: how many keys it has
 */
guint
hyperv_cim_path_get_n_keys (const HypervCimPath *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->keys->len;
}

/**
 * hyperv_cim_path_get_key_name:
 * @self: a path
 * @index: which key, from 0
 *
 * Tells how a key is called. Keys stand in the order of adding.
 *
 * Returns: the name of the key
 */
const char *
hyperv_cim_path_get_key_name (const HypervCimPath *self, guint index)
{
  g_return_val_if_fail (self != NULL && index < self->keys->len, NULL);

  return g_array_index (self->keys, Key, index).name;
}

/**
 * hyperv_cim_path_get_key_value:
 * @self: a path
 * @index: which key, from 0
 *
 * Gives the value of a key as text, whatever its type.
 *
 * Returns: (nullable): the value, %NULL for a key that is a reference
 */
const char *
hyperv_cim_path_get_key_value (const HypervCimPath *self, guint index)
{
  g_return_val_if_fail (self != NULL && index < self->keys->len, NULL);

  return g_array_index (self->keys, Key, index).value;
}

/**
 * hyperv_cim_path_get_key_reference:
 * @self: a path
 * @index: which key, from 0
 *
 * Gives the path in a key that is a reference, as those of associations are.
 *
 * Returns: (nullable) (transfer none): the path that the key holds, %NULL for a key of another type
 */
const HypervCimPath *
hyperv_cim_path_get_key_reference (const HypervCimPath *self, guint index)
{
  g_return_val_if_fail (self != NULL && index < self->keys->len, NULL);

  return g_array_index (self->keys, Key, index).reference;
}

/**
 * hyperv_cim_path_lookup:
 * @self: a path
 * @name: name of a key, in any case
 *
 * Gives the value of a key by its name.
 *
 * Returns: (nullable): the value, %NULL when there is no such key or it is a reference
 */
const char *
hyperv_cim_path_lookup (const HypervCimPath *self, const char *name)
{
  const Key *key;

  g_return_val_if_fail (self != NULL && name != NULL, NULL);

  key = find (self, name);
  return key != NULL ? key->value : NULL;
}

static gboolean
key_equal (const Key *a, const Key *b)
{
  if (a->reference != NULL || b->reference != NULL)
    return a->reference != NULL && b->reference != NULL
           && hyperv_cim_path_equal (a->reference, b->reference);
  return g_ascii_strcasecmp (a->value, b->value) == 0;
}

/**
 * hyperv_cim_path_equal:
 * @a: a path
 * @b: another
 *
 * Compares as WMI does: without regard to case, the keys in any order.
 *
 * Returns: whether both mean the same instance
 */
gboolean
hyperv_cim_path_equal (const HypervCimPath *a, const HypervCimPath *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  if (a->keys->len != b->keys->len || g_ascii_strcasecmp (a->name_space, b->name_space) != 0
      || g_ascii_strcasecmp (a->class_name, b->class_name) != 0)
    return FALSE;
  for (guint i = 0; i < a->keys->len; i++) {
    const Key *key = &g_array_index (a->keys, Key, i);
    const Key *other = find (b, key->name);

    if (other == NULL || !key_equal (key, other))
      return FALSE;
  }
  return TRUE;
}
