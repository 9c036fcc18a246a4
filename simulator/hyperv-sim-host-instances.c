/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>

#include "simulator/hyperv-sim-host-private.h"

/* Any instance of a host, for its owner: asked, made, changed and taken away without the wire.
 * Values are those of GVariant: numbers are `t`, `x` or `d`, dates and paths texts, null an empty
 * maybe. */

typedef struct {
  const char *name_space;
  const char *text; /* query, path or class */
  GVariant *properties;
  GVariant *rows;
  char *path;
  GError *error;
} Order;

static gboolean
run (HypervSimHost *self, HypervSimCall function, Order *order, GError **error)
{
  if (!hyperv_sim_host_call (self, function, order)) {
    g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_NOT_RUNNING,
                 "host “%s” does not run; start it first", self->name);
    return FALSE;
  }
  if (order->error == NULL)
    return TRUE;
  g_set_error_literal (error, HYPERV_SIM_ERROR,
                       g_error_matches (order->error, REPOSITORY_ERROR, REPOSITORY_ERROR_NOT_FOUND)
                           ? HYPERV_SIM_ERROR_NOT_FOUND
                           : HYPERV_SIM_ERROR_INVALID_ARGUMENT,
                       order->error->message);
  g_error_free (order->error);
  return FALSE;
}

/* ---- reading ---- */

static GVariant *to_settings (Repository *repository, const HypervCimInstance *instance);

static GVariant *
to_scalar (Repository *repository, HypervCimType type, const HypervCimScalar *item)
{
  g_autofree char *path = NULL;

  if (type == HYPERV_CIM_TYPE_BOOLEAN)
    return g_variant_new_boolean (item->u != 0);
  if (hyperv_cim_type_is_unsigned (type) || type == HYPERV_CIM_TYPE_CHAR16)
    return g_variant_new_uint64 (item->u);
  if (hyperv_cim_type_is_signed (type))
    return g_variant_new_int64 (item->i);
  if (type == HYPERV_CIM_TYPE_REAL32 || type == HYPERV_CIM_TYPE_REAL64)
    return g_variant_new_double (item->d);
  if (type == HYPERV_CIM_TYPE_INSTANCE)
    return to_settings (repository, item->instance);
  if (type != HYPERV_CIM_TYPE_REFERENCE)
    return g_variant_new_string (item->s);
  path = repository_write_path (repository, item->path);
  return g_variant_new_string (path);
}

static GVariant *
to_value (Repository *repository, const HypervCimProperty *property)
{
  g_auto (GVariantBuilder) list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("av"));

  if (property->is_null)
    return g_variant_new_maybe (G_VARIANT_TYPE_STRING, NULL);
  if (!property->is_array)
    return to_scalar (repository, property->type, &property->items[0]);
  for (guint i = 0; i < property->n_items; i++)
    g_variant_builder_add (&list, "v", to_scalar (repository, property->type, &property->items[i]));
  return g_variant_builder_end (&list);
}

static GVariant *
to_settings (Repository *repository, const HypervCimInstance *instance)
{
  g_auto (GVariantBuilder) row = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  for (guint i = 0; i < hyperv_cim_instance_get_n_properties (instance); i++) {
    HypervCimProperty property;

    hyperv_cim_instance_peek (instance, i, &property);
    g_variant_builder_add (&row, "{sv}", property.name, to_value (repository, &property));
  }
  return g_variant_builder_end (&row);
}

static gboolean
is_wanted (const char *const *projection, const char *name)
{
  for (; projection != NULL && *projection != NULL; projection++)
    if (g_ascii_strcasecmp (*projection, name) == 0)
      return TRUE;
  return projection == NULL;
}

static GVariant *
to_row (Repository *repository, RepositoryObject *object, const char *const *projection)
{
  g_auto (GVariantBuilder) row = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  const RepositoryClass *klass = repository_object_get_class (object);
  g_autofree char *path = repository_object_to_path_text (object);

  g_variant_builder_add (&row, "{sv}", "__CLASS",
                         g_variant_new_string (repository_class_get_name (klass)));
  g_variant_builder_add (&row, "{sv}", "__PATH", g_variant_new_string (path));
  for (guint i = 0; i < repository_class_get_n_properties (klass); i++) {
    HypervCimProperty property;

    if (!is_wanted (projection, repository_class_get_property (klass, i)->name))
      continue;
    repository_object_peek (object, i, &property);
    g_variant_builder_add (&row, "{sv}", property.name, to_value (repository, &property));
  }
  return g_variant_builder_end (&row);
}

static void
query (HypervSimHost *self, gpointer data)
{
  Order *order = data;
  g_autoptr (RepositoryQuery) parsed = repository_query_parse (order->text, &order->error);
  g_auto (GVariantBuilder) rows = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));
  g_autoptr (RepositoryCursor) cursor = NULL;
  RepositoryObject *object;

  if (parsed == NULL)
    return;
  cursor = repository_run_query (self->repository, order->name_space, parsed, &order->error);
  if (cursor == NULL)
    return;
  while ((object = repository_cursor_next (cursor)) != NULL)
    g_variant_builder_add_value (
        &rows, to_row (self->repository, object, repository_query_get_projection (parsed)));
  order->rows = g_variant_ref_sink (g_variant_builder_end (&rows));
}

/**
 * hyperv_sim_host_query:
 * @self: a host that runs
 * @name_space: `root/virtualization/v2`, `root/cimv2` …
 * @wql: a query
 * @error: HYPERV_SIM_ERROR, saying what the query has wrong
 *
 * Asks the model, not the wire.
 *
 * Returns: (transfer full) (nullable): an `aa{sv}`: the instances with their properties, and
 *   `__CLASS` and `__PATH`; null is an empty maybe
 */
GVariant *
hyperv_sim_host_query (HypervSimHost *self, const char *name_space, const char *wql, GError **error)
{
  Order order = { .name_space = name_space, .text = wql };

  g_return_val_if_fail (HYPERV_SIM_IS_HOST (self) && name_space != NULL && wql != NULL, NULL);

  return run (self, query, &order, error) ? order.rows : NULL;
}

/* ---- writing ---- */

/* A scalar as the repository reads it. (transfer full); NULL: it cannot be a property's. */
static char *
to_text (GVariant *value)
{
  g_autoptr (GVariant) inner = NULL;
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  if (g_variant_is_of_type (value, G_VARIANT_TYPE_VARIANT)) {
    inner = g_variant_get_variant (value);
    return to_text (inner);
  }
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    return g_variant_dup_string (value, NULL);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_DOUBLE))
    return g_strdup (g_ascii_dtostr (buffer, sizeof buffer, g_variant_get_double (value)));
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_BASIC))
    return g_variant_print (value, FALSE);
  return NULL;
}

static gboolean
fail_value (const char *name, GVariant *value, GError **error)
{
  g_autofree char *found = g_variant_print (value, FALSE);

  g_set_error (error, REPOSITORY_ERROR, REPOSITORY_ERROR_INVALID_VALUE,
               "%s: expected a text, a number, true, false, null or an array of these, found %s",
               name, found);
  return FALSE;
}

/* (transfer full): untyped, as if it had been read. */
static HypervCimValue *
from_variant (const char *name, GVariant *value, GError **error)
{
  gboolean is_array = g_variant_is_of_type (value, G_VARIANT_TYPE_ARRAY)
                      && !g_variant_is_of_type (value, G_VARIANT_TYPE_DICTIONARY);
  gsize n = is_array ? g_variant_n_children (value) : 1;
  g_autofree HypervCimScalar *items = g_new0 (HypervCimScalar, n + 1);
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);

  if (g_variant_is_of_type (value, G_VARIANT_TYPE_MAYBE))
    return hyperv_cim_value_new_null (HYPERV_CIM_TYPE_TEXT, FALSE);
  for (gsize i = 0; i < n; i++) {
    g_autoptr (GVariant) item
        = is_array ? g_variant_get_child_value (value, i) : g_variant_ref (value);
    char *text = to_text (item);

    if (text == NULL) {
      fail_value (name, value, error);
      return NULL;
    }
    g_ptr_array_add (texts, text);
    items[i].s = text;
  }
  return is_array ? hyperv_cim_value_new_array (HYPERV_CIM_TYPE_TEXT, items, (guint)n)
                  : hyperv_cim_value_new_text (HYPERV_CIM_TYPE_TEXT, items[0].s);
}

static RepositoryObject *
find_object (HypervSimHost *self, const Order *order, GError **error)
{
  g_autoptr (HypervCimPath) path
      = repository_read_path (self->repository, order->text, order->name_space, error);

  return path != NULL ? repository_lookup (self->repository, path, error) : NULL;
}

static void
set_instance (HypervSimHost *self, gpointer data)
{
  Order *order = data;
  g_autoptr (RepositoryObject) object = find_object (self, order, &order->error);
  const char *name;
  GVariantIter iter;
  GVariant *value;

  if (object == NULL)
    return;
  g_variant_iter_init (&iter, order->properties);
  while (g_variant_iter_next (&iter, "{&sv}", &name, &value)) {
    g_autoptr (GVariant) owned = value;
    g_autoptr (HypervCimValue) read = from_variant (name, owned, &order->error);

    if (read == NULL || !repository_object_set (object, name, read, &order->error))
      return;
  }
}

/**
 * hyperv_sim_host_set_instance:
 * @self: a host that runs
 * @name_space: of a path that has none
 * @path: `Class.Key="…"`, or a `__PATH`
 * @properties: an `a{sv}` of those that change, in order; a floating reference is taken
 * @error: HYPERV_SIM_ERROR, naming property and value; those before it have changed
 *
 * Changes an instance, whatever Hyper-V would say to that.
 *
 * Returns: whether all are set
 */
gboolean
hyperv_sim_host_set_instance (HypervSimHost *self, const char *name_space, const char *path,
                              GVariant *properties, GError **error)
{
  g_autoptr (GVariant) held = properties != NULL ? g_variant_ref_sink (properties) : NULL;
  Order order = { .name_space = name_space, .text = path, .properties = held };

  g_return_val_if_fail (HYPERV_SIM_IS_HOST (self) && name_space != NULL && path != NULL, FALSE);
  g_return_val_if_fail (
      properties != NULL && g_variant_is_of_type (properties, G_VARIANT_TYPE_VARDICT), FALSE);

  return run (self, set_instance, &order, error);
}

static void
create_instance (HypervSimHost *self, gpointer data)
{
  Order *order = data;
  g_autoptr (HypervCimBuilder) builder = hyperv_cim_builder_new (order->name_space, order->text);
  g_autoptr (HypervCimInstance) instance = NULL;
  g_autoptr (RepositoryObject) object = NULL;
  const char *name;
  GVariantIter iter;
  GVariant *value;

  g_variant_iter_init (&iter, order->properties);
  while (g_variant_iter_next (&iter, "{&sv}", &name, &value)) {
    g_autoptr (GVariant) owned = value;
    g_autoptr (HypervCimValue) read = from_variant (name, owned, &order->error);

    if (read == NULL)
      return;
    hyperv_cim_builder_add_value (builder, name, read);
  }
  instance = hyperv_cim_builder_end (builder);
  object = repository_create (self->repository, instance, &order->error);
  if (object != NULL)
    order->path = repository_object_to_path_text (object);
}

/**
 * hyperv_sim_host_create_instance:
 * @self: a host that runs
 * @name_space: of the class
 * @class_name: a class
 * @properties: an `a{sv}`; a floating reference is taken
 * @error: HYPERV_SIM_ERROR, naming property and value
 *
 * Makes an instance, whatever Hyper-V would say to that.
 *
 * Returns: (transfer full) (nullable): its `__PATH`
 */
char *
hyperv_sim_host_create_instance (HypervSimHost *self, const char *name_space,
                                 const char *class_name, GVariant *properties, GError **error)
{
  g_autoptr (GVariant) held = properties != NULL ? g_variant_ref_sink (properties) : NULL;
  Order order = { .name_space = name_space, .text = class_name, .properties = held };

  g_return_val_if_fail (HYPERV_SIM_IS_HOST (self) && name_space != NULL && class_name != NULL,
                        NULL);
  g_return_val_if_fail (
      properties != NULL && g_variant_is_of_type (properties, G_VARIANT_TYPE_VARDICT), NULL);

  return run (self, create_instance, &order, error) ? order.path : NULL;
}

static void
delete_instance (HypervSimHost *self, gpointer data)
{
  Order *order = data;
  g_autoptr (RepositoryObject) object = find_object (self, order, &order->error);

  if (object != NULL)
    repository_delete (self->repository, object, &order->error);
}

/**
 * hyperv_sim_host_delete_instance:
 * @self: a host that runs
 * @name_space: of a path that has none
 * @path: `Class.Key="…"`, or a `__PATH`
 * @error: HYPERV_SIM_ERROR_NOT_FOUND
 *
 * Takes an instance away, and nothing else with it.
 *
 * Returns: whether it was there
 */
gboolean
hyperv_sim_host_delete_instance (HypervSimHost *self, const char *name_space, const char *path,
                                 GError **error)
{
  Order order = { .name_space = name_space, .text = path };

  g_return_val_if_fail (HYPERV_SIM_IS_HOST (self) && name_space != NULL && path != NULL, FALSE);

  return run (self, delete_instance, &order, error);
}

/* ---- settings ---- */

static void
get_setting (HypervSimHost *self, gpointer data)
{
  Order *order = data;

  order->path
      = g_strdup (repository_get_setting (self->repository, order->name_space, order->text));
}

/**
 * hyperv_sim_host_get_setting:
 * @self: a host that runs
 * @group: section of host.ini: `abilities`, `limits`, `values`, `host`
 * @key: name of the setting
 *
 * Reads a setting. Waits for the thread of the host.
 *
 * Returns: (transfer full) (nullable): what host.ini says, or hyperv_sim_host_set_setting() said
 */
char *
hyperv_sim_host_get_setting (HypervSimHost *self, const char *group, const char *key)
{
  Order order = { .name_space = group, .text = key };

  g_return_val_if_fail (HYPERV_SIM_IS_HOST (self) && group != NULL && key != NULL, NULL);

  return hyperv_sim_host_call (self, get_setting, &order) ? order.path : NULL;
}

/* What is winrm/config's is followed at once, or stays as it was. */
static void
change_setting (HypervSimHost *self, Order *order)
{
  g_autofree char *before
      = g_strdup (repository_get_setting (self->repository, order->name_space, order->text));

  repository_set_setting (self->repository, order->name_space, order->text, order->path);
  if (!g_str_equal (order->name_space, "limits") && !g_str_equal (order->name_space, "config"))
    return;
  if (!hyperv_sim_host_config_apply (self, &order->error))
    repository_set_setting (self->repository, order->name_space, order->text, before);
}

static void
set_setting (HypervSimHost *self, gpointer data)
{
  Order *order = data;

  if (repository_get_setting (self->repository, order->name_space, order->text) == NULL)
    g_set_error (&order->error, REPOSITORY_ERROR, REPOSITORY_ERROR_NOT_FOUND,
                 "host.ini has no “%s” in [%s]", order->text, order->name_space);
  else if (repository_check_setting (order->name_space, order->text, order->path, &order->error))
    change_setting (self, order);
}

/**
 * hyperv_sim_host_set_setting:
 * @self: a host that runs
 * @group: section of host.ini: `abilities`, `limits`, `values`
 * @key: name of the setting
 * @value: what it is from now on; an ability is `1` or `0`
 * @error: HYPERV_SIM_ERROR_NOT_FOUND when host.ini has no such setting;
 *   HYPERV_SIM_ERROR_INVALID_ARGUMENT for what it may not say
 *
 * Switches an ability, changes a limit or a value. Limits of the sockets (`MaxConnections`,
 * `MaxPacketRetrievalTimeSeconds`) hold from the next connection on.
 *
 * Returns: whether it is
 */
gboolean
hyperv_sim_host_set_setting (HypervSimHost *self, const char *group, const char *key,
                             const char *value, GError **error)
{
  Order order = { .name_space = group, .text = key, .path = (char *)value };

  g_return_val_if_fail (HYPERV_SIM_IS_HOST (self) && group != NULL && key != NULL, FALSE);
  g_return_val_if_fail (value != NULL, FALSE);

  return run (self, set_setting, &order, error);
}
