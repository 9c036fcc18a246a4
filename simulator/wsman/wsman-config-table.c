/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/wsman/wsman-config.h"

/* Names, order and values: `winrm/config` of a Server recorded by pypsrp. Ranges: MS-WSMV 2.2.4.10,
 * 2.2.4.36 and 2.2.4.42. Which authentication is on differs from host to host; here it is as after
 * an installation (documented). */
#define MANY G_MAXUINT32
#define SHELL_MANY G_MAXINT32
#define GROUP(path)                                                                                \
  {                                                                                                \
    path, WSMAN_CONFIG_GROUP, WSMAN_CONFIG_CHANGEABLE, NULL, 0, 0                                  \
  }
#define NUMBER(path, value, least, most)                                                           \
  {                                                                                                \
    path, WSMAN_CONFIG_NUMBER, WSMAN_CONFIG_CHANGEABLE, value, least, most                         \
  }
#define LIMIT(path, value, least, most)                                                            \
  {                                                                                                \
    path, WSMAN_CONFIG_NUMBER, WSMAN_CONFIG_CHANGEABLE, value, least, most, TRUE                   \
  }
#define DEPRECATED(path, value)                                                                    \
  {                                                                                                \
    path, WSMAN_CONFIG_NUMBER, WSMAN_CONFIG_DEPRECATED, value, 1, MANY                             \
  }
#define PORT(path, value, access)                                                                  \
  {                                                                                                \
    path, WSMAN_CONFIG_NUMBER, access, value, 1, 65535                                             \
  }
#define SWITCH(path, value)                                                                        \
  {                                                                                                \
    path, WSMAN_CONFIG_SWITCH, WSMAN_CONFIG_CHANGEABLE, value, 0, 0                                \
  }
/* Said, and never changed here. */
#define CONTROLLED(path, kind, value)                                                              \
  {                                                                                                \
    path, kind, WSMAN_CONFIG_CONTROLLED, value, 0, 0                                               \
  }
#define SPECIAL(path, kind, value)                                                                 \
  {                                                                                                \
    path, kind, WSMAN_CONFIG_CHANGEABLE, value, 0, 0                                               \
  }
#define TEXT(path, value)                                                                          \
  {                                                                                                \
    path, WSMAN_CONFIG_TEXT, WSMAN_CONFIG_CHANGEABLE, value, 0, 0                                  \
  }

static const WsmanConfigRow rows[] = {
  GROUP (""),
  LIMIT ("MaxEnvelopeSizekb", "500", 32, MANY),
  LIMIT ("MaxTimeoutms", "60000", 500, MANY),
  LIMIT ("MaxBatchItems", "32000", 1, MANY),
  DEPRECATED ("MaxProviderRequests", "4294967295"),
  GROUP ("Client"),
  NUMBER ("Client/NetworkDelayms", "5000", 500, MANY),
  TEXT ("Client/URLPrefix", "wsman"),
  SWITCH ("Client/AllowUnencrypted", "false"),
  GROUP ("Client/Auth"),
  SWITCH ("Client/Auth/Basic", "true"),
  SWITCH ("Client/Auth/Digest", "true"),
  SWITCH ("Client/Auth/Kerberos", "true"),
  SWITCH ("Client/Auth/Negotiate", "true"),
  SWITCH ("Client/Auth/Certificate", "true"),
  SWITCH ("Client/Auth/CredSSP", "false"),
  GROUP ("Client/DefaultPorts"),
  PORT ("Client/DefaultPorts/HTTP", "5985", WSMAN_CONFIG_CHANGEABLE),
  PORT ("Client/DefaultPorts/HTTPS", "5986", WSMAN_CONFIG_CHANGEABLE),
  TEXT ("Client/TrustedHosts", ""),
  GROUP ("Service"),
  CONTROLLED ("Service/RootSDDL", WSMAN_CONFIG_TEXT,
              "O:NSG:BAD:P(A;;GA;;;BA)(A;;GR;;;IU)S:P(AU;FA;GA;;;WD)(AU;SA;GXGW;;;WD)"),
  DEPRECATED ("Service/MaxConcurrentOperations", "4294967295"),
  LIMIT ("Service/MaxConcurrentOperationsPerUser", "1500", 1, MANY),
  LIMIT ("Service/EnumerationTimeoutms", "240000", 500, MANY),
  LIMIT ("Service/MaxConnections", "300", 1, MANY),
  LIMIT ("Service/MaxPacketRetrievalTimeSeconds", "120", 1, MANY),
  SWITCH ("Service/AllowUnencrypted", "false"),
  GROUP ("Service/Auth"),
  SWITCH ("Service/Auth/Basic", "false"),
  SWITCH ("Service/Auth/Kerberos", "true"),
  SWITCH ("Service/Auth/Negotiate", "true"),
  SWITCH ("Service/Auth/Certificate", "false"),
  SWITCH ("Service/Auth/CredSSP", "false"),
  SPECIAL ("Service/Auth/CbtHardeningLevel", WSMAN_CONFIG_HARDENING, "Relaxed"),
  GROUP ("Service/DefaultPorts"),
  /* MS-WSMV fn106: no release lets them be changed */
  PORT ("Service/DefaultPorts/HTTP", "5985", WSMAN_CONFIG_READ_ONLY),
  PORT ("Service/DefaultPorts/HTTPS", "5986", WSMAN_CONFIG_READ_ONLY),
  SPECIAL ("Service/IPv4Filter", WSMAN_CONFIG_FILTER_V4, "*"),
  SPECIAL ("Service/IPv6Filter", WSMAN_CONFIG_FILTER_V6, "*"),
  CONTROLLED ("Service/EnableCompatibilityHttpListener", WSMAN_CONFIG_SWITCH, "false"),
  CONTROLLED ("Service/EnableCompatibilityHttpsListener", WSMAN_CONFIG_SWITCH, "false"),
  CONTROLLED ("Service/CertificateThumbprint", WSMAN_CONFIG_TEXT, ""),
  CONTROLLED ("Service/AllowRemoteAccess", WSMAN_CONFIG_SWITCH, "true"),
  GROUP ("Winrs"),
  SWITCH ("Winrs/AllowRemoteShellAccess", "true"),
  NUMBER ("Winrs/IdleTimeout", "7200000", 0, SHELL_MANY),
  NUMBER ("Winrs/MaxConcurrentUsers", "2147483647", 1, SHELL_MANY),
  /* read-only since WinRM 2.0 (Microsoft's "Installation and configuration for WinRM") */
  { "Winrs/MaxShellRunTime", WSMAN_CONFIG_NUMBER, WSMAN_CONFIG_READ_ONLY, "2147483647", 0,
    SHELL_MANY },
  NUMBER ("Winrs/MaxProcessesPerShell", "2147483647", 0, SHELL_MANY),
  NUMBER ("Winrs/MaxMemoryPerShellMB", "2147483647", 0, SHELL_MANY),
  NUMBER ("Winrs/MaxShellsPerUser", "2147483647", 0, SHELL_MANY),
};

const WsmanConfigRow *
wsman_config_rows (gsize *n_rows)
{
  *n_rows = G_N_ELEMENTS (rows);
  return rows;
}

const char *
wsman_config_name (const WsmanConfigRow *row)
{
  const char *slash = strrchr (row->path, '/');

  if (*row->path == '\0')
    return "Config";
  return slash != NULL ? slash + 1 : row->path;
}

gboolean
wsman_config_is_in (const WsmanConfigRow *row, const WsmanConfigRow *group)
{
  gsize length = strlen (group->path);

  if (length == 0)
    return *row->path != '\0';
  return strncmp (row->path, group->path, length) == 0 && row->path[length] == '/';
}

/* Names in host.ini have no slashes. */
static char *
dup_key (const WsmanConfigRow *row)
{
  return row->is_limit ? g_strdup (wsman_config_name (row))
                       : g_strdelimit (g_strdup (row->path), "/", '.');
}

const char *
wsman_config_get (Wsman *self, const WsmanConfigRow *row)
{
  g_autofree char *key = dup_key (row);
  const char *value
      = repository_get_setting (self->repository, row->is_limit ? "limits" : "config", key);

  return value != NULL ? value : row->fallback;
}

const char *
wsman_get_config (Wsman *self, const char *path)
{
  g_return_val_if_fail (self != NULL && path != NULL, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    if (rows[i].kind != WSMAN_CONFIG_GROUP && strcmp (rows[i].path, path) == 0)
      return wsman_config_get (self, &rows[i]);
  }
  return NULL;
}

gboolean
wsman_is_config_on (Wsman *self, const char *path)
{
  const char *value = wsman_get_config (self, path);

  return value != NULL && g_ascii_strcasecmp (value, "true") == 0;
}

gboolean
wsman_config_is_valid (Wsman *self, const WsmanConfigRow *row, const char *text)
{
  static const char *const hardening[] = { "Strict", "Relaxed", "None", NULL };
  guint64 number;

  if (row->kind == WSMAN_CONFIG_NUMBER)
    return g_ascii_string_to_unsigned (text, 10, row->least, row->most, &number, NULL);
  if (row->kind == WSMAN_CONFIG_SWITCH)
    return g_ascii_strcasecmp (text, "true") == 0 || g_ascii_strcasecmp (text, "false") == 0;
  if (row->kind == WSMAN_CONFIG_HARDENING)
    return g_strv_contains (hardening, text);
  if (row->kind == WSMAN_CONFIG_FILTER_V4 || row->kind == WSMAN_CONFIG_FILTER_V6)
    return wsman_config_filter_is_valid (self, text, row->kind == WSMAN_CONFIG_FILTER_V6);
  return TRUE;
}

void
wsman_config_set (Wsman *self, const WsmanConfigRow *row, const char *text)
{
  g_autofree char *value
      = row->kind == WSMAN_CONFIG_SWITCH ? g_ascii_strdown (text, -1) : g_strdup (text);
  g_autofree char *key = dup_key (row);

  repository_set_setting (self->repository, row->is_limit ? "limits" : "config", key, value);
}
