/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "simulator/hyperv-sim-host-private.h"
#include "simulator/hyperv-sim-near.h"

/* What goes wrong on purpose: filters of a host. Names of classes, methods and faults are checked
 * here, where they are known: a misspelt one would fit nothing, and say nothing. */

typedef struct {
  const char *type;
  GVariant *settings; /* or NULL */
  guint id;
  gboolean ok;
  GError *error;
} Order;

/* ---- names ---- */

static GStrv
list_classes (HypervSimHost *self, const char *class_name)
{
  g_autoptr (GPtrArray) classes = repository_list_classes (self->repository, NULL, NULL, TRUE);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (guint i = 0; i < classes->len; i++)
    g_strv_builder_add (names, repository_class_get_name (g_ptr_array_index (classes, i)));
  return g_strv_builder_end (names);
}

/* Those that it inherits are its own. @class_name NULL: of all classes. */
static GStrv
list_methods (HypervSimHost *self, const char *class_name)
{
  g_autoptr (GPtrArray) classes = repository_list_classes (self->repository, NULL, NULL, TRUE);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < classes->len; i++) {
    const RepositoryClass *each = g_ptr_array_index (classes, i);

    if (class_name != NULL
        && g_ascii_strcasecmp (repository_class_get_name (each), class_name) != 0)
      continue;
    for (guint k = 0; k < repository_class_get_n_methods (each); k++) {
      const char *name = repository_class_get_method (each, k)->name;

      if (g_hash_table_add (seen, (gpointer)name))
        g_strv_builder_add (names, name);
    }
  }
  return g_strv_builder_end (names);
}

static GStrv
list_faults (HypervSimHost *self, const char *class_name)
{
  return wsman_list_faults ();
}

/* In the order in which they are checked. */
static const struct {
  const char *setting;
  GStrv (*list) (HypervSimHost *self, const char *class_name);
  const char *known; /* where they are to be found */
} settings_checked[] = {
  { "class", list_classes, "a class of this host" },
  { "method", list_methods, "a method of such a class" },
  { "fault", list_faults, "one of `faults`" },
};

static gboolean
is_among (const char *name, const char *const *names)
{
  for (; *names != NULL; names++)
    if (g_ascii_strcasecmp (*names, name) == 0)
      return TRUE;
  return FALSE;
}

/* What is no text is a matter of the filter. `*` is the class of what asks for all. */
static gboolean
check_names (HypervSimHost *self, Order *order)
{
  const char *name = NULL, *class_name = NULL;

  if (order->settings != NULL)
    g_variant_lookup (order->settings, "class", "&s", &class_name);
  if (g_strcmp0 (class_name, "*") == 0)
    class_name = NULL;
  for (gsize i = 0; order->settings != NULL && i < G_N_ELEMENTS (settings_checked); i++) {
    g_auto (GStrv) names = NULL;
    g_autofree char *near = NULL;

    if (!g_variant_lookup (order->settings, settings_checked[i].setting, "&s", &name)
        || strcmp (name, "*") == 0)
      continue;
    names = settings_checked[i].list (self, class_name);
    if (is_among (name, (const char *const *)names))
      continue;
    near = hyperv_sim_near (name, (const char *const *)names);
    g_set_error (&order->error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
                 "filter %s: setting \"%s\": expected %s, found \"%s\"%s%s%s", order->type,
                 settings_checked[i].setting, settings_checked[i].known, name,
                 near != NULL ? " (near: " : "", near != NULL ? near : "", near != NULL ? ")" : "");
    return FALSE;
  }
  return TRUE;
}

/* ---- adding and taking away ---- */

static void
add (HypervSimHost *self, gpointer data)
{
  Order *order = data;
  g_autoptr (GError) local = NULL;

  if (!check_names (self, order))
    return;
  order->id = sim_filter_chain_add (self->filters, order->type, order->settings, &local);
  if (order->id == 0)
    g_set_error_literal (&order->error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_INVALID_ARGUMENT,
                         local->message);
}

/**
 * hyperv_sim_host_add_filter:
 * @self: a host that runs
 * @type: one of hyperv_sim_get_filters()
 * @settings: (nullable): an `a{sv}`: which exchanges (`operation`, `class`, `method`, `selector`,
 *   `nth`, `every`, `count`, `probability`) and the filter's own arguments; a floating reference is
 *   taken. Class and method are such that the host has.
 * @error: HYPERV_SIM_ERROR_INVALID_ARGUMENT, listing what is known, or near
 *
 * Makes something go wrong with exchanges from now on.
 *
 * Returns: an id for hyperv_sim_host_remove_filter(), 0 with an error
 */
guint
hyperv_sim_host_add_filter (HypervSimHost *self, const char *type, GVariant *settings,
                            GError **error)
{
  g_autoptr (GVariant) held = settings != NULL ? g_variant_ref_sink (settings) : NULL;
  Order order = { .type = type, .settings = held };

  g_return_val_if_fail (HYPERV_SIM_IS_HOST (self) && type != NULL, 0);
  g_return_val_if_fail (settings == NULL || g_variant_is_of_type (settings, G_VARIANT_TYPE_VARDICT),
                        0);

  if (!hyperv_sim_host_call (self, add, &order))
    g_set_error (error, HYPERV_SIM_ERROR, HYPERV_SIM_ERROR_NOT_RUNNING,
                 "host “%s” does not run; start it first", self->name);
  if (order.error != NULL)
    g_propagate_error (error, order.error);
  return order.id;
}

static void
remove_filter (HypervSimHost *self, gpointer data)
{
  Order *order = data;

  order->ok = sim_filter_chain_remove (self->filters, order->id);
}

/**
 * hyperv_sim_host_remove_filter:
 * @self: a host
 * @id: what hyperv_sim_host_add_filter() returned
 *
 * Takes a filter away.
 *
 * Returns: whether it was there
 */
gboolean
hyperv_sim_host_remove_filter (HypervSimHost *self, guint id)
{
  Order order = { .id = id };

  g_return_val_if_fail (HYPERV_SIM_IS_HOST (self), FALSE);

  return hyperv_sim_host_call (self, remove_filter, &order) && order.ok;
}

static void
clear_filters (HypervSimHost *self, gpointer data)
{
  sim_filter_chain_clear (self->filters);
}

/**
 * hyperv_sim_host_clear_filters:
 * @self: a host
 *
 * Takes all filters away.
 */
void
hyperv_sim_host_clear_filters (HypervSimHost *self)
{
  g_return_if_fail (HYPERV_SIM_IS_HOST (self));

  hyperv_sim_host_call (self, clear_filters, NULL);
}
