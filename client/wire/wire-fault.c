/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "client/wire/wire-names.h"
#include "client/wire/wire-reply-private.h"

/* SOAP faults with Windows' details: WSManFault (code, the text of the provider within), or on 2012
 * and newer MSFT_WmiError instead. */

/* Prefixes as Windows writes them, whatever the reply declares. */
static const struct {
  const char *uri;
  const char *prefix;
} prefixes[] = {
  { WIRE_NS_SOAP, "s" },        { WIRE_NS_ADDRESSING, "a" }, { WIRE_NS_TRANSFER, "x" },
  { WIRE_NS_ENUMERATION, "n" }, { WIRE_NS_EVENTING, "e" },   { WIRE_NS_WSMAN, "w" },
  { WIRE_NS_BINDING, "b" },     { WIRE_NS_WSMV, "p" },
};

gboolean
wire_fault_enter (WireReply *self, const WireElement *element)
{
  self->in_fault = TRUE;
  return TRUE;
}

static guint32
parse_code (const char *text)
{
  gboolean hex = g_ascii_strncasecmp (text, "0x", 2) == 0;
  guint64 code = 0;

  if (!g_ascii_string_to_unsigned (hex ? text + 2 : text, hex ? 16 : 10, 0, G_MAXUINT32, &code,
                                   NULL))
    return 0;
  return code;
}

/* The outer one counts; a provider's own fault lies within and has the same code or none. */
gboolean
wire_fault_enter_wsman (WireReply *self, const WireElement *element)
{
  g_autofree char *code = wire_element_dup_attribute (element, "Code");

  self->fault.n_faults++;
  if (code != NULL && self->fault.code == 0)
    self->fault.code = parse_code (code);
  return TRUE;
}

gboolean
wire_fault_enter_provider (WireReply *self, const WireElement *element)
{
  g_free (self->fault.provider);
  self->fault.provider = wire_element_dup_attribute (element, "provider");
  return TRUE;
}

static char *
canonical_name (const WireReply *self, const char *name)
{
  const char *colon = strchr (name, ':');
  const char *uri
      = wire_reply_resolve (self, colon != NULL ? name : NULL, colon != NULL ? colon - name : 0);

  for (gsize i = 0; uri != NULL && i < G_N_ELEMENTS (prefixes); i++)
    if (strcmp (prefixes[i].uri, uri) == 0)
      return g_strconcat (prefixes[i].prefix, ":", colon != NULL ? colon + 1 : name, NULL);
  return g_strdup (name);
}

static void
set_once (char **where, char **text)
{
  if (*where == NULL && **text != '\0')
    *where = g_steal_pointer (text);
}

gboolean
wire_fault_leave_text (WireReply *self)
{
  const WireFrame *frame = &self->frames[self->depth];
  WireFault *fault = &self->fault;
  g_autofree char *text = NULL;

  if (frame->n_children > 0)
    return TRUE;
  text = wire_reply_dup_text (self);
  switch ((WireState)frame->state) {
  case AT_SUBCODE_VALUE:
    g_free (fault->subcode);
    fault->subcode = canonical_name (self, text);
    break;
  case AT_REASON_TEXT:
    set_once (&fault->reason, &text);
    break;
  case AT_FAULT_DETAIL:
    g_free (fault->detail);
    fault->detail = g_strdup (strrchr (text, '/') != NULL ? strrchr (text, '/') + 1 : text);
    break;
  case AT_WSMAN_MESSAGE:
  case AT_PROVIDER_FAULT: /* the innermost is closed first */
    set_once (&fault->message, &text);
    break;
  case AT_STATUS_TEXT:
    set_once (&fault->status, &text);
    break;
  case AT_WMI_CODE:
    fault->wmi_code = parse_code (text);
    break;
  default: /* AT_WMI_TEXT */
    set_once (&fault->wmi_text, &text);
  }
  return TRUE;
}

static const char *
first_that_differs (const WireFault *fault)
{
  const char *const texts[] = { fault->message, fault->wmi_text, fault->reason };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    if (texts[i] != NULL && g_strcmp0 (texts[i], fault->reason) != 0)
      return texts[i];
  return fault->reason != NULL ? fault->reason : "the host gave no reason";
}

/* What Windows leaves to the reader. */
static const struct {
  HypervError error;
  const char *text;
} remedies[] = {
  { HYPERV_ERROR_ACCESS_DENIED,
    "; the account lacks a right that administrators of the host have, and the group Hyper-V "
    "Administrators: on the host, Add-LocalGroupMember -Group \"Hyper-V Administrators\" -Member "
    "USER" },
  { HYPERV_ERROR_QUOTA, "; on the host, winrm get winrm/config shows its limits" },
};

static const char *
find_remedy (HypervError error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (remedies); i++)
    if (remedies[i].error == error)
      return remedies[i].text;
  return "";
}

GError *
wire_fault_to_error (const WireFault *fault)
{
  guint32 code = fault->code != 0 ? fault->code : fault->wmi_code;
  HypervError kind = wire_faults_lookup (fault->subcode, code);
  const char *text = first_that_differs (fault);
  g_autoptr (GString) message = g_string_new (text);
  GError *error;

  if (fault->status != NULL)
    g_string_append_printf (message, " %s", fault->status);
  g_string_append_printf (message, " (%s", fault->subcode != NULL ? fault->subcode : "SOAP fault");
  if (fault->detail != NULL)
    g_string_append_printf (message, "/%s", fault->detail);
  if (code != 0)
    g_string_append_printf (message, ", code %u = 0x%08X", code, code);
  if (fault->provider != NULL)
    g_string_append_printf (message, ", from %s", fault->provider);
  g_string_append_printf (message, ")%s", find_remedy (kind));
  error = g_error_new_literal (HYPERV_ERROR, (int)kind, message->str);
  hyperv_error_set_fault (error, fault->subcode, code);
  return error;
}

void
wire_fault_clear (WireFault *fault)
{
  g_free (fault->subcode);
  g_free (fault->reason);
  g_free (fault->detail);
  g_free (fault->message);
  g_free (fault->provider);
  g_free (fault->status);
  g_free (fault->wmi_text);
}
