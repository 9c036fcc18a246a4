/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client/wire/wire-names.h"
#include "client/wire/wire-reply-private.h"

/* The grammar of replies: which element opens what, where. Elements that are in no row are skipped
 * with all that is in them, as WS-Management wants for what a client does not know. */

static const char *const space_uris[N_SPACES] = {
  [SPACE_SOAP] = WIRE_NS_SOAP,
  [SPACE_ADDRESSING] = WIRE_NS_ADDRESSING,
  [SPACE_ENUMERATION] = WIRE_NS_ENUMERATION,
  [SPACE_WSMAN] = WIRE_NS_WSMAN,
  [SPACE_IDENTITY] = WIRE_NS_IDENTITY,
  [SPACE_CIM] = WIRE_NS_CIM,
  [SPACE_XSI] = WIRE_NS_XSI,
  [SPACE_FAULT] = WIRE_NS_FAULT,
};

static const struct {
  WireState from;
  WireSpace space;
  const char *name;
  WireState to;
  WireEnter enter;
} rules[] = {
  { AT_DOCUMENT, SPACE_SOAP, "Envelope", AT_ENVELOPE, NULL },
  { AT_ENVELOPE, SPACE_SOAP, "Header", AT_HEADER, NULL },
  { AT_ENVELOPE, SPACE_SOAP, "Body", AT_BODY, NULL },
  { AT_HEADER, SPACE_ADDRESSING, "Action", AT_ACTION, NULL },
  { AT_HEADER, SPACE_ADDRESSING, "MessageID", AT_MESSAGE_ID, NULL },
  { AT_HEADER, SPACE_ADDRESSING, "RelatesTo", AT_RELATES_TO, NULL },

  /* Items and EndOfSequence: wsman's in optimised Enumerate replies, wsen's in Pull replies. */
  { AT_PAGE, SPACE_ENUMERATION, "EnumerationContext", AT_CONTEXT, NULL },
  { AT_PAGE, SPACE_ENUMERATION, "Items", AT_ITEMS, NULL },
  { AT_PAGE, SPACE_WSMAN, "Items", AT_ITEMS, NULL },
  { AT_PAGE, SPACE_ENUMERATION, "EndOfSequence", AT_END_OF_SEQUENCE, NULL },
  { AT_PAGE, SPACE_WSMAN, "EndOfSequence", AT_END_OF_SEQUENCE, NULL },
  { AT_LIST, SPACE_IDENTITY, "SecurityProfileName", AT_LIST_ITEM, NULL },

  /* References: WinRM leaves EndpointReference out; in XmlFragment nothing has a namespace. */
  { AT_REFERENCE, SPACE_ADDRESSING, "ReferenceParameters", AT_PARAMETERS, NULL },
  { AT_REFERENCE, SPACE_ADDRESSING, "ReferenceProperties", AT_PARAMETERS, NULL },
  { AT_REFERENCE, SPACE_NONE, "ReferenceParameters", AT_PARAMETERS, NULL },
  { AT_PARAMETERS, SPACE_WSMAN, "ResourceURI", AT_URI, NULL },
  { AT_PARAMETERS, SPACE_NONE, "ResourceURI", AT_URI, NULL },
  { AT_PARAMETERS, SPACE_WSMAN, "SelectorSet", AT_SELECTORS, NULL },
  { AT_PARAMETERS, SPACE_NONE, "SelectorSet", AT_SELECTORS, NULL },
  { AT_SELECTORS, SPACE_WSMAN, "Selector", AT_SELECTOR, wire_reference_enter_selector },
  { AT_SELECTORS, SPACE_NONE, "Selector", AT_SELECTOR, wire_reference_enter_selector },
  { AT_SELECTOR, SPACE_ADDRESSING, "EndpointReference", AT_REFERENCE, wire_reference_enter_nested },
  { AT_SELECTOR, SPACE_NONE, "EndpointReference", AT_REFERENCE, wire_reference_enter_nested },

  { AT_BODY, SPACE_SOAP, "Fault", AT_FAULT, wire_fault_enter },
  { AT_FAULT, SPACE_SOAP, "Code", AT_CODE, NULL },
  { AT_FAULT, SPACE_SOAP, "Reason", AT_REASON, NULL },
  { AT_FAULT, SPACE_SOAP, "Detail", AT_DETAIL, NULL },
  { AT_CODE, SPACE_SOAP, "Value", AT_CODE_VALUE, NULL },
  { AT_CODE, SPACE_SOAP, "Subcode", AT_SUBCODE, NULL },
  { AT_SUBCODE, SPACE_SOAP, "Value", AT_SUBCODE_VALUE, NULL },
  { AT_REASON, SPACE_SOAP, "Text", AT_REASON_TEXT, NULL },
  { AT_DETAIL, SPACE_WSMAN, "FaultDetail", AT_FAULT_DETAIL, NULL },
  { AT_DETAIL, SPACE_FAULT, "WSManFault", AT_WSMAN_FAULT, wire_fault_enter_wsman },
  { AT_DETAIL, SPACE_ANY, "MSFT_WmiError", AT_WMI_ERROR, NULL },
  { AT_WSMAN_FAULT, SPACE_FAULT, "Message", AT_WSMAN_MESSAGE, NULL },
  { AT_WSMAN_MESSAGE, SPACE_FAULT, "ProviderFault", AT_PROVIDER_FAULT, wire_fault_enter_provider },
  { AT_PROVIDER_FAULT, SPACE_FAULT, "WSManFault", AT_WSMAN_FAULT, wire_fault_enter_wsman },
  { AT_PROVIDER_FAULT, SPACE_FAULT, "ExtendedError", AT_EXTENDED_ERROR, NULL },
  { AT_EXTENDED_ERROR, SPACE_ANY, "__ExtendedStatus", AT_EXTENDED_STATUS, NULL },
  { AT_EXTENDED_STATUS, SPACE_ANY, "Description", AT_STATUS_TEXT, NULL },
  { AT_WMI_ERROR, SPACE_ANY, "error_Code", AT_WMI_CODE, NULL },
  { AT_WMI_ERROR, SPACE_ANY, "Message", AT_WMI_TEXT, NULL },
};

static gboolean
leave_action (WireReply *self)
{
  g_free (self->info.action);
  self->info.action = wire_reply_dup_text (self);
  return TRUE;
}

static gboolean
leave_message_id (WireReply *self)
{
  g_free (self->info.message_id);
  self->info.message_id = wire_reply_dup_text (self);
  return TRUE;
}

static gboolean
leave_relates_to (WireReply *self)
{
  g_free (self->info.relates_to);
  self->info.relates_to = wire_reply_dup_text (self);
  return TRUE;
}

/* Empty beside the last items of an optimised Enumerate. */
static gboolean
leave_context (WireReply *self)
{
  g_clear_pointer (&self->info.context, g_free);
  if (!wire_reply_text_is_blank (self))
    self->info.context = wire_reply_dup_text (self);
  return TRUE;
}

static gboolean
leave_end_of_sequence (WireReply *self)
{
  self->info.end_of_sequence = TRUE;
  return TRUE;
}

const WireStateRow wire_states[N_STATES] = {
  [AT_ACTION] = { TRUE, leave_action },
  [AT_MESSAGE_ID] = { TRUE, leave_message_id },
  [AT_RELATES_TO] = { TRUE, leave_relates_to },
  [AT_CONTEXT] = { TRUE, leave_context },
  [AT_END_OF_SEQUENCE] = { FALSE, leave_end_of_sequence },
  [AT_INSTANCE] = { FALSE, wire_instance_leave },
  [AT_ITEM] = { FALSE, wire_item_leave },
  [AT_ITEM_PATH] = { FALSE, wire_item_leave_path },
  [AT_CREATED] = { FALSE, wire_item_leave_created },
  [AT_PROPERTY] = { TRUE, wire_property_leave },
  [AT_EMBEDDED] = { FALSE, wire_embedded_leave },
  [AT_TIME] = { TRUE, wire_time_leave },
  [AT_LIST_ITEM] = { TRUE, wire_list_leave_item },
  [AT_URI] = { TRUE, wire_reference_leave_uri },
  [AT_SELECTOR] = { TRUE, wire_reference_leave_selector },
  [AT_SUBCODE_VALUE] = { TRUE, wire_fault_leave_text },
  [AT_REASON_TEXT] = { TRUE, wire_fault_leave_text },
  [AT_FAULT_DETAIL] = { TRUE, wire_fault_leave_text },
  [AT_WSMAN_MESSAGE] = { TRUE, wire_fault_leave_text },
  [AT_PROVIDER_FAULT] = { TRUE, wire_fault_leave_text },
  [AT_STATUS_TEXT] = { TRUE, wire_fault_leave_text },
  [AT_WMI_CODE] = { TRUE, wire_fault_leave_text },
  [AT_WMI_TEXT] = { TRUE, wire_fault_leave_text },
};

void
wire_rules_intern (WireReply *self)
{
  xmlDictPtr dict = self->parser->dict;

  for (gsize i = 0; i < N_SPACES; i++)
    if (space_uris[i] != NULL)
      self->spaces[i] = xmlDictLookup (dict, (const xmlChar *)space_uris[i], -1);
  self->names = g_ptr_array_sized_new (G_N_ELEMENTS (rules));
  for (gsize i = 0; i < G_N_ELEMENTS (rules); i++)
    g_ptr_array_add (self->names,
                     (gpointer)xmlDictLookup (dict, (const xmlChar *)rules[i].name, -1));
  self->nil = (const char *)xmlDictLookup (dict, (const xmlChar *)"nil", -1);
}

WireState
wire_rules_next (const WireReply *self, WireState state, const WireElement *element,
                 WireEnter *enter)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rules); i++) {
    if (rules[i].from != state || g_ptr_array_index (self->names, i) != element->name)
      continue;
    if (rules[i].space != SPACE_ANY && (const char *)self->spaces[rules[i].space] != element->uri)
      continue;
    *enter = rules[i].enter;
    return rules[i].to;
  }
  *enter = NULL;
  return AT_SKIPPED;
}
