/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-class.h"
#include "simulator/wsman/wsman-context.h"
#include "simulator/wsman/wsman-fault.h"
#include "simulator/wsman/wsman-read.h"

/* Classes themselves: Get and Enumerate of `…/cim-xml/2/cim-schema/2/ *` (DSP0227 1.1 clause 15,
 * MS-WSMV 3.1.4.2 and 3.1.4.8; requests and a reply of Windows' own client are recorded). Selectors
 * say the namespace and the class; options, what of it. */

static const struct {
  const char *name;
  WsmanClassFlags flag;
  gboolean by_default; /* recorded of a Get without options */
} options[] = {
  { "IncludeQualifiers", WSMAN_CLASS_QUALIFIERS, FALSE },
  { "IncludeClassOrigin", WSMAN_CLASS_ORIGIN, TRUE },
  { "IncludeInheritedElements", WSMAN_CLASS_INHERITED, TRUE },
  { "IncludeInheritanceHierarchy", WSMAN_CLASS_DERIVATION, FALSE },
  { "IncludeSubClasses", WSMAN_CLASS_DEEP, TRUE },
};

static WsmanClassFlags
read_options (const WsmanMessage *message)
{
  xmlNode *set = wsman_xml_find (message->header, WSMAN_NS_WSMAN, "OptionSet");
  guint flags = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (options); i++)
    flags |= options[i].by_default ? options[i].flag : 0;
  for (xmlNode *node = wsman_xml_first (set); node != NULL; node = wsman_xml_next (node)) {
    g_autofree char *name = wsman_xml_dup_attribute (node, NULL, "Name");
    g_autofree char *text = wsman_xml_dup_text (node);

    for (gsize i = 0; i < G_N_ELEMENTS (options); i++) {
      if (g_strcmp0 (options[i].name, name) != 0)
        continue;
      if (g_strcmp0 (text, "false") == 0 || g_strcmp0 (text, "0") == 0)
        flags &= ~(guint)options[i].flag;
      else
        flags |= options[i].flag;
    }
  }
  return (WsmanClassFlags)flags;
}

/* The selectors of the request: here they are no keys, so the family reads them by itself. */
static char *
dup_selector (const WsmanMessage *message, const char *name)
{
  xmlNode *set = wsman_xml_find (message->header, WSMAN_NS_WSMAN, "SelectorSet");

  for (xmlNode *node = wsman_xml_first (set); node != NULL; node = wsman_xml_next (node)) {
    g_autofree char *found = wsman_xml_dup_attribute (node, NULL, "Name");

    if (found != NULL && g_ascii_strcasecmp (found, name) == 0)
      return wsman_xml_dup_text (node);
  }
  return NULL;
}

static void
schema_read_resource (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  g_autofree char *name_space = dup_selector (message, "__cimnamespace");
  g_autofree char *class_name = dup_selector (message, "ClassName");
  gboolean of_context = message->verb == &wsman_verb_pull || message->verb == &wsman_verb_release;

  if (of_context)
    return;
  exchange->name_space = g_strdelimit (name_space != NULL ? g_steal_pointer (&name_space)
                                                          : g_strdup (WSMAN_DMTF_NAMESPACE),
                                       "\\", '/');
  exchange->class_name = class_name != NULL ? g_steal_pointer (&class_name) : g_strdup ("");
  if (!repository_has_namespace (self->repository, exchange->name_space)) {
    wsman_refuse_provider (self, exchange, "InvalidResourceURI", "Invalid namespace ",
                           "no namespace %s", exchange->name_space);
    return;
  }
  if (*exchange->class_name == '\0')
    return;
  message->schema_class
      = repository_find_class (self->repository, exchange->name_space, exchange->class_name);
  if (message->schema_class == NULL)
    wsman_refuse_class_as (self, exchange, "InvalidClass", exchange->name_space,
                           exchange->class_name);
}

/* ---- Get: one class ---- */

static void
get_read (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  wsman_read_empty (self, exchange, message);
  if (exchange->status == 0 && message->schema_class == NULL)
    wsman_refuse (self, exchange, "InvalidSelectors", "no selector ClassName");
}

static void
get_write (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  GString *out = wsman_envelope_begin (self, exchange, WSMAN_ENVELOPE_TRANSFER,
                                       WSMAN_NS_TRANSFER "/GetResponse", TRUE, 16384);

  wsman_put_class (self, out, message->schema_class, read_options (message));
  if (wsman_envelope_fits (self, exchange, out, "MaxEnvelopeSizeExceeded"))
    wsman_envelope_end (exchange, out, 200);
}

static const WsmanVerb verb_get = {
  .operation = "Get",
  .action = WSMAN_NS_TRANSFER "/Get",
  .read = get_read,
  .write = get_write,
};

/* ---- Enumerate: the classes below one, or all ---- */

typedef struct {
  GPtrArray *classes;
  WsmanClassFlags flags;
} Classes;

static void
classes_free (gpointer data)
{
  Classes *classes = data;

  g_ptr_array_unref (classes->classes);
  g_free (classes);
}

static void
put_item (Wsman *self, GString *out, const WsmanContext *context, guint index)
{
  const Classes *classes = context->data;

  wsman_put_class (self, out, g_ptr_array_index (classes->classes, index), classes->flags);
}

static gboolean
open_classes (Wsman *self, SimExchange *exchange, WsmanMessage *message, WsmanContext *context)
{
  Classes *classes;

  if (context->mode != WSMAN_MODE_OBJECT) {
    wsman_refuse (self, exchange, "EnumerationMode", "classes have no endpoint references");
    return FALSE;
  }
  classes = g_new0 (Classes, 1);
  classes->flags = read_options (message);
  classes->classes
      = repository_list_classes (self->repository, exchange->name_space, message->schema_class,
                                 (classes->flags & WSMAN_CLASS_DEEP) != 0);
  context->put = put_item;
  context->data = classes;
  context->data_free = classes_free;
  context->n_items = classes->classes->len;
  return TRUE;
}

static const WsmanVerb *const verbs[]
    = { &verb_get, &wsman_verb_enumerate, &wsman_verb_pull, &wsman_verb_release, NULL };

const WsmanFamily wsman_family_schema = {
  .name = "the schema",
  .prefix = WSMAN_SCHEMA_URI,
  .verbs = verbs,
  .read = schema_read_resource,
  .open = open_classes,
};
