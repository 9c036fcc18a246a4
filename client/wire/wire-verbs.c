/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/wire/wire-verbs.h"

#include <string.h>

#include "client/wire/wire-names.h"

static const WireVerbRow verbs[] = {
  { WIRE_IDENTIFY, "Identify", NULL, NULL, WIRE_NS_IDENTITY, "IdentifyResponse" },
  { WIRE_GET, "Get", WIRE_NS_TRANSFER "/Get", WIRE_NS_TRANSFER "/GetResponse", NULL, NULL },
  { WIRE_ENUMERATE, "Enumerate", WIRE_NS_ENUMERATION "/Enumerate",
    WIRE_NS_ENUMERATION "/EnumerateResponse", WIRE_NS_ENUMERATION, "EnumerateResponse" },
  { WIRE_PULL, "Pull", WIRE_NS_ENUMERATION "/Pull", WIRE_NS_ENUMERATION "/PullResponse",
    WIRE_NS_ENUMERATION, "PullResponse" },
  { WIRE_RELEASE, "Release", WIRE_NS_ENUMERATION "/Release", WIRE_NS_ENUMERATION "/ReleaseResponse",
    WIRE_NS_ENUMERATION, "ReleaseResponse" },
  { WIRE_INVOKE, "Invoke", NULL, NULL, NULL, NULL },
  { WIRE_PUT, "Put", WIRE_NS_TRANSFER "/Put", WIRE_NS_TRANSFER "/PutResponse", NULL, NULL },
  { WIRE_CREATE, "Create", WIRE_NS_TRANSFER "/Create", WIRE_NS_TRANSFER "/CreateResponse",
    WIRE_NS_TRANSFER, "ResourceCreated" },
  { WIRE_DELETE, "Delete", WIRE_NS_TRANSFER "/Delete", WIRE_NS_TRANSFER "/DeleteResponse", NULL,
    NULL },
};

const WireVerbRow *
wire_verb_get (WireVerb verb)
{
  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (verbs[i].verb == verb)
      return &verbs[i];
  g_return_val_if_reached (NULL);
}

gboolean
wire_verb_is_other_reply (const WireVerbRow *row, const char *action)
{
  if (row->reply_action != NULL)
    return strcmp (action, row->reply_action) != 0;
  /* Invoke: the action is the class URI, the method and "Response". */
  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (g_strcmp0 (action, verbs[i].reply_action) == 0)
      return TRUE;
  return row->verb == WIRE_INVOKE && !g_str_has_suffix (action, "Response");
}

char *
wire_class_uri (const char *name_space, const char *class_name)
{
  const char *prefix = strstr (name_space, "://") != NULL ? "" : WIRE_WMI_PREFIX;

  return g_strconcat (prefix, name_space, "/", class_name, NULL);
}

gboolean
wire_class_uri_split (const char *uri, gsize length, const char *name_space, char **out_name_space,
                      char **out_class_name)
{
  const gsize prefix = strlen (WIRE_WMI_PREFIX);
  const char *last = NULL;
  gsize begin;

  for (gsize i = 0; i < length; i++)
    if (uri[i] == '/')
      last = uri + i;
  if (last == NULL || last + 1 == uri + length)
    return FALSE;
  begin = last - uri + 1;
  if (length > prefix && g_ascii_strncasecmp (uri, WIRE_WMI_PREFIX, prefix) == 0) {
    if (begin <= prefix + 1)
      return FALSE;
    *out_name_space = g_strndup (uri + prefix, begin - 1 - prefix);
  } else {
    *out_name_space = g_strdup (name_space);
  }
  *out_class_name = g_strndup (uri + begin, length - begin);
  return TRUE;
}
