/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/repository/host-write.h"

#include <string.h>

#include "simulator/repository/repository-path.h"
#include "simulator/repository/repository-value.h"
#include "simulator/repository/repository-vm.h"

/* Values of instances: `${…}` put in, texts checked, records written. */

static gboolean
expand_one (HostWriter *self, const HostScope *scope, const char *key, GString *out, MofPlace place,
            GError **error)
{
  ImageVariable variable = repository_vm_find_variable (key);
  g_autofree char *value = NULL;

  if (variable != 0) {
    if (scope->name == NULL)
      return mof_fail (place, error,
                       "expected a value of [values], found ${%s}, which only templates have", key);
    g_string_append_c (out, (char)variable);
    return TRUE;
  }
  value = host_settings_get_value (self->settings, key);
  if (value == NULL)
    return mof_fail (place, error, "expected a value of [values] in %s, found ${%s}",
                     self->settings->file, key);
  g_string_append (out, value);
  return TRUE;
}

char *
host_expand (HostWriter *self, const HostScope *scope, const char *text, MofPlace place,
             GError **error)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autofree char *translated = host_settings_get_text (self->settings, text);

  if (translated != NULL)
    text = translated;
  while (*text != '\0') {
    const char *end = NULL;

    if (strncmp (text, "$${", 3) == 0) {
      g_string_append (out, "${");
      text += 3;
    } else if (strncmp (text, "${", 2) == 0 && (end = strchr (text, '}')) != NULL) {
      g_autofree char *key = g_strndup (text + 2, (gsize)(end - text - 2));

      if (!expand_one (self, scope, key, out, place, error))
        return NULL;
      text = end + 1;
    } else if (strncmp (text, "${", 2) == 0) {
      mof_fail (place, error, "expected } after ${, found none ($${ stands for ${)");
      return NULL;
    } else {
      g_string_append_c (out, *text++);
    }
  }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* A path must name a class of the schema by exactly its keys; and one that the property takes. */
static gboolean
check_path (HostWriter *self, const RepositoryProperty *property, const HypervCimPath *path,
            MofPlace place, GError **error)
{
  const char *name_space = hyperv_cim_path_get_namespace (path);
  const char *class_name = hyperv_cim_path_get_class_name (path);
  guint32 index = schema_find (self->schema, name_space, class_name);
  const RepositoryClass *klass;
  guint n_keys = hyperv_cim_path_get_n_keys (path);

  if (index == IMAGE_NONE)
    return mof_fail (place, error, "%s: expected a class of %s, found %s", property->name,
                     name_space, class_name);
  klass = schema_get_class (self->schema, MOF_N_RANKS - 1, index);
  for (guint i = 0; i < n_keys; i++) {
    const RepositoryProperty *key
        = repository_class_find_property (klass, hyperv_cim_path_get_key_name (path, i));

    if (key == NULL || !key->is_key)
      return mof_fail (place, error, "%s: expected a key of %s, found %s", property->name,
                       klass->name, hyperv_cim_path_get_key_name (path, i));
  }
  if (n_keys != klass->n_keys)
    return mof_fail (place, error, "%s: expected the %u keys of %s, found %u", property->name,
                     klass->n_keys, klass->name, n_keys);
  return TRUE;
}

static gboolean
check_text (HostWriter *self, const RepositoryProperty *property, const MofLiteral *literal,
            const char *name_space, const char *text, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GString) sample = NULL;
  g_autoptr (HypervCimPath) path = NULL;
  HypervCimScalar scalar;

  if (!g_utf8_validate (text, -1, NULL))
    return mof_fail (literal->place, error, "%s: expected text in UTF-8", property->name);
  /* Texts with variables are tried with the first VM's. */
  if (repository_vm_has_variables (text)) {
    RepositoryVm vm;

    repository_vm_init (&vm, 1, 1);
    sample = g_string_new (NULL);
    repository_vm_render (sample, text, &vm);
    text = sample->str;
  }
  if (property->type != HYPERV_CIM_TYPE_REFERENCE) {
    if (repository_value_parse (property->type, text, &scalar, &local))
      return TRUE;
    return mof_fail (literal->place, error, "%s: %s", property->name, local->message);
  }
  path = repository_path_read (text, name_space, &local);
  if (path == NULL)
    return mof_fail (literal->place, error, "%s: %s", property->name, local->message);
  return check_path (self, property, path, literal->place, error);
}

static gboolean
check_form (const RepositoryProperty *property, const MofAssignment *assignment, GError **error)
{
  if (assignment->is_list != property->is_array)
    return mof_fail (assignment->place, error, "expected %s for %s, found %s",
                     property->is_array ? "a list in braces" : "one value", property->name,
                     assignment->is_list ? "a list" : "one value");
  for (guint i = 0; i < assignment->literals->len; i++) {
    const MofLiteral *literal = assignment->literals->pdata[i];

    if (literal->kind == MOF_LITERAL_NULL)
      return mof_fail (literal->place, error, "%s: expected a value in the list, found NULL",
                       property->name);
    if (hyperv_cim_type_is_text (property->type) && literal->kind == MOF_LITERAL_TEXT
        && !literal->quoted && literal->text[0] != '$')
      return mof_fail (literal->place, error, "%s: expected a string, found %s", property->name,
                       literal->text);
  }
  return TRUE;
}

static guint64
to_bits (HypervCimType type, HypervCimScalar scalar)
{
  guint64 bits;

  if (type == HYPERV_CIM_TYPE_REAL32 || type == HYPERV_CIM_TYPE_REAL64) {
    memcpy (&bits, &scalar.d, sizeof bits);
    return bits;
  }
  return scalar.u;
}

gboolean
host_write_value (HostWriter *self, const RepositoryProperty *property, const char *name_space,
                  const MofAssignment *assignment, GPtrArray *texts, guint32 *offset,
                  GError **error)
{
  gsize size = sizeof (HostValue) + texts->len * sizeof (guint64);
  g_autofree HostValue *record = g_malloc0 (size);

  if (!check_form (property, assignment, error))
    return FALSE;
  record->type = (guint8)property->type;
  record->is_array = (guint8)property->is_array;
  record->n_items = texts->len;
  for (guint i = 0; i < texts->len; i++)
    record->has_variables |= (guint8)repository_vm_has_variables (texts->pdata[i]);

  for (guint i = 0; i < texts->len; i++) {
    HypervCimScalar scalar;

    if (!check_text (self, property, assignment->literals->pdata[i], name_space, texts->pdata[i],
                     error))
      return FALSE;
    if (record->has_variables || hyperv_cim_type_is_text (property->type)
        || property->type == HYPERV_CIM_TYPE_REFERENCE) {
      record->items[i] = image_pool_add_text (self->pool, texts->pdata[i]);
    } else {
      repository_value_parse (property->type, texts->pdata[i], &scalar, NULL);
      record->items[i] = to_bits (property->type, scalar);
    }
  }
  *offset = image_pool_share_record (self->pool, record, size);
  return TRUE;
}
