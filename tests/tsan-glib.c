/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <dlfcn.h>
#include <gio/gio.h>

/* Preloaded under ThreadSanitizer, which does not see GLib's locks: they are futexes of its own, in
 * a library that is not instrumented. Here each of them says what it orders. */

extern void __tsan_acquire (void *address);
extern void __tsan_release (void *address);

#pragma GCC visibility push(default)

#define REAL(name) ((__typeof__ (&name))dlsym (RTLD_NEXT, #name))

#define DEFINE_LOCK(name, type)                                                                    \
  void (name) (type * lock)                                                                        \
  {                                                                                                \
    REAL (name) (lock);                                                                            \
    __tsan_acquire (lock);                                                                         \
  }

#define DEFINE_UNLOCK(name, type)                                                                  \
  void (name) (type * lock)                                                                        \
  {                                                                                                \
    __tsan_release (lock);                                                                         \
    REAL (name) (lock);                                                                            \
  }

DEFINE_LOCK (g_mutex_lock, GMutex)
DEFINE_UNLOCK (g_mutex_unlock, GMutex)
DEFINE_LOCK (g_rec_mutex_lock, GRecMutex)
DEFINE_UNLOCK (g_rec_mutex_unlock, GRecMutex)

void
g_cond_wait (GCond *cond, GMutex *mutex)
{
  __tsan_release (mutex);
  REAL (g_cond_wait) (cond, mutex);
  __tsan_acquire (mutex);
}

gboolean
g_cond_wait_until (GCond *cond, GMutex *mutex, gint64 end)
{
  gboolean signalled;

  __tsan_release (mutex);
  signalled = REAL (g_cond_wait_until) (cond, mutex, end);
  __tsan_acquire (mutex);
  return signalled;
}

/* What a thread did with an object comes before its end, whoever drops the last reference. */
void (g_object_unref) (gpointer object)
{
  __tsan_acquire (object);
  __tsan_release (object);
  REAL (g_object_unref) (object);
}

/* ---- main contexts: what was done before a source was attached comes before it runs ---- */

typedef struct {
  GSourceFuncs own;
  const GSourceFuncs *original;
} Funcs;

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  __tsan_acquire (source);
  return ((const Funcs *)source->source_funcs)->original->dispatch (source, callback, user_data);
}

/* Never freed: as many as there are sources in a test. */
static GSource *
watch (GSource *source)
{
  Funcs *funcs = g_new0 (Funcs, 1);

  funcs->original = source->source_funcs;
  funcs->own = *source->source_funcs;
  funcs->own.dispatch = dispatch;
  source->source_funcs = &funcs->own;
  return source;
}

GSource *
g_source_new (GSourceFuncs *source_funcs, guint size)
{
  return watch (REAL (g_source_new) (source_funcs, size));
}

GSource *
g_idle_source_new (void)
{
  return watch (REAL (g_idle_source_new) ());
}

guint
g_source_attach (GSource *source, GMainContext *context)
{
  __tsan_release (source);
  return REAL (g_source_attach) (source, context);
}

void
g_main_context_invoke_full (GMainContext *context, gint priority, GSourceFunc function,
                            gpointer data, GDestroyNotify notify)
{
  GSource *source;

  if (g_main_context_is_owner (context)) {
    REAL (g_main_context_invoke_full) (context, priority, function, data, notify);
    return;
  }
  source = g_idle_source_new ();
  g_source_set_priority (source, priority);
  g_source_set_callback (source, function, data, notify);
  g_source_attach (source, context);
  g_source_unref (source);
}

void
g_main_context_invoke (GMainContext *context, GSourceFunc function, gpointer data)
{
  g_main_context_invoke_full (context, G_PRIORITY_DEFAULT, function, data, NULL);
}

/* ---- results: given in one thread, taken in another ---- */

void
g_task_return_pointer (GTask *task, gpointer result, GDestroyNotify destroy)
{
  __tsan_release (task);
  REAL (g_task_return_pointer) (task, result, destroy);
}

void
g_task_return_boolean (GTask *task, gboolean result)
{
  __tsan_release (task);
  REAL (g_task_return_boolean) (task, result);
}

void
g_task_return_error (GTask *task, GError *error)
{
  __tsan_release (task);
  REAL (g_task_return_error) (task, error);
}

gpointer
g_task_propagate_pointer (GTask *task, GError **error)
{
  gpointer result = REAL (g_task_propagate_pointer) (task, error);

  __tsan_acquire (task);
  return result;
}

gboolean
g_task_propagate_boolean (GTask *task, GError **error)
{
  gboolean result = REAL (g_task_propagate_boolean) (task, error);

  __tsan_acquire (task);
  return result;
}

/* ---- threads of GLib's pool ---- */

typedef struct {
  GTaskThreadFunc run;
} PoolCall;

static void
run_pooled (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const PoolCall *call = g_object_get_data (G_OBJECT (task), "tsan-glib");

  __tsan_acquire (task);
  call->run (task, source, data, cancellable);
}

void
g_task_run_in_thread (GTask *task, GTaskThreadFunc function)
{
  PoolCall *call = g_new (PoolCall, 1);

  call->run = function;
  g_object_set_data_full (G_OBJECT (task), "tsan-glib", call, g_free);
  __tsan_release (task);
  REAL (g_task_run_in_thread) (task, run_pooled);
}
