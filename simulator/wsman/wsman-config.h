/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/wsman/wsman-write.h"

G_BEGIN_DECLS

/* winrm/config: what the service says of its own settings, and which of them can be changed. */
typedef enum {
  WSMAN_CONFIG_GROUP, /* has others in it */
  WSMAN_CONFIG_NUMBER,
  WSMAN_CONFIG_SWITCH,
  WSMAN_CONFIG_TEXT,
  WSMAN_CONFIG_HARDENING, /* Strict, Relaxed, None */
  WSMAN_CONFIG_FILTER_V4, /* ranges of addresses */
  WSMAN_CONFIG_FILTER_V6
} WsmanConfigKind;

typedef enum {
  WSMAN_CONFIG_CHANGEABLE,
  WSMAN_CONFIG_READ_ONLY,
  /* Windows can change it, a simulated host cannot obey it: so it is refused, as if a policy held
   * it (which Windows answers the same way), and never stored for nothing */
  WSMAN_CONFIG_CONTROLLED,
  WSMAN_CONFIG_DEPRECATED /* said, but without effect since 2008 R2 */
} WsmanConfigAccess;

/* One row for each setting, in the order in which they are written. */
typedef struct {
  const char *path; /* below the root, "Service/Auth/Basic"; "": the root */
  WsmanConfigKind kind;
  WsmanConfigAccess access;
  const char *fallback; /* when host.ini has none */
  guint64 least, most;  /* NUMBER */
  gboolean is_limit;    /* what is obeyed here: in [limits] of host.ini; the rest in [config] */
} WsmanConfigRow;

const WsmanConfigRow *wsman_config_rows (gsize *n_rows);
/* The last part of the path; "Config" for the root. */
const char *wsman_config_name (const WsmanConfigRow *row);
/* Whether @row is in the group @group, at any depth. */
gboolean wsman_config_is_in (const WsmanConfigRow *row, const WsmanConfigRow *group);
const char *wsman_config_get (Wsman *self, const WsmanConfigRow *row);
/* FALSE when the text is no value for it. */
gboolean wsman_config_is_valid (Wsman *self, const WsmanConfigRow *row, const char *text);
void wsman_config_set (Wsman *self, const WsmanConfigRow *row, const char *text);

/* Filters of addresses: none, "*", or ranges. */
gboolean wsman_config_filter_is_valid (Wsman *self, const char *filter, gboolean v6);
gboolean wsman_config_filter_has (const char *filter, const char *address);

G_END_DECLS
