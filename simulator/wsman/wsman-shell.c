/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-shell.h"

#include "simulator/wsman/wsman-config.h"

/* Windows' remote shells over WS-Management (MS-WSMV 3.1.4): which URI has which verbs, and what
 * the verbs share. */

static const WsmanFaultSource cmd_plugin
    = { .provider = "Shell cmd plugin", .path = "%systemroot%\\system32\\winrscmd.dll" };
static const WsmanFaultSource shell_provider = { .provider = "Shell provider",
                                                 .path = "%systemroot%\\system32\\WsmSvc.dll",
                                                 .nested = TRUE };
static const WsmanFaultSource no_command
    = { .text = "The Windows Remote Shell received a request to perform an operation on a command "
                "identifier that does not exist. Either the command has completed execution or the "
                "client specified an invalid command identifier. " };
static const WsmanFaultSource no_powershell
    = { .text = "The simulated host does not speak the PowerShell Remoting Protocol (MS-PSRP). Its "
                "command shell is " WSMAN_SHELL_CMD_URI ". " };

/* Since Windows 7, shells are read and listed at the URI above that of the command shell, whatever
 * they are; there nothing else is done (MS-WSMV, notes 103 and 114). */
static const struct {
  const char *uri;
  gboolean is_list;
} uris[] = { { WSMAN_SHELL_URI, TRUE }, { WSMAN_SHELL_CMD_URI, FALSE } };

static gboolean
is_of_list (const WsmanVerb *verb)
{
  return verb == &wsman_verb_shell_get || verb == &wsman_verb_enumerate || verb == &wsman_verb_pull
         || verb == &wsman_verb_release;
}

static void
read_uri (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  for (gsize i = 0; i < G_N_ELEMENTS (uris); i++) {
    if (g_ascii_strcasecmp (exchange->resource, uris[i].uri) != 0)
      continue;
    if (is_of_list (message->verb) != uris[i].is_list)
      wsman_refuse (self, exchange, "ActionNotSupported", "%s is done at %s, not at %s",
                    exchange->operation, uris[uris[i].is_list].uri, uris[i].uri);
    return;
  }
  wsman_refuse (self, exchange, "ResourceNotFound",
                "there is no shell \"%s\", only " WSMAN_SHELL_CMD_URI, exchange->resource);
}

/* Disconnecting is for shells of PowerShell (MS-WSMV 3.1.4.15). */
static void
read_disconnect (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  if (wsman_shell_find (self, exchange, message) != NULL)
    wsman_refuse_from (self, exchange, "DisconnectNotSupported", &cmd_plugin,
                       "%s of a command shell", exchange->operation);
}

static void
write_nothing (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
}

#define DISCONNECT(name)                                                                           \
  {                                                                                                \
    .operation = name, .action = WSMAN_SHELL_URI "/" name, .read = read_disconnect,                \
    .write = write_nothing                                                                         \
  }
static const WsmanVerb disconnect_verbs[]
    = { DISCONNECT ("Disconnect"), DISCONNECT ("Reconnect"), DISCONNECT ("Connect") };

static const WsmanVerb *const verbs[] = {
  &wsman_verb_shell_create, &wsman_verb_shell_command,
  &wsman_verb_shell_send,   &wsman_verb_shell_receive,
  &wsman_verb_shell_signal, &wsman_verb_shell_delete,
  &wsman_verb_shell_get,    &wsman_verb_enumerate,
  &wsman_verb_pull,         &wsman_verb_release,
  &disconnect_verbs[0],     &disconnect_verbs[1],
  &disconnect_verbs[2],     NULL,
};

/* WINRS_CONSOLEMODE_STDIN and WINRS_SKIP_CMD_SHELL are ignored since 2012 R2, keep-alive since
 * Windows 7 (MS-WSMV, notes 117 and 119). */
static gboolean
complies (const char *option, const char *value)
{
  static const char *const known[] = { "WINRS_NOPROFILE",
                                       "WINRS_CODEPAGE",
                                       "WINRS_SKIP_CMD_SHELL",
                                       "WINRS_CONSOLEMODE_STDIN",
                                       "WSMAN_CMDSHELL_OPTION_KEEPALIVE",
                                       NULL };

  return g_strv_contains (known, option);
}

static const WsmanFamily shell_family = { .name = "shell",
                                          .prefix = WSMAN_SHELL_URI,
                                          .verbs = verbs,
                                          .read = read_uri,
                                          .open = wsman_shell_open_list,
                                          .complies = complies };

static void
read_powershell (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  wsman_refuse_from (self, exchange, "ResourceNotFound", &no_powershell,
                     "%s of %s: PowerShell remoting (PSRP) is not simulated", exchange->operation,
                     exchange->resource);
}

#define POWERSHELL(name, uri)                                                                      \
  {                                                                                                \
    .operation = name, .action = uri "/" name, .read = read_powershell, .write = write_nothing     \
  }
static const WsmanVerb powershell_verbs[] = {
  POWERSHELL ("Create", WSMAN_NS_TRANSFER),  POWERSHELL ("Delete", WSMAN_NS_TRANSFER),
  POWERSHELL ("Get", WSMAN_NS_TRANSFER),     POWERSHELL ("Enumerate", WSMAN_NS_ENUMERATION),
  POWERSHELL ("Command", WSMAN_SHELL_URI),   POWERSHELL ("Send", WSMAN_SHELL_URI),
  POWERSHELL ("Receive", WSMAN_SHELL_URI),   POWERSHELL ("Signal", WSMAN_SHELL_URI),
  POWERSHELL ("Connect", WSMAN_SHELL_URI),   POWERSHELL ("Disconnect", WSMAN_SHELL_URI),
  POWERSHELL ("Reconnect", WSMAN_SHELL_URI),
};
static const WsmanVerb *const powershell[] = {
  &powershell_verbs[0], &powershell_verbs[1], &powershell_verbs[2],  &powershell_verbs[3],
  &powershell_verbs[4], &powershell_verbs[5], &powershell_verbs[6],  &powershell_verbs[7],
  &powershell_verbs[8], &powershell_verbs[9], &powershell_verbs[10], NULL,
};

static gboolean
complies_with_all (const char *option, const char *value)
{
  return TRUE; /* it is refused anyway, and should hear why */
}

static const WsmanFamily powershell_family = { .name = "PowerShell",
                                               .prefix = WSMAN_POWERSHELL_URI,
                                               .verbs = powershell,
                                               .complies = complies_with_all };

void
wsman_add_shells (Wsman *self, ShellHost *host)
{
  self->shells = host;
  wsman_add_family (self, &shell_family, host);
  wsman_add_family (self, &powershell_family, host);
}

void
wsman_forget (Wsman *self)
{
  g_return_if_fail (self != NULL);

  g_hash_table_remove_all (self->contexts);
  if (self->shells != NULL)
    shell_host_close_all (self->shells);
}

/* Of winrm/config/winrs, as it is now. */
static guint64
read_setting (Wsman *self, const char *path)
{
  gsize n_rows;
  const WsmanConfigRow *rows = wsman_config_rows (&n_rows);

  for (gsize i = 0; i < n_rows; i++) {
    const char *text;

    if (strcmp (rows[i].path, path) != 0)
      continue;
    text = wsman_config_get (self, &rows[i]);
    return rows[i].kind == WSMAN_CONFIG_SWITCH ? g_ascii_strcasecmp (text, "true") == 0
                                               : g_ascii_strtoull (text, NULL, 10);
  }
  g_return_val_if_reached (0);
}

static void
read_limits (Wsman *self, ShellHost *host)
{
  ShellLimits limits = {
    .allowed = read_setting (self, "Winrs/AllowRemoteShellAccess") != 0,
    .max_shells_per_user = read_setting (self, "Winrs/MaxShellsPerUser"),
    .max_users = read_setting (self, "Winrs/MaxConcurrentUsers"),
    .max_processes_per_shell = read_setting (self, "Winrs/MaxProcessesPerShell"),
    .max_memory = read_setting (self, "Winrs/MaxMemoryPerShellMB") << 20,
    .idle_timeout = (gint64)read_setting (self, "Winrs/IdleTimeout") * 1000,
  };

  shell_host_set_limits (host, &limits);
}

Shell *
wsman_shell_find (Wsman *self, SimExchange *exchange, WsmanMessage *message)
{
  const char *id = sim_exchange_get_selector (exchange, "ShellId");
  Shell *shell;

  if (exchange->status != 0)
    return NULL;
  shell = id != NULL && exchange->selectors->len == 1
              ? shell_find (message->family_data, id, exchange->user)
              : NULL;
  if (shell == NULL)
    wsman_refuse_from (self, exchange, "UnexpectedSelectors", &shell_provider,
                       "%s has no shell \"%s\" (selector ShellId, and no other)", exchange->user,
                       id != NULL ? id : "");
  else
    shell_touch (shell);
  return shell;
}

void
wsman_shell_refuse_ended (Wsman *self, SimExchange *exchange, const char *id)
{
  wsman_refuse_from (self, exchange, "UnexpectedSelectors", &no_command,
                     "the shell has no command \"%s\", or it has ended", id);
}

ShellCommand *
wsman_shell_find_command (Wsman *self, SimExchange *exchange, Shell *shell, const char *id)
{
  ShellCommand *command;

  if (id == NULL) {
    wsman_shell_refuse_parameter (self, exchange, "no CommandId");
    return NULL;
  }
  command = shell_find_command (shell, id);
  if (command == NULL)
    wsman_shell_refuse_ended (self, exchange, id);
  return command;
}

void
wsman_shell_refuse_parameter (Wsman *self, SimExchange *exchange, const char *format, ...)
{
  g_autofree char *why = NULL;
  va_list arguments;

  va_start (arguments, format);
  why = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  wsman_refuse_from (self, exchange, "IncorrectParameter", &cmd_plugin, "%s", why);
}

/* What the errors of the shell floor are on the wire. */
static const struct {
  ShellError code;
  const char *fault;
  const WsmanFaultSource *source; /* NULL: none */
} error_rows[] = {
  { SHELL_ERROR_NOT_ALLOWED, "ShellsNotAllowed", NULL },
  { SHELL_ERROR_QUOTA_USERS, "MaxShellUsers", NULL },
  { SHELL_ERROR_QUOTA_PROCESSES, "NotEnoughQuota", &cmd_plugin },
  { SHELL_ERROR_QUOTA_MEMORY, "NotEnoughMemory", &cmd_plugin },
  { SHELL_ERROR_EXISTS, "ShellExists", NULL },
  { SHELL_ERROR_COMMAND_EXISTS, "CommandExists", NULL },
  { SHELL_ERROR_IDLE_TIMEOUT, "IdleTimeOut", NULL },
  { SHELL_ERROR_CODE_PAGE, "CodePage", &cmd_plugin },
  { SHELL_ERROR_STREAM, "IncorrectParameter", &cmd_plugin },
};

/* The detail names the number (recorded of a 2012 host). */
static void
refuse_shells_quota (Wsman *self, SimExchange *exchange, const GError *error)
{
  g_autofree char *text = g_strdup_printf (
      "The WS-Management service cannot process the request. This user is allowed a maximum number "
      "of %" G_GUINT64_FORMAT " concurrent shells, which has been exceeded. Close existing shells "
      "or raise the quota for this user. ",
      read_setting (self, "Winrs/MaxShellsPerUser"));
  const WsmanFaultSource source = { .text = text };

  wsman_refuse_from (self, exchange, "MaxShells", &source, "%s", error->message);
}

void
wsman_shell_refuse_error (Wsman *self, SimExchange *exchange, WsmanMessage *message,
                          const GError *error)
{
  if (g_error_matches (error, SHELL_ERROR, SHELL_ERROR_QUOTA_SHELLS)) {
    refuse_shells_quota (self, exchange, error);
    return;
  }
  for (gsize i = 0; i < G_N_ELEMENTS (error_rows); i++) {
    if (g_error_matches (error, SHELL_ERROR, (gint)error_rows[i].code))
      wsman_refuse_from (self, exchange, error_rows[i].fault, error_rows[i].source, "%s",
                         error->message);
  }
}

void
wsman_shell_refuse_element (Wsman *self, SimExchange *exchange, const xmlNode *node)
{
  const char *name = (const char *)node->name;
  g_autofree char *text = g_strdup_printf (
      "The Windows Remote Shell cannot process the request. The SOAP packet contains an element %s "
      "that is invalid. Retry the request with the correct XML element. ",
      name);
  const WsmanFaultSource source = { .text = text };

  wsman_refuse_from (self, exchange, "SchemaValidationError", &source, "%s has %s in it",
                     node->parent != NULL ? (const char *)node->parent->name : "s:Envelope", name);
}

xmlNode *
wsman_shell_read_body (Wsman *self, SimExchange *exchange, WsmanMessage *message, const char *name)
{
  read_limits (self, message->family_data);
  if (wsman_xml_is (message->content, WSMAN_SHELL_URI, name)
      && wsman_xml_next (message->content) == NULL)
    return message->content;
  wsman_refuse (self, exchange, "SchemaValidationError", "s:Body is not one rsp:%s", name);
  return NULL;
}

char *
wsman_shell_dup_attribute (const xmlNode *node, const char *name)
{
  char *value = wsman_xml_dup_attribute (node, NULL, name);

  return value != NULL ? value : wsman_xml_dup_attribute (node, WSMAN_SHELL_URI, name);
}

char *
wsman_shell_dup_option (const WsmanMessage *message, const char *name)
{
  xmlNode *set = wsman_xml_find (message->header, WSMAN_NS_WSMAN, "OptionSet");

  for (xmlNode *option = wsman_xml_first (set); option != NULL; option = wsman_xml_next (option)) {
    g_autofree char *own = wsman_xml_dup_attribute (option, NULL, "Name");

    if (g_strcmp0 (own, name) == 0)
      return wsman_xml_dup_text (option);
  }
  return NULL;
}
