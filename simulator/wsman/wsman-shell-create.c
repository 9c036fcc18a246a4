/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-shell.h"

/* Create and Delete of a shell (MS-WSMV 3.1.4.5.2, 3.1.4.4.1). */
#define MAX_VARIABLES 1000
#define EXPECTED_REPLY 2048

typedef struct {
  char *id, *directory, *input_streams, *output_streams;
  GPtrArray *environment; /* NULL-terminated in the end */
  gint64 idle_timeout, lifetime;
  guint64 code_page;
  char *text; /* what was opened, as the reply says it */
} Create;

static void
create_free (gpointer data)
{
  Create *create = data;

  g_free (create->id);
  g_free (create->text);
  g_free (create->directory);
  g_free (create->input_streams);
  g_free (create->output_streams);
  g_ptr_array_unref (create->environment);
  g_free (create);
}

typedef struct {
  const char *name;
  gsize text, time; /* where it goes in Create; one of them */
} ChildRow;

#define NOWHERE G_MAXSIZE
static const ChildRow child_rows[] = {
  { "InputStreams", G_STRUCT_OFFSET (Create, input_streams), NOWHERE },
  { "OutputStreams", G_STRUCT_OFFSET (Create, output_streams), NOWHERE },
  { "WorkingDirectory", G_STRUCT_OFFSET (Create, directory), NOWHERE },
  { "IdleTimeOut", NOWHERE, G_STRUCT_OFFSET (Create, idle_timeout) },
  { "Lifetime", NOWHERE, G_STRUCT_OFFSET (Create, lifetime) },
  { "Name", NOWHERE,
    NOWHERE }, /* of shells that can be disconnected; never said again (recorded) */
};

static void
read_variable (Wsman *self, SimExchange *exchange, Create *create, xmlNode *node)
{
  g_autofree char *name = wsman_shell_dup_attribute (node, "Name");
  g_autofree char *value = wsman_xml_dup_raw (node);

  if (!wsman_xml_is (node, WSMAN_SHELL_URI, "Variable"))
    wsman_shell_refuse_element (self, exchange, node);
  else if (name == NULL || *name == '\0' || strchr (name, '=') != NULL || value == NULL)
    wsman_shell_refuse_parameter (self, exchange, "rsp:Variable without a Name, or with elements");
  else if (create->environment->len >= MAX_VARIABLES)
    wsman_shell_refuse_parameter (self, exchange,
                                  "more than " G_STRINGIFY (MAX_VARIABLES) " rsp:Variable");
  else
    g_ptr_array_add (create->environment, g_strconcat (name, "=", value, NULL));
}

static void
read_known (Wsman *self, SimExchange *exchange, Create *create, xmlNode *node, const ChildRow *row)
{
  g_autofree char *text = wsman_xml_dup_text (node);
  gint64 *time = row->time != NOWHERE ? G_STRUCT_MEMBER_P (create, row->time) : NULL;
  char **target = row->text != NOWHERE ? G_STRUCT_MEMBER_P (create, row->text) : NULL;

  if (text == NULL || (time != NULL && !wsman_duration_parse (text, time))) {
    wsman_shell_refuse_parameter (self, exchange, "rsp:%s is \"%s\"", row->name,
                                  text != NULL ? text : "");
    return;
  }
  if (target == NULL)
    return;
  g_free (*target);
  *target = *text != '\0' ? g_steal_pointer (&text) : NULL;
}

static void
read_child (Wsman *self, SimExchange *exchange, Create *create, xmlNode *node)
{
  if (node->ns == NULL || strcmp ((const char *)node->ns->href, WSMAN_SHELL_URI) != 0)
    return; /* open content: other namespaces' business */
  if (wsman_xml_is (node, WSMAN_SHELL_URI, "Environment")) {
    for (xmlNode *variable = wsman_xml_first (node); variable != NULL && exchange->status == 0;
         variable = wsman_xml_next (variable))
      read_variable (self, exchange, create, variable);
    return;
  }
  for (gsize i = 0; i < G_N_ELEMENTS (child_rows); i++) {
    if (wsman_xml_is (node, WSMAN_SHELL_URI, child_rows[i].name)) {
      read_known (self, exchange, create, node, &child_rows[i]);
      return;
    }
  }
  wsman_shell_refuse_element (self, exchange, node);
}

static void
read_options (Wsman *self, SimExchange *exchange, WsmanMessage *message, Create *create)
{
  g_autofree char *page = wsman_shell_dup_option (message, "WINRS_CODEPAGE");

  if (page != NULL
      && !g_ascii_string_to_unsigned (page, 10, 1, G_MAXUINT16, &create->code_page, NULL))
    wsman_shell_refuse_parameter (self, exchange, "w:Option WINRS_CODEPAGE is \"%s\"", page);
}

static void
create_read (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  xmlNode *body = wsman_shell_read_body (self, exchange, message, "Shell");
  Create *create = g_new0 (Create, 1);

  message->state = create;
  message->state_free = create_free;
  create->environment = g_ptr_array_new_with_free_func (g_free);
  if (exchange->selectors->len > 0) {
    wsman_refuse (self, exchange, "UnexpectedSelectors", "Create with selectors");
    return;
  }
  for (xmlNode *node = body != NULL ? wsman_xml_first (body) : NULL;
       node != NULL && exchange->status == 0; node = wsman_xml_next (node))
    read_child (self, exchange, create, node);
  g_ptr_array_add (create->environment, NULL);
  if (exchange->status != 0)
    return;
  create->id = wsman_shell_dup_attribute (body, "ShellId");
  if (create->id != NULL && !g_uuid_string_is_valid (create->id))
    wsman_refuse (self, exchange, "ShellIdNotValid", "ShellId \"%s\" is no GUID", create->id);
  else
    read_options (self, exchange, message, create);
}

/* "127.0.0.1:40112" or "[::1]:40112" without the port. */
static char *
dup_address (const char *peer)
{
  const char *colon = peer != NULL ? strrchr (peer, ':') : NULL;

  if (colon == NULL)
    return g_strdup (peer != NULL ? peer : "");
  return *peer == '[' && colon - peer > 2 ? g_strndup (peer + 1, (gsize)(colon - peer - 2))
                                          : g_strndup (peer, (gsize)(colon - peer));
}

/* What is written is what was then: the shell may be gone before the reply goes out. */
static void
create_effect (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  Create *create = message->state;
  g_autofree char *client = dup_address (exchange->peer);
  ShellSettings settings = { .user = exchange->user,
                             .client = client,
                             .opened_by = exchange->number,
                             .directory = create->directory,
                             .environment = (const char *const *)create->environment->pdata,
                             .input_streams = create->input_streams,
                             .output_streams = create->output_streams,
                             .idle_timeout = create->idle_timeout,
                             .lifetime = create->lifetime,
                             .code_page = (guint)create->code_page };
  g_autoptr (GError) error = NULL;
  GString *text;
  Shell *shell;

  if (create->id == NULL)
    create->id = repository_random_guid (self->repository);
  settings.id = create->id;
  shell = shell_open (message->family_data, &settings, &error);
  if (shell == NULL) {
    wsman_shell_refuse_error (self, exchange, message, error);
    return;
  }
  text = g_string_new (NULL);
  wsman_put_shell (self, text, shell);
  create->text = g_string_free (text, FALSE);
}

/* The address comes back as the client wrote it (recorded). */
static void
put_created (Wsman *self, GString *out, const WsmanMessage *message, const char *id)
{
  xmlNode *to = wsman_xml_find (message->header, WSMAN_NS_ADDRESSING, "To");
  g_autofree char *address = wsman_xml_dup_text (to);

  wsman_put (out, "<x:ResourceCreated><a:Address>");
  wsman_put_text (self, out, address, strlen (address));
  wsman_put (out, "</a:Address><a:ReferenceParameters><w:ResourceURI>" WSMAN_SHELL_CMD_URI
                  "</w:ResourceURI><w:SelectorSet><w:Selector Name=\"ShellId\">");
  wsman_put_text (self, out, id, strlen (id));
  wsman_put (out, "</w:Selector></w:SelectorSet></a:ReferenceParameters></x:ResourceCreated>");
}

static void
create_write (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  Create *create = message->state;
  GString *out = wsman_envelope_begin (self, exchange, WSMAN_ENVELOPE_SHELL,
                                       WSMAN_NS_TRANSFER "/CreateResponse", TRUE, EXPECTED_REPLY);

  put_created (self, out, message, create->id);
  g_string_append (out, create->text);
  wsman_envelope_end (exchange, out, 200);
}

const WsmanVerb wsman_verb_shell_create = {
  .operation = "Create",
  .action = WSMAN_NS_TRANSFER "/Create",
  .read = create_read,
  .effect = create_effect,
  .write = create_write,
};

static void
delete_effect (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  Shell *shell = wsman_shell_find (self, exchange, message);

  if (shell != NULL)
    shell_close (shell);
}

static void
delete_write (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  wsman_envelope_empty (self, exchange, WSMAN_ENVELOPE_SHELL_DELETE,
                        WSMAN_NS_TRANSFER "/DeleteResponse");
}

const WsmanVerb wsman_verb_shell_delete = {
  .operation = "Delete",
  .action = WSMAN_NS_TRANSFER "/Delete",
  .read = wsman_read_empty,
  .effect = delete_effect,
  .write = delete_write,
};
