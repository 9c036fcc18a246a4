/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/wsman/wsman-config.h"

G_BEGIN_DECLS

/* No text of XML: stands for what nobody has said, where that is not the same as empty. */
#define WSMAN_CONFIG_UNSAID "\001"

/* Parts of winrm/config of which there are several: listeners, certificate mappings. An entry is
 * the texts of its fields, in their order. All of a kind are one text in [config], so that whoever
 * keeps the world keeps them. */
typedef struct {
  const char *name;
  gboolean is_key; /* also its selectors */
  WsmanConfigKind kind;
  const char *fallback; /* what Create takes when it is not said */
  gboolean is_secret;   /* written as empty, and not kept */
} WsmanConfigField;

typedef struct _WsmanConfigTable WsmanConfigTable;
struct _WsmanConfigTable {
  const char *uri;
  const char *element; /* "Listener" */
  const char *prefix;
  const char *setting; /* in [config] */
  const WsmanConfigField *fields;
  gsize n_fields;
  gboolean has_epr;      /* can be enumerated with endpoint references (MS-WSMV 3.1.4.1.17) */
  const char *computed;  /* an element that is written, and cannot be set; or NULL */
  const char *key_fault; /* when a body says other keys than the selectors */
  /* Those that there are before any was made or changed. */
  GPtrArray *(*list_first) (Wsman *self);
  /* Checks an entry that is to be (@old: what it was; NULL: it is new), and fills in what it does
   * not say. FALSE: refused. */
  gboolean (*check) (Wsman *self, SimExchange *exchange, char **entry, char *const *old);
  void (*put_rest) (Wsman *self, GString *out, char *const *entry); /* or NULL */
};

extern const WsmanConfigTable wsman_config_listeners;
extern const WsmanConfigTable wsman_config_mappings;

/* Whose resource it is; NULL: nobody's. */
const WsmanConfigTable *wsman_config_find_table (const char *uri);
/* (transfer full) (element-type GStrv) */
GPtrArray *wsman_config_list_entries (Wsman *self, const WsmanConfigTable *table);
void wsman_config_store_entries (Wsman *self, const WsmanConfigTable *table, GPtrArray *entries);
GPtrArray *wsman_config_entries_new (void);

extern const WsmanVerb wsman_config_verb_create;
extern const WsmanVerb wsman_config_verb_delete;
/* Of Get and Put, whose verbs serve the groups, too. */
void wsman_config_get_entry (Wsman *self, SimExchange *exchange, WsmanMessage *message);
void wsman_config_read_entry (Wsman *self, SimExchange *exchange, WsmanMessage *message);
void wsman_config_put_effect (Wsman *self, SimExchange *exchange, WsmanMessage *message);
void wsman_config_write_entry (Wsman *self, GString *out, WsmanMessage *message);
gboolean wsman_config_open_entries (Wsman *self, SimExchange *exchange, WsmanMessage *message,
                                    WsmanContext *context);
/* Makes it so; FALSE: it cannot be, and is refused; the caller puts back what was stored. */
gboolean wsman_config_apply (Wsman *self, SimExchange *exchange);

G_END_DECLS
