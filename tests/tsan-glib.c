/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <dlfcn.h>
#include <gio/gio.h>
#include <stdlib.h>

/* Preloaded under ThreadSanitizer, which does not see GLib's locks: they are futexes of its own, in
 * a library that is not instrumented. Here each of them says what it orders. */

/* Programs that a test starts, such as a KDC, have no ThreadSanitizer to tell. */
extern void __tsan_acquire (void *address) __attribute__ ((weak));
extern void __tsan_release (void *address) __attribute__ ((weak));

#pragma GCC visibility push(default)

#define REAL(name) ((__typeof__ (&name))dlsym (RTLD_NEXT, #name))

static void
acquire (void *address)
{
  if (__tsan_acquire != NULL)
    __tsan_acquire (address);
}

static void
release (void *address)
{
  if (__tsan_release != NULL)
    __tsan_release (address);
}

#define DEFINE_LOCK(name, type)                                                                    \
  void (name) (type * lock)                                                                        \
  {                                                                                                \
    REAL (name) (lock);                                                                            \
    acquire (lock);                                                                                \
  }

#define DEFINE_UNLOCK(name, type)                                                                  \
  void (name) (type * lock)                                                                        \
  {                                                                                                \
    release (lock);                                                                                \
    REAL (name) (lock);                                                                            \
  }

DEFINE_LOCK (g_mutex_lock, GMutex)
DEFINE_UNLOCK (g_mutex_unlock, GMutex)
DEFINE_LOCK (g_rec_mutex_lock, GRecMutex)
DEFINE_UNLOCK (g_rec_mutex_unlock, GRecMutex)

void
g_cond_wait (GCond *cond, GMutex *mutex)
{
  release (mutex);
  REAL (g_cond_wait) (cond, mutex);
  acquire (mutex);
}

gboolean
g_cond_wait_until (GCond *cond, GMutex *mutex, gint64 end)
{
  gboolean signalled;

  release (mutex);
  signalled = REAL (g_cond_wait_until) (cond, mutex, end);
  acquire (mutex);
  return signalled;
}

/* What a thread did with an object comes before its end, whoever drops the last reference. */
void (g_object_unref) (gpointer object)
{
  acquire (object);
  release (object);
  REAL (g_object_unref) (object);
}

/* tests/tsan.supp says that what GLib frees by itself is not judged. What we free by it is: here it
 * is freed from outside of GLib. */
void
g_free (gpointer memory)
{
  free (memory);
}

/* ---- main contexts: what was done before a source was attached comes before it runs ---- */

typedef struct {
  GSourceFuncs own;
  const GSourceFuncs *original;
} Funcs;

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  gboolean again;

  acquire (source);
  again = ((const Funcs *)source->source_funcs)->original->dispatch (source, callback, user_data);
  release (source);
  return again;
}

/* As with objects. */
void
g_source_unref (GSource *source)
{
  release (source);
  acquire (source);
  REAL (g_source_unref) (source);
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
  release (source);
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
  release (task);
  REAL (g_task_return_pointer) (task, result, destroy);
}

void
g_task_return_boolean (GTask *task, gboolean result)
{
  release (task);
  REAL (g_task_return_boolean) (task, result);
}

void
g_task_return_error (GTask *task, GError *error)
{
  release (task);
  REAL (g_task_return_error) (task, error);
}

gpointer
g_task_propagate_pointer (GTask *task, GError **error)
{
  gpointer result = REAL (g_task_propagate_pointer) (task, error);

  acquire (task);
  return result;
}

gboolean
g_task_propagate_boolean (GTask *task, GError **error)
{
  gboolean result = REAL (g_task_propagate_boolean) (task, error);

  acquire (task);
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

  acquire (task);
  call->run (task, source, data, cancellable);
}

void
g_task_run_in_thread (GTask *task, GTaskThreadFunc function)
{
  PoolCall *call = g_new (PoolCall, 1);

  call->run = function;
  g_object_set_data_full (G_OBJECT (task), "tsan-glib", call, g_free);
  release (task);
  REAL (g_task_run_in_thread) (task, run_pooled);
}
