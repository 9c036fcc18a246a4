/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/wsman/wsman-write.h"

G_BEGIN_DECLS

/* winrm/config: what the service says of its own settings, and which of them can be changed. */
typedef enum {
  WSMAN_CONFIG_GROUP, /* has others in it */
  WSMAN_CONFIG_NUMBER,
  WSMAN_CONFIG_SWITCH,
  WSMAN_CONFIG_TEXT
} WsmanConfigKind;

typedef enum {
  WSMAN_CONFIG_CHANGEABLE,
  WSMAN_CONFIG_READ_ONLY,
  WSMAN_CONFIG_DEPRECATED /* said, but without effect since 2008 R2 */
} WsmanConfigAccess;

/* One row for each setting, in the order in which they are written. */
typedef struct {
  const char *path; /* below the root, "Service/Auth/Basic"; "": the root */
  WsmanConfigKind kind;
  WsmanConfigAccess access;
  const char *fallback; /* when host.ini has none, neither in [config] nor in [limits] */
  guint64 least, most;  /* NUMBER */
} WsmanConfigRow;

const WsmanConfigRow *wsman_config_rows (gsize *n_rows);
/* The last part of the path; "Config" for the root. */
const char *wsman_config_name (const WsmanConfigRow *row);
/* Whether @row is in the group @group, at any depth. */
gboolean wsman_config_is_in (const WsmanConfigRow *row, const WsmanConfigRow *group);
const char *wsman_config_get (Wsman *self, const WsmanConfigRow *row);
/* FALSE when the text is no value for it. */
gboolean wsman_config_is_valid (const WsmanConfigRow *row, const char *text);
void wsman_config_set (Wsman *self, const WsmanConfigRow *row, const char *text);

/* `<cfg:Listener>`s; the resource config/listener. */
gboolean wsman_config_is_listener (const SimExchange *exchange);
gboolean wsman_config_open_listeners (Wsman *self, SimExchange *exchange, WsmanMessage *message,
                                      WsmanContext *context);
void wsman_config_get_listener (Wsman *self, SimExchange *exchange, WsmanMessage *message);
/* Of the transport ("HTTP"). */
void wsman_config_put_listener (Wsman *self, GString *out, const char *transport);

G_END_DECLS
