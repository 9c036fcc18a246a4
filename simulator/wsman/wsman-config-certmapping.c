/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-config-entry.h"
#include "simulator/wsman/wsman-fault.h"

/* Which accounts client certificates speak for (MS-WSMV 2.2.4.3 and 3.1.4.1.29.3; the limits of
 * what may be are in the texts of the errors). Passwords are tried when they are given, and not
 * kept: accounts of a simulated host do not change theirs. */
#define SUBJECT_MAX 1023
#define PASSWORD_MAX 255
#define THUMBPRINT_LENGTH 40

enum { URI, SUBJECT, ISSUER, USER, ENABLED, PASSWORD, N_FIELDS };

static const WsmanConfigField fields[] = {
  [URI] = { "URI", TRUE, WSMAN_CONFIG_TEXT, NULL, FALSE },
  [SUBJECT] = { "Subject", TRUE, WSMAN_CONFIG_TEXT, NULL, FALSE },
  [ISSUER] = { "Issuer", TRUE, WSMAN_CONFIG_TEXT, NULL, FALSE },
  [USER] = { "UserName", FALSE, WSMAN_CONFIG_TEXT, "", FALSE },
  [ENABLED] = { "Enabled", FALSE, WSMAN_CONFIG_SWITCH, "true", FALSE },
  [PASSWORD] = { "Password", FALSE, WSMAN_CONFIG_TEXT, WSMAN_CONFIG_UNSAID, TRUE },
};

static GPtrArray *
list_first (Wsman *self)
{
  return wsman_config_entries_new ();
}

/* One star at most, and that at @end. */
static gboolean
is_pattern (const char *text, const char *end)
{
  const char *star = strchr (text, '*');

  return *text != '\0' && (star == NULL || (star == end && strchr (star + 1, '*') == NULL));
}

static gboolean
is_thumbprint (const char *text)
{
  gsize length = 0;

  while (g_ascii_isxdigit (text[length]))
    length++;
  return text[length] == '\0' && length == THUMBPRINT_LENGTH;
}

static gboolean
check_keys (Wsman *self, SimExchange *exchange, char *const *entry)
{
  const char *known
      = repository_get_setting (self->repository, "config", "ClientAuthority.Thumbprint");
  gsize length = strlen (entry[URI]);

  if (!is_pattern (entry[URI], entry[URI] + length - 1) || strpbrk (entry[URI], "? \t\r\n") != NULL)
    wsman_refuse (self, exchange, "InvalidSelectorValue", "URI \"%s\"", entry[URI]);
  else if (!is_pattern (entry[SUBJECT], entry[SUBJECT])
           || g_utf8_strlen (entry[SUBJECT], -1) > SUBJECT_MAX)
    wsman_refuse (self, exchange, "MappingSubject", "Subject \"%.64s\"", entry[SUBJECT]);
  else if (!is_thumbprint (entry[ISSUER]) || known == NULL
           || g_ascii_strcasecmp (known, entry[ISSUER]) != 0)
    wsman_refuse (self, exchange, "MappingIssuer", "Issuer \"%s\" is no authority of this host",
                  entry[ISSUER]);
  else
    return TRUE;
  return FALSE;
}

/* @old: a mapping that may keep its account without the password. */
static gboolean
check_account (Wsman *self, SimExchange *exchange, char *const *entry, char *const *old)
{
  const char *user = entry[USER], *password = entry[PASSWORD];
  gboolean unsaid = strcmp (password, WSMAN_CONFIG_UNSAID) == 0;

  if (old != NULL && (unsaid || *password == '\0') && g_ascii_strcasecmp (user, old[USER]) == 0)
    return TRUE;
  if (*user == '\0' || unsaid)
    wsman_refuse (self, exchange, "MappingPasswordAlone", "no cert:%s",
                  unsaid ? "Password" : "UserName");
  else if (*password == '\0')
    wsman_refuse (self, exchange, "MappingPasswordBlank", "cert:Password is empty");
  else if (g_utf8_strlen (password, -1) > PASSWORD_MAX)
    wsman_refuse (self, exchange, "MappingPasswordTooLong", "cert:Password is too long");
  else if (strpbrk (user, "\\@") != NULL || self->config_host == NULL
           || !self->config_host->has_account (self->config_data, user, password))
    wsman_refuse (self, exchange, "MappingCredentials",
                  "cert:UserName \"%s\" is no account of this host, or has another password", user);
  else
    return TRUE;
  return FALSE;
}

static gboolean
check (Wsman *self, SimExchange *exchange, char **entry, char *const *old)
{
  return check_keys (self, exchange, entry) && check_account (self, exchange, entry, old);
}

const WsmanConfigTable wsman_config_mappings = {
  .uri = WSMAN_CONFIG_URI "/service/certmapping",
  .element = "CertMapping",
  .prefix = "cert",
  .setting = "CertMappings",
  .fields = fields,
  .n_fields = N_FIELDS,
  .key_fault = "MappingKeys",
  .list_first = list_first,
  .check = check,
};

void
wsman_add_certificate_mapping (Wsman *self, const char *subject, const char *issuer,
                               const char *user)
{
  const char *const texts[N_FIELDS + 1] = { "*", subject, issuer, user, "true", "", NULL };
  g_autoptr (GPtrArray) entries = NULL;

  g_return_if_fail (self != NULL && subject != NULL && issuer != NULL && user != NULL);

  entries = wsman_config_list_entries (self, &wsman_config_mappings);
  g_ptr_array_add (entries, g_strdupv ((char **)texts));
  wsman_config_store_entries (self, &wsman_config_mappings, entries);
}

gboolean
wsman_has_certificate_mappings (Wsman *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return repository_get_setting (self->repository, "config", wsman_config_mappings.setting) != NULL;
}

static void
mapping_free (gpointer data)
{
  WsmanMapping *mapping = data;

  g_strfreev (mapping->texts);
  g_free (mapping);
}

GPtrArray *
wsman_list_certificate_mappings (Wsman *self)
{
  g_autoptr (GPtrArray) entries = NULL;
  GPtrArray *mappings;

  g_return_val_if_fail (self != NULL, NULL);

  entries = wsman_config_list_entries (self, &wsman_config_mappings);
  mappings = g_ptr_array_new_with_free_func (mapping_free);
  for (guint i = 0; i < entries->len; i++) {
    char *const *entry = g_ptr_array_index (entries, i);
    WsmanMapping *mapping;

    if (strcmp (entry[ENABLED], "true") != 0)
      continue;
    mapping = g_new0 (WsmanMapping, 1);
    mapping->texts = g_strdupv ((char **)entry);
    mapping->uri = mapping->texts[URI];
    mapping->subject = mapping->texts[SUBJECT];
    mapping->issuer = mapping->texts[ISSUER];
    mapping->user = mapping->texts[USER];
    g_ptr_array_add (mappings, mapping);
  }
  return mappings;
}
