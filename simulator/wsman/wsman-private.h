/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <libxml/parser.h>
#include <libxml/tree.h>

#include "simulator/wsman/wsman-names.h"
#include "simulator/wsman/wsman.h"

G_BEGIN_DECLS

typedef struct _WsmanVerb WsmanVerb;
typedef struct _WsmanFamily WsmanFamily;
typedef struct _WsmanMessage WsmanMessage;
typedef struct _WsmanContext WsmanContext;

struct _Wsman {
  Repository *repository;
  Provider *provider;
  GHashTable *contexts; /* id -> WsmanContext */
  GHashTable *texts[2]; /* RepositoryClass -> WsmanClassText: in Windows' URIs and in DMTF's */
  gboolean as_dmtf;     /* of the exchange at hand */
  GPtrArray *families;  /* WsmanAddedFamily: those of other floors */
  ShellHost *shells;    /* NULL: no shells here */
  const WsmanConfigHost *config_host; /* NULL: winrm/config changes nothing but itself */
  gpointer config_data;
  xmlParserCtxt *parser; /* kept from one request to the next: making one costs more than a parse */

  /* what the host says of itself, read with each request */
  char *language;
  char *os_version;
  guint64 max_envelope; /* bytes */
  guint64 max_items;    /* of one page */
  guint64 max_contexts;
  gint64 context_life; /* microseconds of the clock */
  gint64 max_timeout;  /* the same */
  gboolean one_item_first;
  gboolean one_item_pulls;
  gboolean counts_utf16;
  gboolean escapes_quotes;
  gboolean omits_null_arrays;
  gboolean refuses_wql_on_class;
};

/* What wsman remembers of an exchange, from reading to writing. */
struct _WsmanMessage {
  const WsmanVerb *verb;
  const WsmanFamily *family; /* of the resource; NULL: Identify */
  gpointer family_data;      /* what was given with it */
  xmlDoc *doc;
  xmlNode *header;                     /* s:Header, or NULL */
  xmlNode *content;                    /* first element in s:Body, or NULL */
  char *machine;                       /* the host's name as the client wrote it in a:To, or NULL */
  char *fragment;                      /* w:FragmentTransfer; NULL: the whole resource */
  char *lang;                          /* of w:Locale; NULL: there was none */
  guint64 max_envelope;                /* bytes that the reply may have */
  gboolean has_max_envelope;           /* the request said so */
  gint64 timeout;                      /* w:OperationTimeout in microseconds; 0: none was said */
  const RepositoryClass *klass;        /* of the resource; NULL: all ("*") */
  const RepositoryClass *schema_class; /* whose declaration is asked for; or NULL */
  HypervCimPath *path;                 /* the selectors, as keys of klass */
  gpointer state;                      /* of the verb */
  GDestroyNotify state_free;
};

/* One row for each verb; `action` is the URI that asks for it (NULL: recognised otherwise). Each
 * step may refuse, which gives the exchange its status and ends it. */
struct _WsmanVerb {
  const char *operation;
  const char *action;
  gboolean all_classes; /* the resource may be `…/ *` */
  gboolean fragments;   /* takes w:FragmentTransfer */
  void (*read) (Wsman *self, SimExchange *exchange, WsmanMessage *message);
  void (*effect) (Wsman *self, SimExchange *exchange, WsmanMessage *message);
  /* After the effect: TRUE when the reply has to wait, and @ready is called once it need not. */
  gboolean (*wait) (Wsman *self, SimExchange *exchange, WsmanMessage *message, WsmanReady ready,
                    gpointer data);
  void (*write) (Wsman *self, SimExchange *exchange, WsmanMessage *message);
};

/* One row for each family of resources: which URIs it answers for, and with which verbs. */
struct _WsmanFamily {
  const char *name;              /* "WMI", for refusals */
  const char *prefix;            /* its URIs: this one, and those with a slash and more after it */
  const WsmanVerb *const *verbs; /* by their action; NULL-terminated */
  const WsmanVerb *method_verb;  /* of an action that is resource/Method; NULL: there are none */
  /* Its URIs are DMTF's: replies have them too, references name their namespace (MS-WSMV fn45) */
  gboolean says_namespace;
  /* Looks at the URI, once the verb is known; may refuse. NULL: any will do. */
  void (*read) (Wsman *self, SimExchange *exchange, WsmanMessage *message);
  /* Begins an enumeration of what is no class of WMI: fills the context, or refuses. NULL: the
   * enumeration is WMI's. */
  gboolean (*open) (Wsman *self, SimExchange *exchange, WsmanMessage *message,
                    WsmanContext *context);
  /* Whether an option with MustComply is complied with; NULL: none is. */
  gboolean (*complies) (const char *option, const char *value);
};

extern const WsmanFamily wsman_family_config;
extern const WsmanFamily wsman_family_schema;
/* A family whose code lies on another floor; its verbs find @data in message->family_data. */
void wsman_add_family (Wsman *self, const WsmanFamily *family, gpointer data);
/* Finds the family of the exchange's resource; NULL: there is none. */
const WsmanFamily *wsman_find_family (Wsman *self, SimExchange *exchange, WsmanMessage *message);
/* By action; NULL when the family has no such verb. */
const WsmanVerb *wsman_find_verb (const WsmanFamily *family, const char *action);

extern const WsmanVerb wsman_verb_identify;
extern const WsmanVerb wsman_verb_get;
extern const WsmanVerb wsman_verb_enumerate;
extern const WsmanVerb wsman_verb_pull;
extern const WsmanVerb wsman_verb_release;
extern const WsmanVerb wsman_verb_invoke;
extern const WsmanVerb wsman_verb_put;
extern const WsmanVerb wsman_verb_create;
extern const WsmanVerb wsman_verb_delete;

WsmanMessage *wsman_message_new (SimExchange *exchange);
void wsman_message_free (gpointer message);

G_END_DECLS
