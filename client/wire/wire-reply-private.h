/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <libxml/parser.h>

#include "client/wire/wire-verbs.h"

G_BEGIN_DECLS

/* Limits of a reply. The host is asked for 500 KiB, so an honest reply is far below all of them. */
#define WIRE_MAX_DEPTH 128
#define WIRE_MAX_TEXT (16u << 20)      /* bytes of one text */
#define WIRE_MAX_ITEMS 1000000u        /* instances of one reply */
#define WIRE_MAX_ATTRIBUTES 64         /* of one element, namespace declarations included */
#define WIRE_MAX_ITEM_TEXT (64u << 20) /* bytes of text of one item */
#define WIRE_MAX_PROPERTIES 65536u     /* of one item, also within embedded ones */
#define WIRE_HEAD_KEPT 1024            /* bytes kept to say what came instead of a reply */

/* The element that is open. */
typedef enum {
  AT_DOCUMENT,
  AT_SKIPPED,
  AT_ENVELOPE,
  AT_HEADER,
  AT_ACTION,
  AT_MESSAGE_ID,
  AT_RELATES_TO,
  AT_BODY,
  AT_PAGE, /* EnumerateResponse, PullResponse */
  AT_CONTEXT,
  AT_ITEMS,
  AT_ITEM,      /* object and path */
  AT_ITEM_PATH, /* an EndpointReference that is an item, or belongs to one */
  AT_CREATED,   /* ResourceCreated: one that is the body */
  AT_END_OF_SEQUENCE,
  AT_INSTANCE,
  AT_PROPERTY,
  AT_TIME, /* cim:Datetime … inside a property */
  AT_LIST, /* SecurityProfiles of Identify */
  AT_LIST_ITEM,
  AT_EMBEDDED, /* a property that is an instance */
  AT_CLASS,    /* element of the class around an embedded instance */
  AT_REFERENCE,
  AT_PARAMETERS,
  AT_URI,
  AT_SELECTORS,
  AT_SELECTOR,
  AT_FAULT,
  AT_CODE,
  AT_CODE_VALUE,
  AT_SUBCODE,
  AT_SUBCODE_VALUE,
  AT_REASON,
  AT_REASON_TEXT,
  AT_DETAIL,
  AT_FAULT_DETAIL,
  AT_WSMAN_FAULT,
  AT_WSMAN_MESSAGE,
  AT_PROVIDER_FAULT,
  AT_EXTENDED_ERROR,
  AT_EXTENDED_STATUS,
  AT_STATUS_TEXT,
  AT_WMI_ERROR,
  AT_WMI_CODE,
  AT_WMI_TEXT,
  N_STATES
} WireState;

/* Known namespaces and names, interned in the parser's dictionary, so that they are compared as
 * pointers. */
typedef enum {
  SPACE_NONE,
  SPACE_ANY,
  SPACE_SOAP,
  SPACE_ADDRESSING,
  SPACE_ENUMERATION,
  SPACE_WSMAN,
  SPACE_IDENTITY,
  SPACE_CIM,
  SPACE_XSI,
  SPACE_FAULT,
  N_SPACES
} WireSpace;

typedef struct {
  const char *name;
  const char *uri; /* NULL: in no namespace */
  int n_attributes;
  const xmlChar **attributes; /* five pointers each */
} WireElement;

typedef struct {
  guint8 state;
  guint n_children;
  guint n_scopes; /* namespaces in scope outside of this element */
} WireFrame;

typedef struct {
  const char *prefix; /* NULL: the default namespace */
  const char *uri;
} WireScope;

/* What the text of a property turned out to be. */
typedef enum { PROPERTY_TEXT, PROPERTY_TIME, PROPERTY_NIL, PROPERTY_REFERENCE } WirePropertyKind;

/* An instance being read; embedded ones lie one level deeper. */
typedef struct {
  HypervCimBuilder *builder;
  gboolean fragment;    /* of XmlFragment: its elements have no namespace */
  const char *property; /* the open one; interned, as all names here */
  const char *uri;      /* its namespace */
  WirePropertyKind kind;
  const char *nil;  /* null, or an item of an array: the next property tells */
  const char *last; /* the last with a text */
} WireLevel;

typedef struct _WireReference WireReference; /* wire-reference.c */

typedef struct {
  char *subcode; /* with the prefix of our table */
  char *reason;
  char *detail; /* last part of the URI in w:FaultDetail */
  guint32 code;
  guint n_faults; /* WSManFault elements seen */
  char *message;  /* the innermost */
  char *provider;
  char *status; /* __ExtendedStatus.Description */
  guint32 wmi_code;
  char *wmi_text;
} WireFault;

struct _WireReply {
  const WireVerbRow *verb;
  char *name_space;
  char *class_name;
  WireReplyItem item;
  gpointer user_data;
  WireReplyInfo info;

  xmlParserCtxtPtr parser;
  GError *error; /* the first; sticks */
  char head[WIRE_HEAD_KEPT];
  gsize head_length;
  guint64 n_bytes;
  gboolean failed, explained, has_root, has_body, has_page, in_fault, ended;

  const xmlChar *spaces[N_SPACES];
  GPtrArray *names; /* of the rules, in their order */
  const char *nil;  /* "nil", interned */

  WireFrame frames[WIRE_MAX_DEPTH + 1];
  guint depth;
  gboolean collecting;
  char *text;
  gsize text_length, text_size;
  GArray *scopes;

  WireItems items;
  gboolean item_open;       /* the object of AT_ITEM is there, and waits for its path */
  HypervCimPath *item_path; /* or the other way round */

  GPtrArray *levels; /* of WireLevel */
  guint n_levels;    /* open ones */
  gsize item_text;
  guint n_properties;
  WireReference *reference;
  WireFault fault;
};

/* Always FALSE. The first error counts. */
gboolean wire_reply_fail (WireReply *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* wire-explain.c: says what came, when it was not XML. */
void wire_reply_explain (WireReply *self);
gboolean wire_reply_text_is_blank (const WireReply *self);
/* The text, without white space around it. */
char *wire_reply_dup_text (const WireReply *self);
/* The namespace of @prefix where the parser is; NULL: undeclared. */
const char *wire_reply_resolve (const WireReply *self, const char *prefix, gsize length);
/* Value of an attribute in no namespace, or NULL. */
char *wire_element_dup_attribute (const WireElement *element, const char *name);

/* Each opens or closes an element; FALSE after wire_reply_fail (). */
gboolean wire_instance_enter (WireReply *self, const WireElement *element);
gboolean wire_instance_leave (WireReply *self);
gboolean wire_embedded_leave (WireReply *self);
WireState wire_property_enter (WireReply *self, const WireElement *element);
gboolean wire_property_leave (WireReply *self);
/* An element inside of a property: the state that it opens. */
WireState wire_property_child (WireReply *self, const WireElement *element);
gboolean wire_time_leave (WireReply *self);
gboolean wire_list_leave_item (WireReply *self);
/* wire-item.c: items with a path, and ResourceCreated. */
WireState wire_item_enter (WireReply *self, const WireElement *element);
WireState wire_item_child (WireReply *self, const WireElement *element);
gboolean wire_item_leave (WireReply *self);
gboolean wire_item_leave_path (WireReply *self);
gboolean wire_item_leave_created (WireReply *self);
/* Ends the open instance with @path (nullable), and hands it out as an item. */
gboolean wire_instance_end_item (WireReply *self, const HypervCimPath *path);
/* An instance that holds @path alone. */
void wire_instance_begin_path (WireReply *self, const HypervCimPath *path);
void wire_instance_init (WireReply *self);
void wire_instance_clear (WireReply *self);

void wire_reference_begin (WireReply *self);
gboolean wire_reference_leave_uri (WireReply *self);
gboolean wire_reference_enter_selector (WireReply *self, const WireElement *element);
gboolean wire_reference_leave_selector (WireReply *self);
gboolean wire_reference_enter_nested (WireReply *self, const WireElement *element);
/* NULL after wire_reply_fail (). @property: for the message. */
HypervCimPath *wire_reference_end (WireReply *self, const char *property);
void wire_reference_clear (WireReply *self);

gboolean wire_fault_enter (WireReply *self, const WireElement *element);
gboolean wire_fault_enter_wsman (WireReply *self, const WireElement *element);
gboolean wire_fault_enter_provider (WireReply *self, const WireElement *element);
gboolean wire_fault_leave_text (WireReply *self);
GError *wire_fault_to_error (const WireFault *fault);
void wire_fault_clear (WireFault *fault);

/* wire-faults.c */
HypervError wire_faults_lookup (const char *subcode, guint32 code);

/* wire-rules.c: the state that @element opens in @state and what is called then. */
typedef gboolean (*WireEnter) (WireReply *self, const WireElement *element);
typedef gboolean (*WireLeave) (WireReply *self);
void wire_rules_intern (WireReply *self);
WireState wire_rules_next (const WireReply *self, WireState state, const WireElement *element,
                           WireEnter *enter);
/* Whether text counts in a state, and what is called at its end (nullable). A table and not
 * functions: it is asked for every element. */
typedef struct {
  gboolean collects;
  WireLeave leave;
} WireStateRow;
extern const WireStateRow wire_states[N_STATES];

G_END_DECLS
