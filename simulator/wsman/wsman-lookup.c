/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-lookup.h"

#include "simulator/wsman/wsman-fault.h"

static gboolean
has_all_keys (const RepositoryClass *klass, const HypervCimPath *path)
{
  const char *const *keys = repository_class_get_keys (klass);
  guint n_keys = 0;

  while (keys[n_keys] != NULL)
    n_keys++;
  return hyperv_cim_path_get_n_keys (path) == n_keys;
}

/* Some keys are enough for a class with one instance only: real hosts find a management service by
 * its CreationClassName, but no Msvm_ComputerSystem by its Name. */
static gboolean
check_singleton (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  const char *name = repository_class_get_name (message->klass);
  g_autoptr (GPtrArray) all = NULL;
  g_autoptr (GError) error = NULL;

  all = repository_list (self->repository, repository_class_get_namespace (message->klass), name,
                         &error);
  if (all == NULL) {
    wsman_refuse_error (self, exchange, error, FALSE);
    return FALSE;
  }
  if (all->len == 1)
    return TRUE;
  if (hyperv_cim_path_get_n_keys (message->path) == 0)
    wsman_refuse_provider (self, exchange, "InsufficientSelectors", NULL,
                           "no selectors, and %s has %u instances", name, all->len);
  else
    wsman_refuse_provider (self, exchange, "ResourceNotFound", NULL,
                           "not all keys of %s, which has %u instances", name, all->len);
  return FALSE;
}

RepositoryObject *
wsman_lookup (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  g_autoptr (GError) error = NULL;
  RepositoryObject *object;

  if (!has_all_keys (message->klass, message->path) && !check_singleton (self, exchange, message))
    return NULL;
  object = repository_lookup (self->repository, message->path, &error);
  if (object == NULL)
    wsman_refuse_error (self, exchange, error, FALSE);
  return object;
}
