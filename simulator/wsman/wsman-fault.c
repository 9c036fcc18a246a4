/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-fault.h"

#include "simulator/wsman/wsman-write.h"

static const char *const fault_actions[] = {
  [WSMAN_FAULT_WSMAN] = "http://schemas.dmtf.org/wbem/wsman/1/wsman/fault",
  [WSMAN_FAULT_ADDRESSING] = "http://schemas.xmlsoap.org/ws/2004/08/addressing/fault",
  [WSMAN_FAULT_ENUMERATION] = "http://schemas.xmlsoap.org/ws/2004/09/enumeration/fault",
  [WSMAN_FAULT_TRANSFER] = "http://schemas.xmlsoap.org/ws/2004/09/transfer/fault",
};

/* Its Machine is the computer's own name: "vagrant-2008R2" in the recorded fault, whose
 * outer one is "localhost". */
#define WMI_PROVIDER                                                                               \
  .provider = "WMI Provider", .path = "%systemroot%\\system32\\WsmWmiPl.dll", .nested = TRUE,      \
  .by_own_name = TRUE

/* What a WSManFault says besides its row. */
typedef struct {
  guint32 code;
  const char *reason;
  const WsmanFaultSource *source; /* NULL: the detail says the reason */
} FaultDetail;

static void
put_escaped (Wsman *self, GString *out, const char *text)
{
  wsman_put_text (self, out, text, strlen (text));
}

static const char *
text_of (const FaultDetail *detail)
{
  return detail->source != NULL && detail->source->text != NULL ? detail->source->text
                                                                : detail->reason;
}

static void
begin_wsman_fault (Wsman *self, GString *out, guint32 code, const char *machine)
{
  g_string_append_printf (
      out, "<f:WSManFault xmlns:f=\"" WSMAN_NS_FAULT "\" Code=\"%u\" Machine=\"", code);
  put_escaped (self, out, machine);
  wsman_put (out, "\"><f:Message>");
}

static void
end_wsman_fault (GString *out)
{
  wsman_put (out, "</f:Message></f:WSManFault>");
}

/* The Machine is the name that the client called. */
static void
put_wsman_fault (Wsman *self, GString *out, const WsmanMessage *message, const FaultDetail *detail)
{
  static const WsmanFaultSource service = { NULL };
  const WsmanFaultSource *source = detail->source != NULL ? detail->source : &service;
  const char *computer = repository_get_computer_name (self->repository);
  const char *machine = message != NULL && message->machine != NULL ? message->machine : computer;

  begin_wsman_fault (self, out, detail->code, machine);
  if (source->provider != NULL)
    g_string_append_printf (out, "<f:ProviderFault provider=\"%s\" path=\"%s\">", source->provider,
                            source->path);
  if (source->nested)
    begin_wsman_fault (self, out, detail->code, source->by_own_name ? computer : machine);
  put_escaped (self, out, text_of (detail));
  if (source->nested)
    end_wsman_fault (out);
  if (source->provider != NULL)
    wsman_put (out, "</f:ProviderFault>");
  end_wsman_fault (out);
}

/* Every child has a type, nil ones too, as recorded of a 2012 host's quota fault. */
static void
put_wmi_error (Wsman *self, GString *out, const WsmanFaultRow *row, const FaultDetail *detail)
{
  const char *text = text_of (detail);
  g_autofree char *status = g_strdup_printf ("%u", row->cim_status);
  g_autofree char *category = g_strdup_printf ("%u", row->category);
  g_autofree char *code = g_strdup_printf ("%u", detail->code);
  g_autofree char *id = g_strdup_printf ("HRESULT 0x%08x", detail->code);
  const struct {
    const char *name, *type, *value;
  } rows[] = {
    { "CIMStatusCode", "UnsignedInt", status },
    { "CIMStatusCodeDescription", "String", NULL },
    { "ErrorSource", "String", NULL },
    { "ErrorSourceFormat", "UnsignedShort", "0" },
    { "ErrorType", "UnsignedShort", "0" },
    { "Message", "String", text },
    { "MessageID", "String", id },
    { "OtherErrorSourceFormat", "String", NULL },
    { "OtherErrorType", "String", NULL },
    { "OwningEntity", "String", NULL },
    { "PerceivedSeverity", "UnsignedShort", "0" },
    { "ProbableCause", "UnsignedShort", "0" },
    { "ProbableCauseDescription", "String", NULL },
    { "error_Category", "UnsignedInt", category },
    { "error_Code", "UnsignedInt", code },
    { "error_Type", "String", "HRESULT" },
    { "error_WindowsErrorMessage", "String", text },
  };

  wsman_put (out, "<p:MSFT_WmiError b:IsCIM_Error=\"true\" xmlns:b=\"" WSMAN_NS_BINDING
                  "\" xmlns:cim=\"" WSMAN_NS_CIM "\" xmlns:p=\"" WSMAN_NS_WMI_ERROR
                  "\" xsi:type=\"p:MSFT_WmiError_Type\" xmlns:xsi=\"" WSMAN_NS_XSI "\">");
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_string_append_printf (out, "<p:%s%s xsi:type=\"cim:cim%s\"", rows[i].name,
                            rows[i].value == NULL ? " xsi:nil=\"true\"" : "", rows[i].type);
    if (rows[i].value == NULL) {
      wsman_put (out, "/>");
      continue;
    }
    wsman_put (out, ">");
    put_escaped (self, out, rows[i].value);
    g_string_append_printf (out, "</p:%s>", rows[i].name);
  }
  wsman_put (out, "</p:MSFT_WmiError>");
}

static void
write_fault (Wsman *self, SimExchange *exchange, const WsmanFaultRow *row,
             const FaultDetail *detail)
{
  const WsmanMessage *message = exchange->message;
  GString *out = wsman_envelope_begin (self, exchange, WSMAN_ENVELOPE_FAULT,
                                       fault_actions[row->action], !row->is_unrelated, 3072);

  g_string_append_printf (out, "<s:Fault><s:Code><s:Value>s:%s</s:Value>", row->soap_code);
  if (row->subcode != NULL)
    g_string_append_printf (out, "<s:Subcode><s:Value>%s</s:Value></s:Subcode>", row->subcode);
  wsman_put (out, "</s:Code><s:Reason><s:Text xml:lang=\"");
  /* Empty, not the host's default, when the request has no Locale. */
  if (message != NULL && message->lang != NULL)
    put_escaped (self, out, message->lang);
  wsman_put (out, "\">");
  put_escaped (self, out, detail->reason);
  wsman_put (out, "</s:Text></s:Reason><s:Detail>");
  if (row->detail != NULL)
    g_string_append_printf (out, "<w:FaultDetail>" WSMAN_FAULT_DETAIL "%s</w:FaultDetail>",
                            row->detail);
  if (row->as_wmi_error)
    put_wmi_error (self, out, row, detail);
  else
    put_wsman_fault (self, out, message, detail);
  wsman_put (out, "</s:Detail></s:Fault>");
  g_free (exchange->fault);
  exchange->fault
      = row->subcode != NULL ? g_strdup (row->subcode) : g_strconcat ("s:", row->soap_code, NULL);
  wsman_envelope_end (exchange, out, 500);
}

/* A refusal is one line, whatever the request had in it. */
static char *
clean (char *refusal)
{
  g_autofree char *valid = g_utf8_make_valid (refusal, -1);

  g_free (refusal);
  for (char *at = valid; *at != '\0'; at++) {
    if (g_ascii_iscntrl (*at))
      *at = '?';
  }
  return g_steal_pointer (&valid);
}

static void
refuse (Wsman *self, SimExchange *exchange, const WsmanFaultRow *row, const FaultDetail *detail,
        char *refusal)
{
  g_free (exchange->refusal);
  exchange->refusal = clean (refusal);
  write_fault (self, exchange, row, detail);
}

static void G_GNUC_PRINTF (5, 0)
    refuse_row (Wsman *self, SimExchange *exchange, const char *fault,
                const WsmanFaultSource *source, const char *format, va_list arguments)
{
  const WsmanFaultRow *row = wsman_fault_find (fault);

  g_return_if_fail (row != NULL);

  refuse (self, exchange, row,
          &(FaultDetail){ .code = row->code, .reason = row->reason, .source = source },
          g_strdup_vprintf (format, arguments));
}

void
wsman_refuse (Wsman *self, SimExchange *exchange, const char *fault, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  refuse_row (self, exchange, fault, NULL, format, arguments);
  va_end (arguments);
}

void
wsman_refuse_from (Wsman *self, SimExchange *exchange, const char *fault,
                   const WsmanFaultSource *source, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  refuse_row (self, exchange, fault, source, format, arguments);
  va_end (arguments);
}

void
wsman_refuse_provider (Wsman *self, SimExchange *exchange, const char *fault,
                       const char *provider_text, const char *format, ...)
{
  const WsmanFaultSource source = { WMI_PROVIDER, .text = provider_text };
  va_list arguments;

  va_start (arguments, format);
  refuse_row (self, exchange, fault, &source, format, arguments);
  va_end (arguments);
}

void
wsman_refuse_class_as (Wsman *self, SimExchange *exchange, const char *fault,
                       const char *name_space, const char *class_name)
{
  g_autofree char *text
      = g_strdup_printf ("The WS-Management service cannot process the request. The class %s does "
                         "not exist in the %s namespace. ",
                         class_name, name_space);
  const WsmanFaultSource source = { .text = text };

  wsman_refuse_from (self, exchange, fault, &source, "no class %s in %s", class_name, name_space);
}

void
wsman_refuse_class (Wsman *self, SimExchange *exchange, const char *name_space,
                    const char *class_name)
{
  if (repository_has_ability (self->repository, "class-errors-as-instances"))
    wsman_refuse_class_as (self, exchange, "ClassNotFound", name_space, class_name);
  else
    wsman_refuse_provider (self, exchange, "ResourceNotFound",
                           "The specified class does not exist in the given namespace. ",
                           "no class %s in %s", class_name, name_space);
}

/* What WMI's errors become. Texts of wmiutils; the one of an unknown class is recorded. */
typedef struct {
  guint32 code; /* RepositoryError or HRESULT */
  const char *fault;
  const char *query_fault; /* when a query was asked; NULL: as `fault` */
  const char *text;        /* NULL: the reason of the fault */
} ErrorRow;

static const ErrorRow repository_rows[] = {
  { REPOSITORY_ERROR_SYNTAX, "InvalidParameter", "CannotProcessFilter", "Invalid query " },
  { REPOSITORY_ERROR_INVALID_CLASS, "ResourceNotFound", "CannotProcessFilter",
    "The specified class does not exist in the given namespace. " },
  { REPOSITORY_ERROR_INVALID_NAMESPACE, "InvalidResourceURI", "CannotProcessFilter",
    "Invalid namespace " },
  { REPOSITORY_ERROR_INVALID_QUERY, "CannotProcessFilter", NULL, "Invalid query " },
  { REPOSITORY_ERROR_INVALID_VALUE, "InvalidParameter", NULL, "Invalid parameter " },
  { REPOSITORY_ERROR_EXISTS, "AlreadyExists", NULL, NULL },
  { REPOSITORY_ERROR_NOT_FOUND, "ResourceNotFound", "CannotProcessFilter", NULL },
};

static const ErrorRow provider_rows[] = {
  { PROVIDER_WBEM_E_FAILED, "WmiFailure", NULL, NULL },
  { PROVIDER_WBEM_E_NOT_FOUND, "ResourceNotFound", NULL, NULL },
  { PROVIDER_WBEM_E_ACCESS_DENIED, "AccessDenied", NULL, NULL },
  { PROVIDER_WBEM_E_INVALID_PARAMETER, "InvalidParameter", NULL, "Invalid parameter " },
  { PROVIDER_WBEM_E_METHOD_NOT_IMPLEMENTED, "MethodNotImplemented", NULL, NULL },
  { PROVIDER_WBEM_E_PROVIDER_NOT_CAPABLE, "ProviderNotCapable", NULL, NULL },
  { PROVIDER_WBEM_E_INVALID_METHOD_PARAMETERS, "InvalidMethodParameters", NULL, NULL },
  { PROVIDER_WBEM_E_INVALID_METHOD, "WmiFailure", NULL, "Invalid method " },
  { PROVIDER_WBEM_E_INVALID_OBJECT_PATH, "WmiFailure", NULL, "Invalid object path " },
};

static const ErrorRow *
find_error_row (const GError *error)
{
  gboolean of_provider = error->domain == PROVIDER_ERROR;
  const ErrorRow *rows = of_provider ? provider_rows : repository_rows;
  gsize n_rows = of_provider ? G_N_ELEMENTS (provider_rows) : G_N_ELEMENTS (repository_rows);

  for (gsize i = 0; i < n_rows; i++) {
    if (rows[i].code == (guint32)error->code)
      return &rows[i];
  }
  return &provider_rows[0];
}

void
wsman_refuse_error (Wsman *self, SimExchange *exchange, const GError *error, gboolean of_query)
{
  const ErrorRow *found = find_error_row (error);
  gboolean filter = of_query && found->query_fault != NULL;
  const WsmanFaultRow *row = wsman_fault_find (filter ? found->query_fault : found->fault);
  const WsmanFaultSource source = { WMI_PROVIDER, .text = found->text };
  FaultDetail detail = { .code = row->code, .reason = row->reason, .source = &source };

  /* WMI's own numbers go through as they are. */
  if (g_strcmp0 (row->name, "WmiFailure") == 0 && error->domain == PROVIDER_ERROR)
    detail.code = (guint32)error->code;
  if (g_strcmp0 (row->name, "WmiFailure") == 0 && found->text != NULL)
    detail.reason = found->text;
  refuse (self, exchange, row, &detail, g_strdup (error->message));
}

gboolean
wsman_answer_fault (Wsman *self, SimExchange *exchange, const char *name)
{
  const WsmanFaultRow *row;

  g_return_val_if_fail (self != NULL && exchange != NULL && name != NULL, FALSE);

  row = wsman_fault_find (name);
  if (row == NULL)
    return FALSE;
  write_fault (self, exchange, row, &(FaultDetail){ .code = row->code, .reason = row->reason });
  return TRUE;
}
