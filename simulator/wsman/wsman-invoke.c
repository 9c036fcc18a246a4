/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-fault.h"
#include "simulator/wsman/wsman-lookup.h"
#include "simulator/wsman/wsman-read.h"
#include "simulator/wsman/wsman-typed.h"
#include "simulator/wsman/wsman-write.h"

typedef struct {
  const RepositoryMethod *method;
  HypervCimInstance *in;
  HypervCimInstance *out;
} Invoke;

static void
invoke_free (gpointer data)
{
  Invoke *invoke = data;

  g_clear_pointer (&invoke->in, hyperv_cim_instance_unref);
  g_clear_pointer (&invoke->out, hyperv_cim_instance_unref);
  g_free (invoke);
}

static const RepositoryParameter *
find_parameter (const RepositoryMethod *method, const char *name)
{
  for (guint i = 0; i < method->n_parameters; i++) {
    if (g_ascii_strcasecmp (method->parameters[i].name, name) == 0)
      return &method->parameters[i];
  }
  return NULL;
}

static gboolean
add_item (Wsman *self, SimExchange *exchange, WsmanTyped *typed,
          const RepositoryParameter *parameter, xmlNode *node)
{
  WsmanNodeResult result = wsman_typed_add_node (typed, node);
  g_autofree char *text = NULL;

  if (result == WSMAN_NODE_ADDED)
    return TRUE;
  text = wsman_xml_dup_text (node);
  if (parameter->type == HYPERV_CIM_TYPE_REFERENCE)
    wsman_refuse (self, exchange, "ParameterTypeMismatch",
                  "parameter %s is no endpoint reference of an instance", parameter->name);
  else if (result == WSMAN_NODE_TREE) /* e.g. an embedded instance as elements */
    wsman_refuse (self, exchange, "SchemaValidationError", "parameter %s has elements in it",
                  parameter->name);
  else
    wsman_refuse (self, exchange, "ParameterTypeMismatch", "parameter %s: \"%.64s\" is no %s",
                  parameter->name, text != NULL ? text : "",
                  hyperv_cim_type_get_name (parameter->type));
  return FALSE;
}

/* All elements of one parameter, which for an array may be any number. */
static gboolean
read_parameter (Wsman *self, SimExchange *exchange, HypervCimBuilder *builder,
                const RepositoryParameter *parameter, xmlNode *content)
{
  HypervCimType type
      = parameter->type == HYPERV_CIM_TYPE_INSTANCE ? HYPERV_CIM_TYPE_STRING : parameter->type;
  g_auto (WsmanTyped) typed = { 0 };
  gboolean given = FALSE;

  wsman_typed_init (&typed, type);
  for (xmlNode *node = wsman_xml_first (content); node != NULL; node = wsman_xml_next (node)) {
    if (g_ascii_strcasecmp ((const char *)node->name, parameter->name) != 0)
      continue;
    if (given && !parameter->is_array) {
      wsman_refuse (self, exchange, "InvalidParameter", "parameter %s twice", parameter->name);
      return FALSE;
    }
    given = TRUE;
    if (wsman_xml_is_true (node, WSMAN_NS_XSI, "nil"))
      continue;
    if (!add_item (self, exchange, &typed, parameter, node))
      return FALSE;
  }
  /* WMI takes an array or a reference that is not there as null. */
  if (!given && !parameter->is_optional && !parameter->is_array
      && parameter->type != HYPERV_CIM_TYPE_REFERENCE) {
    wsman_refuse_provider (self, exchange, "InvalidParameter", "Invalid parameter ",
                           "no parameter %s", parameter->name);
    return FALSE;
  }
  if (typed.items->len > 0)
    wsman_typed_build (&typed, builder, parameter->name, parameter->is_array);
  return TRUE;
}

static gboolean
check_names (Wsman *self, SimExchange *exchange, const RepositoryMethod *method, xmlNode *content)
{
  for (xmlNode *node = wsman_xml_first (content); node != NULL; node = wsman_xml_next (node)) {
    const RepositoryParameter *parameter = find_parameter (method, (const char *)node->name);

    if (parameter == NULL || !parameter->is_in) {
      wsman_refuse (self, exchange, "ParameterName", "%s has no in-parameter %s", method->name,
                    (const char *)node->name);
      return FALSE;
    }
  }
  return TRUE;
}

/* The namespace of M_INPUT is not looked at: virt-who's is another one, and real hosts take it. */
static void
read_input (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  Invoke *invoke = message->state;
  g_autofree char *expected = g_strconcat (invoke->method->name, "_INPUT", NULL);
  g_autoptr (HypervCimBuilder) builder = NULL;

  if (message->content != NULL
      && g_ascii_strcasecmp ((const char *)message->content->name, expected) != 0) {
    wsman_refuse (self, exchange, "SchemaValidationError", "s:Body has %s in it, not %s",
                  (const char *)message->content->name, expected);
    return;
  }
  if (!check_names (self, exchange, invoke->method, message->content))
    return;
  builder = hyperv_cim_builder_new (exchange->name_space, expected);
  for (guint i = 0; i < invoke->method->n_parameters; i++) {
    const RepositoryParameter *parameter = &invoke->method->parameters[i];

    if (parameter->is_in && !read_parameter (self, exchange, builder, parameter, message->content))
      return;
  }
  invoke->in = hyperv_cim_builder_end (builder);
}

static void
invoke_read (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  Invoke *invoke = g_new0 (Invoke, 1);

  message->state = invoke;
  message->state_free = invoke_free;
  invoke->method = repository_class_find_method (message->klass, exchange->method);
  if (invoke->method == NULL) {
    wsman_refuse (self, exchange, "ActionMismatch", "%s has no method %s",
                  repository_class_get_name (message->klass), exchange->method);
    return;
  }
  g_free (exchange->method);
  exchange->method = g_strdup (invoke->method->name);
  if (exchange->selectors->len == 0 && !invoke->method->is_static) {
    /* So Msvm_VirtualSystemManagementService answers on real hosts. */
    wsman_refuse_provider (self, exchange, "InvalidMethodParameters", NULL,
                           "no selectors, and %s is no static method", exchange->method);
    return;
  }
  read_input (self, exchange, message);
}

static void
invoke_effect (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  Invoke *invoke = message->state;
  g_autoptr (RepositoryObject) object = NULL;
  g_autoptr (GError) error = NULL;

  if (exchange->selectors->len == 0) {
    wsman_refuse_provider (self, exchange, "MethodNotImplemented", NULL,
                           "%s.%s is static, and this simulator has no static methods",
                           repository_class_get_name (message->klass), invoke->method->name);
    return;
  }
  object = wsman_lookup (self, exchange, message);
  if (object == NULL)
    return;
  invoke->out = provider_invoke (self->provider, object, invoke->method->name, invoke->in,
                                 exchange->user, &error);
  if (invoke->out == NULL)
    wsman_refuse_error (self, exchange, error, FALSE);
}

void
wsman_set_return_value (Wsman *self, SimExchange *exchange, guint32 value)
{
  WsmanMessage *message = exchange->message;
  g_autoptr (HypervCimBuilder) builder = NULL;
  Invoke *invoke;

  if (message == NULL || message->verb != &wsman_verb_invoke || exchange->status != 0)
    return;
  invoke = message->state;
  builder = hyperv_cim_builder_new (hyperv_cim_instance_get_namespace (invoke->out),
                                    hyperv_cim_instance_get_class_name (invoke->out));
  for (guint i = 0; i < hyperv_cim_instance_get_n_properties (invoke->out); i++) {
    HypervCimProperty property;

    hyperv_cim_instance_peek (invoke->out, i, &property);
    if (g_ascii_strcasecmp (property.name, "ReturnValue") != 0)
      hyperv_cim_builder_add_null (builder, property.name, property.type, property.is_array);
  }
  hyperv_cim_builder_add_unsigned (builder, "ReturnValue", HYPERV_CIM_TYPE_UINT32, value);
  hyperv_cim_instance_unref (invoke->out);
  invoke->out = hyperv_cim_builder_end (builder);
}

static void
put_output (Wsman *self, GString *out, const Invoke *invoke)
{
  for (guint i = 0; i < hyperv_cim_instance_get_n_properties (invoke->out); i++) {
    const RepositoryParameter *parameter;
    HypervCimProperty property;

    hyperv_cim_instance_peek (invoke->out, i, &property);
    parameter = find_parameter (invoke->method, property.name);
    wsman_put_parameter (self, out, &property,
                         parameter != NULL && parameter->type == HYPERV_CIM_TYPE_INSTANCE);
  }
}

static void
invoke_write (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  Invoke *invoke = message->state;
  const char *uri = wsman_class_uri (self, message->klass);
  g_autofree char *action = g_strdup_printf ("%s/%sResponse", uri, invoke->method->name);
  GString *out = wsman_envelope_begin (self, exchange, WSMAN_ENVELOPE_TRANSFER, action, TRUE, 2048);

  g_string_append_printf (out,
                          "<p:%s_OUTPUT xmlns:xsi=\"" WSMAN_NS_XSI "\" xmlns:p=\"%s\" xmlns:cim="
                          "\"" WSMAN_NS_CIM "\">",
                          invoke->method->name, uri);
  put_output (self, out, invoke);
  g_string_append_printf (out, "</p:%s_OUTPUT>", invoke->method->name);
  if (wsman_envelope_fits (self, exchange, out, "UnreportableSuccess"))
    wsman_envelope_end (exchange, out, 200);
}

const WsmanVerb wsman_verb_invoke = {
  .operation = "Invoke",
  .read = invoke_read,
  .effect = invoke_effect,
  .write = invoke_write,
};
