/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-read.h"

#include "simulator/wsman/wsman-fault.h"

/* The request: envelope, header, verb, resource. What a verb wants in its body it reads itself. */

static gboolean
check_envelope (Wsman *self, SimExchange *exchange, xmlNode *root)
{
  const char *ns = root->ns != NULL ? (const char *)root->ns->href : "";

  if (strcmp ((const char *)root->name, "Envelope") != 0) {
    wsman_refuse (self, exchange, "SchemaValidationError", "root element is %s, not s:Envelope",
                  (const char *)root->name);
    return FALSE;
  }
  if (strcmp (ns, WSMAN_NS_SOAP) != 0) {
    wsman_refuse (self, exchange, "VersionMismatch",
                  "s:Envelope is in namespace \"%s\", not SOAP 1.2", ns);
    return FALSE;
  }
  return TRUE;
}

static gboolean
check_children (Wsman *self, SimExchange *exchange, xmlNode *root, xmlNode **header, xmlNode **body)
{
  xmlNode *node = wsman_xml_first (root);

  *header = NULL;
  if (wsman_xml_is (node, WSMAN_NS_SOAP, "Header")) {
    *header = node;
    node = wsman_xml_next (node);
  }
  *body = node;
  if (!wsman_xml_is (node, WSMAN_NS_SOAP, "Body")) {
    wsman_refuse (self, exchange, "SchemaValidationError", "no s:Body where it must be");
    return FALSE;
  }
  if (wsman_xml_next (node) != NULL) {
    wsman_refuse (self, exchange, "SchemaValidationError", "an element after s:Body");
    return FALSE;
  }
  return TRUE;
}

/* A method's action is the class URI, a slash and its name. */
static gboolean
find_method (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  gsize length = strlen (exchange->resource);

  if (g_ascii_strncasecmp (exchange->action, exchange->resource, length) != 0
      || exchange->action[length] != '/' || exchange->action[length + 1] == '\0'
      || strchr (exchange->action + length + 1, '/') != NULL) {
    wsman_refuse (self, exchange, "ActionMismatch",
                  "a:Action \"%s\" is no method of w:ResourceURI \"%s\"", exchange->action,
                  exchange->resource);
    return FALSE;
  }
  message->verb = message->family->method_verb;
  exchange->method = g_strdup (exchange->action + length + 1);
  return TRUE;
}

/* Actions of WS-Transfer, -Enumeration and -Eventing are no methods, whichever family is asked. */
static gboolean
is_method (const WsmanFamily *family, const char *action)
{
  return family->method_verb != NULL && !g_str_has_prefix (action, WSMAN_NS_TRANSFER "/")
         && !g_str_has_prefix (action, WSMAN_NS_ENUMERATION "/")
         && !g_str_has_prefix (action, WSMAN_NS_EVENTING "/");
}

static gboolean
find_verb (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  message->verb = wsman_find_verb (message->family, exchange->action);
  if (message->verb == NULL && !g_str_has_prefix (exchange->action, "http")) {
    wsman_refuse (self, exchange, "InvalidAction", "a:Action \"%s\" is no URI of an action",
                  exchange->action);
    return FALSE;
  }
  if (message->verb == NULL && !is_method (message->family, exchange->action)) {
    wsman_refuse (self, exchange, "ActionNotSupported", "a:Action \"%s\" is not supported",
                  exchange->action);
    return FALSE;
  }
  if (message->verb == NULL && !find_method (self, exchange, message))
    return FALSE;
  g_free (exchange->operation);
  exchange->operation = g_strdup (message->verb->operation);
  return TRUE;
}

static void
read_identify (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  message->verb = &wsman_verb_identify;
  exchange->operation = g_strdup (message->verb->operation);
  message->verb->read (self, exchange, message);
}

void
wsman_read_request (Wsman *self, SimExchange *exchange)
{
  WsmanMessage *message = wsman_message_new (exchange);
  xmlNode *root, *header, *body;

  message->max_envelope = self->max_envelope;
  message->doc = wsman_read_xml (self, exchange);
  if (message->doc == NULL)
    return;
  root = xmlDocGetRootElement (message->doc);
  if (!check_envelope (self, exchange, root)
      || !check_children (self, exchange, root, &header, &body))
    return;
  message->header = header;
  message->content = wsman_xml_first (body);
  if (wsman_xml_is (message->content, WSMAN_NS_IDENTITY, "Identify")) {
    read_identify (self, exchange, message);
    return;
  }
  wsman_read_headers (self, exchange, message, header);
  if (exchange->status != 0)
    return;
  if (exchange->user == NULL) {
    wsman_refuse (self, exchange, "AccessDenied", "anonymous, and not an Identify");
    return;
  }
  if (wsman_find_family (self, exchange, message) == NULL) {
    wsman_refuse (self, exchange, "InvalidResourceURI",
                  "nothing here answers for w:ResourceURI \"%s\"", exchange->resource);
    return;
  }
  if (!find_verb (self, exchange, message))
    return;
  if (message->fragment != NULL && !message->verb->fragments) {
    wsman_refuse (self, exchange, "FragmentTransfer", "w:FragmentTransfer of a %s",
                  message->verb->operation);
    return;
  }
  self->as_dmtf = message->family->says_namespace;
  if (message->family->read != NULL)
    message->family->read (self, exchange, message);
  if (exchange->status != 0)
    return;
  wsman_read_selectors (self, exchange, message,
                        wsman_xml_find (header, WSMAN_NS_WSMAN, "SelectorSet"));
  if (exchange->status == 0)
    message->verb->read (self, exchange, message);
}

void
wsman_read_empty (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  if (message->content != NULL)
    wsman_refuse (self, exchange, "SchemaValidationError", "s:Body of a %s has %s in it",
                  exchange->operation, (const char *)message->content->name);
}
