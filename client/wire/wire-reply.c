/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "client/wire/wire-names.h"
#include "client/wire/wire-reply-private.h"

/* The frame of the reader: libxml2's push parser calls, a stack of states answers. Nothing of the
 * reply is kept but the texts of the item that is open. */

#define SLICE 65536       /* bytes given to libxml2 at a time, so that it copies little */
#define MESSAGE_CHARS 400 /* of an error; names in a reply can be long */

gboolean
wire_reply_fail (WireReply *self, const char *format, ...)
{
  g_autofree char *text = NULL;
  g_autofree char *valid = NULL;
  va_list args;

  if (self->error == NULL) {
    va_start (args, format);
    text = g_strdup_vprintf (format, args);
    va_end (args);
    valid = g_utf8_make_valid (g_strchomp (text), -1);
    if (g_utf8_strlen (valid, -1) > MESSAGE_CHARS)
      strcpy (g_utf8_offset_to_pointer (valid, MESSAGE_CHARS), "");
    g_set_error (&self->error, HYPERV_ERROR, HYPERV_ERROR_PROTOCOL, "%s", valid);
  }
  self->failed = TRUE;
  xmlStopParser (self->parser);
  return FALSE;
}

gboolean
wire_reply_text_is_blank (const WireReply *self)
{
  for (gsize i = 0; i < self->text_length; i++)
    if (!g_ascii_isspace (self->text[i]))
      return FALSE;
  return TRUE;
}

char *
wire_reply_dup_text (const WireReply *self)
{
  return g_strstrip (g_strndup (self->text, self->text_length));
}

const char *
wire_reply_resolve (const WireReply *self, const char *prefix, gsize length)
{
  for (guint i = self->scopes->len; i > 0; i--) {
    const WireScope *scope = &g_array_index (self->scopes, WireScope, i - 1);

    if (prefix == NULL && scope->prefix == NULL)
      return scope->uri;
    if (prefix != NULL && scope->prefix != NULL && strlen (scope->prefix) == length
        && strncmp (scope->prefix, prefix, length) == 0)
      return scope->uri;
  }
  return NULL;
}

char *
wire_element_dup_attribute (const WireElement *element, const char *name)
{
  const xmlChar **attribute = element->attributes;

  for (int i = 0; i < element->n_attributes; i++, attribute += 5)
    if (attribute[2] == NULL && strcmp ((const char *)attribute[0], name) == 0)
      return g_strndup ((const char *)attribute[3], attribute[4] - attribute[3]);
  return NULL;
}

static gboolean
check_action (WireReply *self)
{
  const char *action = self->info.action;

  if (action == NULL || g_str_has_suffix (action, "/fault"))
    return TRUE;
  if (!wire_verb_is_other_reply (self->verb, action))
    return TRUE;
  return wire_reply_fail (self, "expected was a reply to %s, and found one with the action %s",
                          self->verb->name, action);
}

static WireState
open_envelope_child (WireReply *self, const WireElement *element)
{
  WireEnter enter = NULL;
  WireState state = wire_rules_next (self, AT_ENVELOPE, element, &enter);

  if (state == AT_BODY && self->has_body) {
    wire_reply_fail (self, "a second Body");
    return AT_SKIPPED;
  }
  if (state == AT_BODY) {
    self->has_body = TRUE;
    check_action (self);
  }
  return state;
}

/* Whether @element is what the body of a reply to this verb holds. */
static gboolean
is_expected_body (const WireReply *self, const WireElement *element)
{
  if (self->verb->reply_element != NULL)
    return g_strcmp0 (element->uri, self->verb->reply_space) == 0
           && strcmp (element->name, self->verb->reply_element) == 0;
  if (element->uri == (const char *)self->spaces[SPACE_ENUMERATION]
      || element->uri == (const char *)self->spaces[SPACE_IDENTITY])
    return FALSE;
  if (self->verb->verb == WIRE_DELETE)
    return FALSE;
  return self->verb->verb != WIRE_INVOKE || g_str_has_suffix (element->name, "_OUTPUT");
}

static WireState
open_body_child (WireReply *self, const WireElement *element)
{
  WireEnter enter = NULL;
  WireState state = wire_rules_next (self, AT_BODY, element, &enter);

  if (self->in_fault || self->has_page) {
    wire_reply_fail (self, "the body holds a second element, %s", element->name);
    return AT_SKIPPED;
  }
  if (state == AT_FAULT) {
    enter (self, element);
    return AT_FAULT;
  }
  if (!is_expected_body (self, element)) {
    wire_reply_fail (self, "expected was a reply to %s, and found %s in {%s}", self->verb->name,
                     element->name, element->uri != NULL ? element->uri : "");
    return AT_SKIPPED;
  }
  if (self->verb->verb == WIRE_RELEASE)
    return AT_SKIPPED;
  self->has_page = TRUE;
  if (self->verb->verb == WIRE_CREATE) {
    wire_reference_begin (self);
    return AT_CREATED;
  }
  if (self->verb->verb == WIRE_ENUMERATE || self->verb->verb == WIRE_PULL)
    return AT_PAGE;
  return wire_instance_enter (self, element) ? AT_INSTANCE : AT_SKIPPED;
}

static WireState
open_root (WireReply *self, const WireElement *element)
{
  WireEnter enter = NULL;
  WireState state = wire_rules_next (self, AT_DOCUMENT, element, &enter);

  self->has_root = TRUE;
  if (state != AT_ENVELOPE)
    wire_reply_fail (self, "expected was an Envelope of SOAP 1.2, and found %s in {%s}",
                     element->name, element->uri != NULL ? element->uri : "");
  return state;
}

static WireState
open_element (WireReply *self, WireState state, const WireElement *element)
{
  WireEnter enter = NULL;
  WireState next;

  switch (state) {
  case AT_SKIPPED:
    return AT_SKIPPED;
  case AT_INSTANCE:
  case AT_EMBEDDED:
  case AT_CLASS:
    return wire_property_enter (self, element);
  case AT_PROPERTY:
    return wire_property_child (self, element);
  case AT_ITEMS:
    if (self->info.n_items == WIRE_MAX_ITEMS)
      wire_reply_fail (self, "a reply of more than %u items", WIRE_MAX_ITEMS);
    return wire_item_enter (self, element);
  case AT_ITEM:
    return wire_item_child (self, element);
  case AT_ITEM_PATH:
  case AT_CREATED:
    next = wire_rules_next (self, AT_REFERENCE, element, &enter);
    return next;
  case AT_BODY:
    return open_body_child (self, element);
  case AT_ENVELOPE:
    return open_envelope_child (self, element);
  case AT_DOCUMENT:
    return open_root (self, element);
  default:
    next = wire_rules_next (self, state, element, &enter);
    if (enter != NULL && !enter (self, element))
      return AT_SKIPPED;
    return next;
  }
}

static void
on_start (void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
          int n_namespaces, const xmlChar **namespaces, int n_attributes, int n_defaulted,
          const xmlChar **attributes)
{
  WireReply *self = data;
  WireElement element = { (const char *)name, (const char *)uri, n_attributes, attributes };
  WireState state = self->frames[self->depth].state;
  WireFrame *frame;

  if (self->error != NULL)
    return;
  if (self->depth == WIRE_MAX_DEPTH) {
    wire_reply_fail (self, "elements nested deeper than %d", WIRE_MAX_DEPTH);
    return;
  }
  if (n_attributes + n_namespaces > WIRE_MAX_ATTRIBUTES) {
    wire_reply_fail (self, "element %s with %d attributes; %d are allowed", element.name,
                     n_attributes + n_namespaces, WIRE_MAX_ATTRIBUTES);
    return;
  }
  frame = &self->frames[++self->depth];
  frame->n_children = 0;
  frame->n_scopes = self->scopes->len;
  for (int i = 0; i < n_namespaces; i++) {
    WireScope scope = { (const char *)namespaces[2 * i], (const char *)namespaces[2 * i + 1] };

    g_array_append_val (self->scopes, scope);
  }
  self->frames[self->depth - 1].n_children += 1;
  frame->state = open_element (self, state, &element);
  self->collecting = wire_states[frame->state].collects;
  self->text_length = 0;
}

static void
on_end (void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
  WireReply *self = data;
  const WireFrame *frame = &self->frames[self->depth];
  WireLeave leave = wire_states[frame->state].leave;

  if (self->error != NULL)
    return;
  if (leave != NULL && !leave (self))
    return;
  if (self->scopes->len > frame->n_scopes)
    g_array_set_size (self->scopes, frame->n_scopes);
  self->depth--;
  self->collecting = FALSE;
}

static void
on_text (void *data, const xmlChar *text, int length)
{
  WireReply *self = data;
  gsize needed = self->text_length + length;

  if (!self->collecting || self->error != NULL)
    return;
  if (needed > WIRE_MAX_TEXT) {
    wire_reply_fail (self, "a text of more than %u bytes", WIRE_MAX_TEXT);
    return;
  }
  if (needed > self->text_size) {
    self->text_size = MAX (needed, 2 * self->text_size);
    self->text = g_realloc (self->text, self->text_size);
  }
  memcpy (self->text + self->text_length, text, length);
  self->text_length = needed;
}

static void
on_dtd (void *data, const xmlChar *name, const xmlChar *external_id, const xmlChar *system_id)
{
  wire_reply_fail (data, "a document type declaration (%s), which SOAP forbids", name);
}

#if LIBXML_VERSION >= 21200
typedef const xmlError *ParserError;
#else
typedef xmlErrorPtr ParserError;
#endif

/* Namespace errors included, which libxml2 itself would go on after. */
static void
on_error (void *data, ParserError error)
{
  WireReply *self = data;

  if (self->error != NULL || error->level < XML_ERR_ERROR)
    return;
  g_set_error (&self->error, HYPERV_ERROR, HYPERV_ERROR_PROTOCOL,
               "not well-formed XML at line %d, column %d: %s", error->line, error->int2,
               error->message != NULL ? error->message : "unknown reason");
  g_strchomp (self->error->message);
}

static const xmlSAXHandler handler = {
  .initialized = XML_SAX2_MAGIC,
  .internalSubset = on_dtd,
  .startElementNs = on_start,
  .endElementNs = on_end,
  .characters = on_text,
  .ignorableWhitespace = on_text, /* the same, so that libxml2 does not look which it is */
  .cdataBlock = on_text,
  .serror = on_error,
};

WireReply *
wire_reply_new (WireVerb verb, const char *name_space, const char *class_name, WireReplyItem item,
                gpointer user_data)
{
  WireReply *self = g_new0 (WireReply, 1);
  xmlSAXHandler sax = handler;

  self->verb = wire_verb_get (verb);
  self->name_space = g_strdup (name_space != NULL ? name_space : "");
  self->class_name = g_strdup (class_name);
  self->item = item;
  self->user_data = user_data;
  self->parser = xmlCreatePushParserCtxt (&sax, self, NULL, 0, NULL);
  /* Not XML_PARSE_HUGE: libxml2's limits on names and on its dictionary stay. */
  xmlCtxtUseOptions (self->parser, XML_PARSE_NONET);
  self->scopes = g_array_new (FALSE, FALSE, sizeof (WireScope));
  self->text_size = 256;
  self->text = g_malloc (self->text_size);
  wire_rules_intern (self);
  wire_instance_init (self);
  return self;
}

void
wire_reply_set_items (WireReply *self, WireItems items)
{
  g_return_if_fail (self != NULL && self->n_bytes == 0);

  self->items = items;
}

static gboolean
return_error (WireReply *self, GError **error)
{
  if (!self->explained)
    wire_reply_explain (self);
  self->explained = TRUE;
  if (error != NULL)
    *error = g_error_copy (self->error);
  return FALSE;
}

static void
keep_head (WireReply *self, const char *data, gsize length)
{
  gsize n = MIN (length, sizeof self->head - self->head_length);

  memcpy (self->head + self->head_length, data, n);
  self->head_length += n;
}

gboolean
wire_reply_push (WireReply *self, const char *data, gsize length, GError **error)
{
  g_return_val_if_fail (self != NULL && !self->ended, FALSE);

  if (self->error != NULL)
    return return_error (self, error);
  keep_head (self, data, length);
  self->n_bytes += length;
  for (gsize done = 0; done < length && self->error == NULL; done += SLICE) {
    int result = xmlParseChunk (self->parser, data + done, MIN (SLICE, length - done), 0);

    if (result != 0 && self->error == NULL && !self->parser->wellFormed)
      wire_reply_fail (self, "not well-formed XML (libxml2 says %d)", result);
  }
  return self->error == NULL || return_error (self, error);
}

/* A Put may be answered with what came of it, when that is not what was put (DSP0226, 7.4). */
static gboolean
may_be_empty (WireVerb verb)
{
  return verb == WIRE_RELEASE || verb == WIRE_PUT || verb == WIRE_DELETE;
}

static void
check_end (WireReply *self)
{
  if (!self->has_body)
    wire_reply_fail (self, "an Envelope without a Body");
  else if (self->in_fault)
    self->info.fault = wire_fault_to_error (&self->fault);
  else if (!self->has_page && !may_be_empty (self->verb->verb))
    wire_reply_fail (self, "expected was a reply to %s, and found an empty Body", self->verb->name);
}

gboolean
wire_reply_end (WireReply *self, GError **error)
{
  g_return_val_if_fail (self != NULL && !self->ended, FALSE);

  if (self->error == NULL && self->n_bytes == 0)
    wire_reply_fail (self, "the reply is empty");
  self->ended = TRUE;
  if (self->error != NULL)
    return return_error (self, error);
  xmlParseChunk (self->parser, NULL, 0, 1);
  if (self->depth > 0 && !self->failed) {
    g_clear_error (&self->error);
    wire_reply_fail (self,
                     "the reply ends in the middle, after %" G_GUINT64_FORMAT
                     " bytes with %u elements open",
                     self->n_bytes, self->depth);
  }
  if (self->error == NULL && (!self->has_root || !self->parser->wellFormed))
    wire_reply_fail (self, "not an XML document");
  if (self->error == NULL)
    check_end (self);
  return self->error == NULL || return_error (self, error);
}

const WireReplyInfo *
wire_reply_get_info (const WireReply *self)
{
  return &self->info;
}

void
wire_reply_free (WireReply *self)
{
  if (self == NULL)
    return;
  if (self->parser->myDoc != NULL)
    xmlFreeDoc (self->parser->myDoc);
  xmlFreeParserCtxt (self->parser);
  wire_reference_clear (self);
  wire_instance_clear (self);
  wire_fault_clear (&self->fault);
  g_free (self->info.action);
  g_free (self->info.message_id);
  g_free (self->info.relates_to);
  g_free (self->info.context);
  g_clear_pointer (&self->info.result, hyperv_cim_instance_unref);
  g_clear_pointer (&self->info.created, hyperv_cim_path_unref);
  g_clear_pointer (&self->item_path, hyperv_cim_path_unref);
  g_clear_error (&self->info.fault);
  g_clear_error (&self->error);
  g_ptr_array_unref (self->names);
  g_array_unref (self->scopes);
  g_free (self->text);
  g_free (self->name_space);
  g_free (self->class_name);
  g_free (self);
}
