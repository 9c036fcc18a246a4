/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "simulator/control/control-private.h"

/* What others need to know of the table: an OpenAPI document, a schema, a page of text. */

static JsonObject *
new_typed (const char *type)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "type", type);
  return object;
}

/* ---- arguments ---- */

static JsonObject *
match_schema (void)
{
  JsonObject *schema = new_typed ("object"), *properties = json_object_new ();

  for (const ControlArgument *row = control_match_arguments; row->name != NULL; row++)
    json_object_set_object_member (properties, row->name,
                                   new_typed (control_type_get_name (row->type)));
  json_object_set_object_member (schema, "properties", properties);
  json_object_set_boolean_member (schema, "additionalProperties", FALSE);
  return schema;
}

static JsonObject *
argument_schema (const ControlArgument *argument)
{
  JsonObject *schema = new_typed (control_type_get_name (argument->type));
  g_auto (GStrv) choices
      = argument->choices != NULL ? g_strsplit (argument->choices, "|", -1) : NULL;
  JsonArray *list;

  json_object_set_string_member (schema, "description", argument->summary);
  if (argument->type == CONTROL_INTEGER)
    json_object_set_int_member (schema, "minimum", 0);
  if (argument->type == CONTROL_ARRAY)
    json_object_set_object_member (schema, "items", match_schema ());
  if (choices == NULL)
    return schema;
  list = json_array_new ();
  for (char **choice = choices; *choice != NULL; choice++)
    json_array_add_string_element (list, *choice);
  json_object_set_array_member (schema, "enum", list);
  return schema;
}

static gboolean
is_in_path (const ControlVerb *verb, const char *name)
{
  g_autofree char *part = g_strdup_printf ("{%s}", name);

  return strstr (verb->path, part) != NULL;
}

static gboolean
has_body (const ControlVerb *verb)
{
  return strcmp (verb->method, "GET") != 0 && strcmp (verb->method, "DELETE") != 0;
}

/* @in_body: those of the body only; @verb_member: with "do". */
static JsonObject *
arguments_schema (const ControlVerb *verb, gboolean in_body, gboolean verb_member)
{
  JsonObject *schema = new_typed ("object"), *properties = json_object_new ();
  JsonArray *required = json_array_new ();

  json_object_set_string_member (schema, "description", verb->summary);
  if (verb_member) {
    JsonObject *name = json_object_new ();

    json_object_set_string_member (name, "const", verb->name);
    json_object_set_object_member (properties, "do", name);
    json_array_add_string_element (required, "do");
  }
  for (const ControlArgument *row = verb->arguments; row->name != NULL; row++) {
    if (in_body && is_in_path (verb, row->name))
      continue;
    json_object_set_object_member (properties, row->name, argument_schema (row));
    if (row->is_required)
      json_array_add_string_element (required, row->name);
  }
  json_object_set_object_member (schema, "properties", properties);
  json_object_set_array_member (schema, "required", required);
  json_object_set_boolean_member (schema, "additionalProperties", verb->takes_more);
  return schema;
}

/* ---- OpenAPI ---- */

static JsonObject *
content_of (JsonObject *schema)
{
  JsonObject *content = json_object_new (), *media = json_object_new ();

  json_object_set_object_member (media, "schema", schema);
  json_object_set_object_member (content, "application/json", media);
  return content;
}

static JsonArray *
parameters_of (const ControlVerb *verb)
{
  JsonArray *parameters = json_array_new ();

  for (const ControlArgument *row = verb->arguments; row->name != NULL; row++) {
    gboolean in_path = is_in_path (verb, row->name);
    JsonObject *parameter;

    if (!in_path && has_body (verb))
      continue;
    parameter = json_object_new ();
    json_object_set_string_member (parameter, "name", row->name);
    json_object_set_string_member (parameter, "in", in_path ? "path" : "query");
    json_object_set_boolean_member (parameter, "required", in_path || row->is_required);
    json_object_set_object_member (parameter, "schema", argument_schema (row));
    json_array_add_object_element (parameters, parameter);
  }
  return parameters;
}

static void
add_response (JsonObject *responses, const char *status, const char *description, gboolean is_error)
{
  JsonObject *response = json_object_new (), *reference = json_object_new ();

  json_object_set_string_member (response, "description", description);
  if (is_error)
    json_object_set_string_member (reference, "$ref", "#/components/schemas/Error");
  json_object_set_object_member (response, "content", content_of (reference));
  json_object_set_object_member (responses, status, response);
}

static JsonObject *
responses_of (void)
{
  JsonObject *responses = json_object_new ();

  add_response (responses, "200", "done", FALSE);
  add_response (responses, "400", "an argument that makes no sense", TRUE);
  add_response (responses, "401", "the token is missing or another", TRUE);
  add_response (responses, "403", "asked by a page in a browser", TRUE);
  add_response (responses, "404", "no such thing", TRUE);
  add_response (responses, "409", "what was expected does not hold, or the host does not run",
                TRUE);
  add_response (responses, "413", "a body of more than 4 MiB", TRUE);
  add_response (responses, "503", "64 calls are under way, or the simulator ends", TRUE);
  return responses;
}

static JsonObject *
body_of (JsonObject *schema)
{
  JsonObject *body = json_object_new ();

  json_object_set_object_member (body, "content", content_of (schema));
  return body;
}

static JsonObject *
operation_of (const ControlVerb *verb)
{
  JsonObject *operation = json_object_new ();

  json_object_set_string_member (operation, "operationId", verb->name);
  json_object_set_string_member (operation, "summary", verb->summary);
  json_object_set_array_member (operation, "parameters", parameters_of (verb));
  if (has_body (verb))
    json_object_set_object_member (operation, "requestBody",
                                   body_of (arguments_schema (verb, TRUE, FALSE)));
  json_object_set_object_member (operation, "responses", responses_of ());
  return operation;
}

/* Calls as they stand in a scenario. */
static JsonObject *
describe_do (void)
{
  JsonObject *path = json_object_new (), *operation = json_object_new ();
  JsonObject *schema = json_object_new ();
  JsonArray *types = json_array_new ();

  json_array_add_string_element (types, "object");
  json_array_add_string_element (types, "array");
  json_object_set_string_member (
      schema, "description",
      "one call, `{\"do\": VERB, …}`, or an array of them, as GET /v1/scenario.schema.json says");
  json_object_set_array_member (schema, "type", types);
  json_object_set_string_member (operation, "operationId", "do");
  json_object_set_string_member (operation, "summary",
                                 "Does a call, or calls in order until one fails.");
  json_object_set_array_member (operation, "parameters", json_array_new ());
  json_object_set_object_member (operation, "requestBody", body_of (schema));
  json_object_set_object_member (operation, "responses", responses_of ());
  json_object_set_object_member (path, "post", operation);
  return path;
}

static JsonObject *
make_components (void)
{
  JsonObject *components = json_object_new (), *schemas = json_object_new ();
  JsonObject *schemes = json_object_new (), *token = json_object_new ();
  JsonObject *schema = new_typed ("object"), *properties = json_object_new ();
  JsonArray *required = json_array_new ();

  json_object_set_object_member (properties, "error", new_typed ("string"));
  json_object_set_object_member (properties, "message", new_typed ("string"));
  json_object_set_object_member (schema, "properties", properties);
  json_array_add_string_element (required, "error");
  json_array_add_string_element (required, "message");
  json_object_set_array_member (schema, "required", required);
  json_object_set_object_member (schemas, "Error", schema);
  json_object_set_object_member (components, "schemas", schemas);
  json_object_set_string_member (token, "type", "http");
  json_object_set_string_member (token, "scheme", "bearer");
  json_object_set_object_member (schemes, "token", token);
  json_object_set_object_member (components, "securitySchemes", schemes);
  return components;
}

static JsonObject *
describe_openapi (void)
{
  JsonObject *document = json_object_new (), *info = json_object_new ();
  JsonObject *paths = json_object_new ();

  json_object_set_string_member (document, "openapi", "3.1.0");
  json_object_set_string_member (info, "title", "Control API of hyperv-sim");
  json_object_set_string_member (info, "version", "1");
  json_object_set_object_member (document, "info", info);
  for (const ControlVerb *row = control_get_verbs (); row->name != NULL; row++) {
    g_autofree char *path = g_strconcat ("/v1", row->path, NULL);
    g_autofree char *method = g_ascii_strdown (row->method, -1);

    if (!json_object_has_member (paths, path))
      json_object_set_object_member (paths, path, json_object_new ());
    json_object_set_object_member (json_object_get_object_member (paths, path), method,
                                   operation_of (row));
  }
  json_object_set_object_member (paths, "/v1/do", describe_do ());
  json_object_set_object_member (document, "paths", paths);
  json_object_set_object_member (document, "components", make_components ());
  return document;
}

/* ---- schema of scenarios ---- */

static JsonObject *
describe_schema (void)
{
  JsonObject *document = json_object_new (), *items = json_object_new ();
  JsonArray *any = json_array_new ();

  json_object_set_string_member (document, "$schema",
                                 "https://json-schema.org/draft/2020-12/schema");
  json_object_set_string_member (document, "title", "Scenario of hyperv-sim: calls, in order");
  json_object_set_string_member (document, "type", "array");
  for (const ControlVerb *row = control_get_verbs (); row->name != NULL; row++)
    json_array_add_object_element (any, arguments_schema (row, FALSE, TRUE));
  json_object_set_array_member (items, "oneOf", any);
  json_object_set_object_member (document, "items", items);
  return document;
}

/* ---- text ---- */

static char *
describe_text (void)
{
  GString *text = g_string_new (NULL);

  for (const ControlVerb *verb = control_get_verbs (); verb->name != NULL; verb++) {
    g_string_append_printf (text, "%s    %s /v1%s\n    %s\n", verb->name, verb->method, verb->path,
                            verb->summary);
    for (const ControlArgument *row = verb->arguments; row->name != NULL; row++)
      g_string_append_printf (
          text, "      %s (%s%s%s%s): %s\n", row->name, control_type_get_name (row->type),
          row->is_required ? ", required" : "", row->choices != NULL ? ", " : "",
          row->choices != NULL ? row->choices : "", row->summary);
  }
  return g_string_free (text, FALSE);
}

char *
control_describe (const char *format)
{
  static const struct {
    const char *name;
    JsonObject *(*make) (void);
  } formats[] = {
    { "openapi", describe_openapi },
    { "schema", describe_schema },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++) {
    g_autoptr (JsonNode) node = NULL;
    g_autofree char *text = NULL;

    if (strcmp (formats[i].name, format) != 0)
      continue;
    node = control_json_take (formats[i].make ());
    text = json_to_string (node, TRUE);
    return g_strconcat (text, "\n", NULL);
  }
  return strcmp (format, "text") == 0 ? describe_text () : NULL;
}
