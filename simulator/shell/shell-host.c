/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "simulator/shell/shell-private.h"

/* Shells: who has which, how many there may be, and how they end when nobody asks for them. */

/* Below a minute the setting has no effect, and a client may not ask for it (Microsoft's
 * documentation of winrm/config and of New-PSSessionOption). */
#define MIN_IDLE_TIMEOUT ((gint64)60 * G_USEC_PER_SEC)
#define DEFAULT_IDLE_TIMEOUT ((gint64)7200 * G_USEC_PER_SEC)
#define CODE_PAGE_UTF8 65001

G_DEFINE_QUARK (shell - error - quark, shell_error)

static void
shell_free (gpointer data)
{
  Shell *self = data;
  SimClock *clock = self->host->clock;

  sim_clock_remove_timer (clock, self->idle_timer);
  if (self->end_timer != 0)
    sim_clock_remove_timer (clock, self->end_timer);
  shell_command_free_all (self);
  g_ptr_array_unref (self->commands);
  g_free (self->id);
  g_free (self->user);
  g_free (self->client);
  g_free (self->directory);
  g_free (self->input_streams);
  g_free (self->output_streams);
  g_free (self->encoding);
  g_strfreev (self->environment);
  g_free (self);
}

ShellHost *
shell_host_new (SimClock *clock, const char *computer, const char *version)
{
  ShellHost *self = g_new0 (ShellHost, 1);

  self->clock = g_object_ref (clock);
  self->context = g_main_context_ref_thread_default ();
  self->computer = g_strdup (computer);
  self->version = g_strdup (version);
  self->shells = g_ptr_array_new_with_free_func (shell_free);
  /* as winrm/config of 2012 and newer says */
  self->limits = (ShellLimits){ .allowed = TRUE,
                                .max_shells_per_user = G_MAXINT32,
                                .max_users = G_MAXINT32,
                                .max_processes_per_shell = G_MAXINT32,
                                .max_memory = (guint64)G_MAXINT32 << 20,
                                .idle_timeout = DEFAULT_IDLE_TIMEOUT };
  return self;
}

void
shell_host_free (ShellHost *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->shells);
  g_object_unref (self->clock);
  g_main_context_unref (self->context);
  g_free (self->computer);
  g_free (self->version);
  g_free (self);
}

void
shell_host_set_answer (ShellHost *self, ShellAnswer answer, gpointer data)
{
  self->answer = answer;
  self->answer_data = data;
}

void
shell_host_set_script (ShellHost *self, const ShellScript *script)
{
  self->script = script;
}

void
shell_host_set_limits (ShellHost *self, const ShellLimits *limits)
{
  self->limits = *limits;
}

Shell *
shell_find (ShellHost *host, const char *id, const char *user)
{
  for (guint i = 0; i < host->shells->len; i++) {
    Shell *shell = g_ptr_array_index (host->shells, i);

    if (g_ascii_strcasecmp (shell->id, id) == 0
        && (user == NULL || g_ascii_strcasecmp (shell->user, user) == 0))
      return shell;
  }
  return NULL;
}

GPtrArray *
shell_host_list (ShellHost *host, const char *user)
{
  GPtrArray *list = g_ptr_array_new ();

  for (guint i = 0; i < host->shells->len; i++) {
    Shell *shell = g_ptr_array_index (host->shells, i);

    if (user == NULL || g_ascii_strcasecmp (shell->user, user) == 0)
      g_ptr_array_add (list, shell);
  }
  return list;
}

static guint
count_users (const ShellHost *host, const char *user)
{
  g_autoptr (GHashTable) users = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  g_hash_table_add (users, g_ascii_strdown (user, -1));
  for (guint i = 0; i < host->shells->len; i++)
    g_hash_table_add (users,
                      g_ascii_strdown (((Shell *)g_ptr_array_index (host->shells, i))->user, -1));
  return g_hash_table_size (users);
}

static gboolean
check_quotas (ShellHost *host, const char *user, GError **error)
{
  g_autoptr (GPtrArray) own = shell_host_list (host, user);
  const ShellLimits *limits = &host->limits;

  if (!limits->allowed) {
    g_set_error (error, SHELL_ERROR, SHELL_ERROR_NOT_ALLOWED, "AllowRemoteShellAccess is false");
    return FALSE;
  }
  if (own->len >= limits->max_shells_per_user) {
    g_set_error (error, SHELL_ERROR, SHELL_ERROR_QUOTA_SHELLS,
                 "%s has %u shells, MaxShellsPerUser is %" G_GUINT64_FORMAT, user, own->len,
                 limits->max_shells_per_user);
    return FALSE;
  }
  if (count_users (host, user) > limits->max_users) {
    g_set_error (error, SHELL_ERROR, SHELL_ERROR_QUOTA_USERS,
                 "MaxConcurrentUsers is %" G_GUINT64_FORMAT, limits->max_users);
    return FALSE;
  }
  return TRUE;
}

/* The name that g_convert knows it by, when it knows it. */
static gboolean
find_encoding (guint code_page, char **encoding, GError **error)
{
  g_autofree char *name = g_strdup_printf ("CP%u", code_page);
  GIConv converter;

  *encoding = NULL;
  if (code_page == CODE_PAGE_UTF8)
    return TRUE;
  converter = g_iconv_open (name, "UTF-8");
  if (converter == (GIConv)-1) {
    g_set_error (error, SHELL_ERROR, SHELL_ERROR_CODE_PAGE, "there is no code page %u", code_page);
    return FALSE;
  }
  g_iconv_close (converter);
  *encoding = g_steal_pointer (&name);
  return TRUE;
}

gboolean
shell_streams_check (const char *what, const char *streams, GError **error)
{
  gsize length = streams != NULL ? strlen (streams) : 0;

  if (length <= SHELL_MAX_STREAMS)
    return TRUE;
  g_set_error (error, SHELL_ERROR, SHELL_ERROR_STREAM,
               "%s has %" G_GSIZE_FORMAT " characters, at most %d are taken", what, length,
               SHELL_MAX_STREAMS);
  return FALSE;
}

static gboolean
check_settings (ShellHost *host, const ShellSettings *settings, GError **error)
{
  if (shell_find (host, settings->id, NULL) != NULL) {
    g_set_error (error, SHELL_ERROR, SHELL_ERROR_EXISTS, "there is a shell %s", settings->id);
    return FALSE;
  }
  if (settings->idle_timeout != 0 && settings->idle_timeout < MIN_IDLE_TIMEOUT) {
    g_set_error (error, SHELL_ERROR, SHELL_ERROR_IDLE_TIMEOUT,
                 "rsp:IdleTimeOut is %" G_GINT64_FORMAT " s, less than a minute",
                 settings->idle_timeout / G_USEC_PER_SEC);
    return FALSE;
  }
  return shell_streams_check ("rsp:InputStreams", settings->input_streams, error)
         && shell_streams_check ("rsp:OutputStreams", settings->output_streams, error)
         && check_quotas (host, settings->user, error);
}

static gboolean
end_shell (gpointer data)
{
  shell_close (data);
  return G_SOURCE_REMOVE;
}

static void
start_idle_timer (Shell *self)
{
  self->idle_timer = sim_clock_add_expiry (self->host->clock, self->host->context,
                                           self->idle_timeout, end_shell, self, NULL);
}

/* Of what the client asks for and what the host allows, the smaller (WSMAN_SHELL_STARTUP_INFO). */
static gint64
choose_idle_timeout (const ShellHost *host, gint64 wanted)
{
  gint64 most = MAX (host->limits.idle_timeout, MIN_IDLE_TIMEOUT);

  return wanted != 0 ? MIN (wanted, most) : most;
}

Shell *
shell_open (ShellHost *host, const ShellSettings *settings, GError **error)
{
  guint code_page = settings->code_page != 0 ? settings->code_page : SHELL_DEFAULT_CODE_PAGE;
  const char *input = settings->input_streams, *output = settings->output_streams;
  g_autofree char *encoding = NULL;
  Shell *self;

  if (!check_settings (host, settings, error) || !find_encoding (code_page, &encoding, error))
    return NULL;
  self = g_new0 (Shell, 1);
  self->host = host;
  self->id = g_strdup (settings->id);
  self->user = g_strdup (settings->user);
  self->client = g_strdup (settings->client);
  self->opened_by = settings->opened_by;
  self->directory = g_strdup (settings->directory);
  self->environment = g_strdupv ((char **)settings->environment);
  self->input_streams = g_strdup (input != NULL ? input : "stdin");
  self->output_streams = g_strdup (output != NULL ? output : "stdout stderr");
  self->encoding = g_steal_pointer (&encoding);
  self->idle_timeout = choose_idle_timeout (host, settings->idle_timeout);
  self->commands = g_ptr_array_new_with_free_func ((GDestroyNotify)shell_command_unref);
  self->opened = self->touched = sim_clock_now (host->clock);
  g_ptr_array_add (host->shells, self);
  start_idle_timer (self);
  if (settings->lifetime > 0)
    self->end_timer = sim_clock_add_expiry (host->clock, host->context, settings->lifetime,
                                            end_shell, self, NULL);
  return self;
}

/* Out of the list first: who waited for it is called, and may close others. */
void
shell_close (Shell *self)
{
  GPtrArray *shells = self->host->shells;
  guint index;

  if (g_ptr_array_find (shells, self, &index))
    shell_free (g_ptr_array_steal_index (shells, index));
}

void
shell_host_close_all (ShellHost *self)
{
  while (self->shells->len > 0)
    shell_close (g_ptr_array_index (self->shells, self->shells->len - 1));
}

void
shell_touch (Shell *self)
{
  self->touched = sim_clock_now (self->host->clock);
  sim_clock_remove_timer (self->host->clock, self->idle_timer);
  start_idle_timer (self);
}

void
shell_get_facts (const Shell *self, ShellFacts *facts)
{
  gint64 now = sim_clock_now (self->host->clock);

  *facts = (ShellFacts){ .id = self->id,
                         .directory = self->directory,
                         .user = self->user,
                         .client = self->client,
                         .opened_by = self->opened_by,
                         .input_streams = self->input_streams,
                         .output_streams = self->output_streams,
                         .idle_timeout = self->idle_timeout,
                         .run_time = now - self->opened,
                         .inactivity = now - self->touched };
}
