/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-fault.h"
#include "simulator/wsman/wsman-read.h"

/* Who answers for which resource URI: rows here, and what other floors have added. */
typedef struct {
  const WsmanFamily *family;
  gpointer data;
} WsmanAddedFamily;

static const WsmanVerb *const wmi_verbs[] = {
  &wsman_verb_get,       &wsman_verb_put,  &wsman_verb_create,  &wsman_verb_delete,
  &wsman_verb_enumerate, &wsman_verb_pull, &wsman_verb_release, NULL,
};

static const WsmanFamily family_wmi = {
  .name = "WMI",
  .prefix = WSMAN_WMI_URI,
  .verbs = wmi_verbs,
  .method_verb = &wsman_verb_invoke,
  .read = wsman_read_resource,
};

static const WsmanFamily *const families[] = {
  &family_wmi,
  &wsman_family_config,
};

void
wsman_add_family (Wsman *self, const WsmanFamily *family, gpointer data)
{
  WsmanAddedFamily *added = g_new0 (WsmanAddedFamily, 1);

  added->family = family;
  added->data = data;
  g_ptr_array_add (self->families, added);
}

static gboolean
is_of (const WsmanFamily *family, const char *uri)
{
  gsize length = strlen (family->prefix);

  return g_ascii_strncasecmp (uri, family->prefix, length) == 0
         && (uri[length] == '\0' || uri[length] == '/');
}

const WsmanFamily *
wsman_find_family (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  if (exchange->resource == NULL)
    return NULL;
  for (guint i = 0; i < self->families->len && message->family == NULL; i++) {
    const WsmanAddedFamily *added = g_ptr_array_index (self->families, i);

    if (is_of (added->family, exchange->resource)) {
      message->family = added->family;
      message->family_data = added->data;
    }
  }
  for (gsize i = 0; i < G_N_ELEMENTS (families) && message->family == NULL; i++) {
    if (is_of (families[i], exchange->resource))
      message->family = families[i];
  }
  return message->family;
}

const WsmanVerb *
wsman_find_verb (const WsmanFamily *family, const char *action)
{
  for (gsize i = 0; family->verbs[i] != NULL; i++) {
    if (strcmp (family->verbs[i]->action, action) == 0)
      return family->verbs[i];
  }
  return NULL;
}
