/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/repository/host-write.h"

#include <string.h>

#include "simulator/repository/repository-path.h"
#include "simulator/repository/repository-value.h"

/* One instance of a host: its class and properties looked up, its aliases followed. */

static HostItem *
find_alias (HostWriter *self, const HostItem *item, const char *alias)
{
  HostItem *target = g_hash_table_lookup (item->scope->aliases, alias);

  return target != NULL ? target : g_hash_table_lookup (self->instances->aliases, alias);
}

/* NULL without an error: what it names is not there in this release. */
static char *
read_alias (HostWriter *self, HostItem *item, const MofLiteral *literal, GError **error)
{
  HostItem *target = find_alias (self, item, literal->text);
  g_autoptr (GError) local = NULL;
  const char *path;

  if (target == NULL) {
    mof_fail (literal->place, error, "expected an alias of this host, found $%s", literal->text);
    return NULL;
  }
  if (target->state == HOST_ITEM_BUSY) {
    mof_fail (literal->place, error, "expected no circle of aliases, found one through $%s",
              literal->text);
    return NULL;
  }
  if (self->depth >= HOST_MAX_ALIASES) {
    mof_fail (literal->place, error, "expected at most %u aliases behind each other, found $%s",
              HOST_MAX_ALIASES, literal->text);
    return NULL;
  }
  self->depth++;
  path = host_item_get_path (self, target, &local);
  self->depth--;
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return g_strdup (path);
}

/* FALSE with an error; or without one when an alias leads to nothing. */
static gboolean
read_texts (HostWriter *self, HostItem *item, const RepositoryProperty *property,
            const MofAssignment *assignment, GPtrArray *texts, GError **error)
{
  for (guint i = 0; i < assignment->literals->len; i++) {
    const MofLiteral *literal = assignment->literals->pdata[i];
    char *text;

    if (literal->kind == MOF_LITERAL_ALIAS && property->type != HYPERV_CIM_TYPE_REFERENCE)
      return mof_fail (literal->place, error, "%s: expected %s, found the alias $%s",
                       property->name, hyperv_cim_type_get_name (property->type), literal->text);
    text = literal->kind == MOF_LITERAL_ALIAS
               ? read_alias (self, item, literal, error)
               : host_expand (self, item->scope, literal->text, literal->place, error);
    if (text == NULL)
      return FALSE;
    g_ptr_array_add (texts, text);
  }
  return TRUE;
}

/* Keys are compared as texts, so a number has one spelling. */
static char *
dup_compared (const RepositoryProperty *property, const char *text)
{
  HypervCimScalar scalar;

  if (hyperv_cim_type_is_unsigned (property->type)
      && repository_value_parse (property->type, text, &scalar, NULL))
    return g_strdup_printf ("%" G_GUINT64_FORMAT, scalar.u);
  if (hyperv_cim_type_is_signed (property->type)
      && repository_value_parse (property->type, text, &scalar, NULL))
    return g_strdup_printf ("%" G_GINT64_FORMAT, scalar.i);
  if (property->type == HYPERV_CIM_TYPE_BOOLEAN
      && repository_value_parse (property->type, text, &scalar, NULL))
    return g_strdup (scalar.u ? "TRUE" : "FALSE");
  return g_strdup (text);
}

static gboolean
resolve_assignment (HostWriter *self, HostItem *item, const MofAssignment *assignment,
                    gboolean *dangles, GError **error)
{
  gint slot = repository_class_get_slot (item->klass, assignment->name);
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) local = NULL;
  const RepositoryProperty *property;

  if (slot < 0)
    return schema_class_has_property (self->schema, item->class_index, assignment->name)
               ? TRUE /* of a newer release */
               : mof_fail (assignment->place, error, "expected a property of %s, found %s",
                           item->klass->name, assignment->name);
  property = &item->klass->properties[slot];
  if (!assignment->is_list
      && ((MofLiteral *)assignment->literals->pdata[0])->kind == MOF_LITERAL_NULL)
    return TRUE;
  if (!read_texts (self, item, property, assignment, texts, &local)) {
    *dangles = local == NULL;
    if (local != NULL)
      g_propagate_error (error, g_steal_pointer (&local));
    return *dangles;
  }
  if (!host_write_value (self, property, item->mof->name_space, assignment, texts,
                         &item->slots[slot], error))
    return FALSE;
  if (!property->is_array)
    item->texts[slot] = dup_compared (property, texts->pdata[0]);
  return TRUE;
}

static gboolean
check_keys (HostItem *item, GError **error)
{
  for (guint i = 0; i < item->klass->n_keys; i++)
    if (item->slots[item->klass->key_slots[i]] == 0)
      return mof_fail (item->mof->place, error, "expected a value for the key %s of %s, found none",
                       item->klass->keys[i], item->klass->name);
  return TRUE;
}

static gboolean
find_class (HostWriter *self, HostItem *item, GError **error)
{
  const MofInstance *mof = item->mof;

  item->class_index = schema_find (self->schema, mof->name_space, mof->class_name);
  if (item->class_index == IMAGE_NONE)
    return mof_fail (mof->place, error, "expected a class of %s, found %s", mof->name_space,
                     mof->class_name);
  item->klass = schema_get_class (self->schema, self->settings->rank, item->class_index);
  if (item->klass == NULL) {
    item->state = HOST_ITEM_DROPPED;
    return TRUE;
  }
  if (item->klass->record->flags & SCHEMA_IS_ABSTRACT)
    return mof_fail (mof->place, error,
                     "expected a class that can have instances, found %s, "
                     "which is abstract",
                     item->klass->name);
  item->slots = g_new0 (guint32, item->klass->n_properties + 1);
  item->texts = g_new0 (char *, item->klass->n_properties + 1);
  return TRUE;
}

gboolean
host_item_resolve (HostWriter *self, HostItem *item, GError **error)
{
  if (item->state != HOST_ITEM_NEW)
    return TRUE;
  if (!find_class (self, item, error))
    return FALSE;
  if (item->state == HOST_ITEM_DROPPED)
    return TRUE;
  item->state = HOST_ITEM_BUSY;
  for (guint i = 0; i < item->mof->assignments->len; i++) {
    gboolean dangles = FALSE;

    if (!resolve_assignment (self, item, item->mof->assignments->pdata[i], &dangles, error))
      return FALSE;
    /* An association with something that this release does not have is not there either. */
    if (dangles) {
      item->state = HOST_ITEM_DROPPED;
      return TRUE;
    }
  }
  item->state = HOST_ITEM_DONE;
  return check_keys (item, error);
}

static void
append_quoted (GString *out, const char *text)
{
  g_string_append_c (out, '"');
  for (; *text != '\0'; text++) {
    if (*text == '"' || *text == '\\')
      g_string_append_c (out, '\\');
    g_string_append_c (out, *text);
  }
  g_string_append_c (out, '"');
}

const char *
host_item_get_path (HostWriter *self, HostItem *item, GError **error)
{
  GString *path;

  if (!host_item_resolve (self, item, error) || item->state == HOST_ITEM_DROPPED)
    return NULL;
  if (item->path != NULL)
    return item->path;
  path = g_string_new (item->klass->name_space);
  g_string_append_printf (path, ":%s", item->klass->name);
  for (guint i = 0; i < item->klass->n_keys; i++) {
    g_string_append_printf (path, "%c%s=", i == 0 ? '.' : ',', item->klass->keys[i]);
    append_quoted (path, item->texts[item->klass->key_slots[i]]);
  }
  item->path = g_string_free (path, FALSE);
  return item->path;
}

/* What is compared for one key; the texts were checked before. */
static void
append_key (GString *out, const HostItem *item, guint slot)
{
  g_autoptr (HypervCimPath) path = NULL;

  if (item->klass->properties[slot].type == HYPERV_CIM_TYPE_REFERENCE)
    path = repository_path_read (item->texts[slot], item->mof->name_space, NULL);
  if (path != NULL)
    repository_canonical_reference (out, path);
  else
    repository_canonical_text (out, item->texts[slot]);
}

char *
host_item_dup_canonical (HostItem *item)
{
  GString *out = g_string_new (NULL);

  repository_canonical_begin (out, item->klass->name);
  for (guint i = 0; i < item->klass->n_keys; i++) {
    repository_canonical_key (out, item->klass->keys[i]);
    append_key (out, item, item->klass->key_slots[i]);
  }
  return g_string_free (out, FALSE);
}

/* ---- indexes ---- */

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  const HostIndexRow *x = a, *y = b;

  if (x->hash != y->hash)
    return x->hash < y->hash ? -1 : 1;
  return x->instance < y->instance ? -1 : x->instance > y->instance;
}

static void
add_key_rows (GArray *rows, const HostItem *item)
{
  for (guint i = 0; i < item->klass->n_keys; i++) {
    g_autoptr (GString) text = g_string_new (NULL);
    HostIndexRow row = { .instance = item->serial };

    append_key (text, item, item->klass->key_slots[i]);
    row.hash = repository_hash_key (item->klass->keys[i], text->str);
    g_array_append_val (rows, row);
  }
}

static void
add_reference_rows (GArray *rows, const HostItem *item)
{
  if ((item->klass->record->flags & SCHEMA_IS_ASSOCIATION) == 0)
    return;
  for (guint i = 0; i < item->klass->n_references; i++) {
    const char *text = item->texts[item->klass->reference_slots[i]];
    g_autoptr (HypervCimPath) path = NULL;
    g_autoptr (GString) canonical = g_string_new (NULL);
    HostIndexRow row = { .instance = item->serial };

    if (text == NULL)
      continue;
    path = repository_path_read (text, item->mof->name_space, NULL);
    repository_path_canonical (canonical, path);
    row.hash = repository_hash (REPOSITORY_HASH_START, canonical->str);
    g_array_append_val (rows, row);
  }
}

void
host_write_indexes (HostWriter *self, HostHeader *header)
{
  g_autoptr (GArray) keys = g_array_new (FALSE, FALSE, sizeof (HostIndexRow));
  g_autoptr (GArray) references = g_array_new (FALSE, FALSE, sizeof (HostIndexRow));

  for (guint i = 0; i < self->instances->items->len; i++) {
    add_key_rows (keys, self->instances->items->pdata[i]);
    add_reference_rows (references, self->instances->items->pdata[i]);
  }
  g_array_sort (keys, compare_rows);
  g_array_sort (references, compare_rows);
  header->n_keys = keys->len;
  header->keys = image_pool_add_record (self->pool, keys->data, keys->len * sizeof (HostIndexRow));
  header->n_references = references->len;
  header->references = image_pool_add_record (self->pool, references->data,
                                              references->len * sizeof (HostIndexRow));
}
