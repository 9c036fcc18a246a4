/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/session/session-call-private.h"

void
session_call_free (gpointer data)
{
  SessionCall *call = data;

  g_clear_pointer (&call->path, hyperv_cim_path_unref);
  g_clear_pointer (&call->in, hyperv_cim_instance_unref);
  g_free (call->name_space);
  g_free (call->text);
  g_free (call);
}

SessionCall *
session_call_new (const HypervCimPath *path, const char *name_space, const char *text,
                  const HypervCimInstance *in)
{
  SessionCall *call = g_new0 (SessionCall, 1);

  call->path = path != NULL ? hyperv_cim_path_ref (path) : NULL;
  call->name_space = g_strdup (name_space);
  call->text = g_strdup (text);
  call->in = in != NULL ? hyperv_cim_instance_ref (in) : NULL;
  return call;
}

void
session_call_end_instance (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;
  HypervCimInstance *instance = session_exchange_finish_instance (result, &error);

  if (instance == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, instance, (GDestroyNotify)hyperv_cim_instance_unref);
}

void
session_call_end_instances (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;
  GPtrArray *instances = session_enumerate_finish (result, &error);

  if (instances == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, instances, (GDestroyNotify)g_ptr_array_unref);
}
