/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/sim-exchange.h"

static void
selector_free (gpointer data)
{
  SimSelector *selector = data;

  g_free (selector->name);
  g_free (selector->value);
  g_free (selector);
}

SimExchange *
sim_exchange_new (void)
{
  SimExchange *self = g_new0 (SimExchange, 1);

  self->selectors = g_ptr_array_new_with_free_func (selector_free);
  return self;
}

void
sim_exchange_drop_message (SimExchange *self)
{
  if (self->message_free != NULL)
    self->message_free (self->message);
  self->message = NULL;
  self->message_free = NULL;
}

void
sim_exchange_free (SimExchange *self)
{
  char **texts[]
      = { &self->content_type,      &self->charset, &self->user,       &self->peer,
          &self->operation,         &self->action,  &self->resource,   &self->name_space,
          &self->class_name,        &self->method,  &self->message_id, &self->reply_type,
          &self->refusal,           &self->fault,   &self->filter,     &self->certificate_subject,
          &self->certificate_issuer };

  sim_exchange_drop_message (self);
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (*texts[i]);
  g_ptr_array_unref (self->selectors);
  g_clear_pointer (&self->request, g_bytes_unref);
  g_clear_pointer (&self->reply, g_bytes_unref);
  g_free (self);
}

void
sim_exchange_add_selector (SimExchange *self, const char *name, const char *value)
{
  SimSelector *selector = g_new (SimSelector, 1);

  selector->name = g_strdup (name);
  selector->value = g_strdup (value);
  g_ptr_array_add (self->selectors, selector);
}

const char *
sim_exchange_get_selector (const SimExchange *self, const char *name)
{
  for (guint i = 0; i < self->selectors->len; i++) {
    const SimSelector *selector = g_ptr_array_index (self->selectors, i);

    if (g_ascii_strcasecmp (selector->name, name) == 0)
      return selector->value;
  }
  return NULL;
}

void
sim_exchange_complete (SimExchange *self)
{
  SimExchangeDone done = self->done;

  g_return_if_fail (done != NULL);

  self->done = NULL;
  done (self, self->done_data);
}
