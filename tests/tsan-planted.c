/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gio/gio.h>
#include <string.h>

/* Has a race, one for each word, which ThreadSanitizer must see whatever tsan.supp says. */

typedef struct {
  int *number;
  GMainContext *context;
  gboolean ran;
} World;

static gpointer
count (gpointer data)
{
  World *world = data;

  (*world->number)++;
  return NULL;
}

static gboolean
count_source (gpointer data)
{
  World *world = data;

  world->ran = TRUE;
  count (world);
  return G_SOURCE_REMOVE;
}

/* Another thread's write, here and there without a lock. */
static void
plant_write (World *world)
{
  GThread *thread = g_thread_new ("planted", count, world);

  (*world->number)++;
  g_thread_join (thread);
  g_free (world->number);
}

/* Freed by g_free (), which is GLib's, while another thread uses it. */
static void
plant_free (World *world)
{
  int *number = world->number;
  GThread *thread = g_thread_new ("planted", count, world);

  g_thread_yield ();
  g_free (number);
  g_thread_join (thread);
}

static gpointer
run_loop (gpointer data)
{
  World *world = data;

  while (!world->ran)
    g_main_context_iteration (world->context, TRUE);
  return NULL;
}

/* In a main loop of another thread, which sees what was done before the source was attached, but
 * not what is done after. */
static void
plant_source (World *world)
{
  GThread *thread;

  world->context = g_main_context_new ();
  thread = g_thread_new ("planted", run_loop, world);
  g_main_context_invoke (world->context, count_source, world);
  (*world->number)++;
  g_thread_join (thread);
  g_main_context_unref (world->context);
  g_free (world->number);
}

/* Now and then nobody sees it: the threads may take turns by chance. */
#define N_TIMES 20

static const struct {
  const char *word;
  void (*plant) (World *world);
} races[] = {
  { "write", plant_write },
  { "free", plant_free },
  { "source", plant_source },
};

int
main (int argc, char **argv)
{
  for (gsize i = 0; i < G_N_ELEMENTS (races); i++)
    for (guint n = 0; strcmp (argv[1], races[i].word) == 0 && n < N_TIMES; n++) {
      World world = { .number = g_new0 (int, 1) };

      races[i].plant (&world);
    }
  return 0;
}
