/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "client/base/hyperv-error-private.h"
#include "client/cim/hyperv-cim-instance.h"

G_BEGIN_DECLS

/* Messages as bytes: requests written, replies read. Pure functions and readers without I/O. */

#define WIRE_WMI_PREFIX "http://schemas.microsoft.com/wbem/wsman/1/wmi/"

typedef enum {
  WIRE_IDENTIFY,
  WIRE_GET,
  WIRE_ENUMERATE,
  WIRE_PULL,
  WIRE_RELEASE,
  WIRE_INVOKE,
  WIRE_PUT,
  WIRE_CREATE,
  WIRE_DELETE
} WireVerb;

/* What the items of an enumeration are (DSP0226, 8.7). */
typedef enum {
  WIRE_OBJECTS,
  WIRE_PATHS,             /* instances that hold WIRE_PATH_PROPERTY alone */
  WIRE_OBJECTS_AND_PATHS, /* instances with WIRE_PATH_PROPERTY after their own */
} WireItems;
/* A reference, by the name that WMI has for it. */
#define WIRE_PATH_PROPERTY "__PATH"

typedef struct {
  WireVerb verb;
  const char *to;               /* https://host:port/wsman */
  const char *message_id;       /* "uuid:UPPER-GUID" */
  guint32 max_envelope_size;    /* bytes; 512000 */
  guint32 operation_timeout_ms; /* 0: left out */
  const char *locale;           /* "en-US" */
  const HypervCimPath
      *path;       /* GET, PUT, DELETE, INVOKE: instance; the rest: namespace and class ("*") */
  const char *wql; /* ENUMERATE: query, or NULL for all instances of the class */
  gboolean by_selectors; /* ENUMERATE: those with the keys of @path, which may be any properties */
  WireItems items;       /* ENUMERATE */
  const char *fragment;  /* GET, PUT: this property alone, or NULL */
  const HypervCimInstance *instance; /* PUT, CREATE: typed */
  guint32 max_elements;              /* ENUMERATE, PULL; 32000 */
  const char *context;               /* PULL, RELEASE */
  const char *method;                /* INVOKE */
  const HypervCimInstance *in;       /* INVOKE: typed in-parameters, or NULL */
} WireRequest;
GBytes *wire_request_write (const WireRequest *request, GError **error);

/* A reply, read while it arrives. Refuses DTDs and entities; named limits on depth, size, items. */
typedef struct _WireReply WireReply;
typedef struct {
  char *action, *message_id, *relates_to;
  char *context; /* ENUMERATE, PULL; NULL: none or empty */
  gboolean end_of_sequence;
  guint n_items;
  HypervCimInstance
      *result; /* GET: the instance; PUT: the same, or NULL; INVOKE: out-parameters; IDENTIFY:
                * IdentifyResponse */
  HypervCimPath *created; /* CREATE */
  GError *fault;          /* SOAP fault, as a HYPERV_ERROR with Windows' details; NULL: none */
} WireReplyInfo;
typedef gboolean (*WireReplyItem) (HypervCimInstance *item, gpointer user_data, GError **error);
/* @name_space: of the items (items of `select a,b` carry no class; they get @class_name). */
WireReply *wire_reply_new (WireVerb verb, const char *name_space, const char *class_name,
                           WireReplyItem item, gpointer user_data);
/* ENUMERATE, PULL: before anything is pushed; else WIRE_OBJECTS. */
void wire_reply_set_items (WireReply *self, WireItems items);
gboolean wire_reply_push (WireReply *self, const char *data, gsize length, GError **error);
/* FALSE and HYPERV_ERROR_PROTOCOL when it was not a reply of that verb (HTML, half a reply, another
 * verb's action …). A SOAP fault is TRUE with info->fault set. */
gboolean wire_reply_end (WireReply *self, GError **error);
const WireReplyInfo *wire_reply_get_info (const WireReply *self);
void wire_reply_free (WireReply *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WireReply, wire_reply_free)

/* Instances in string parameters and properties: CIM-XML (DSP0201). What is read is typed.
 * (transfer full) */
HypervCimInstance *wire_embedded_from_text (const char *name_space, const char *text,
                                            GError **error);
char *wire_embedded_to_text (const HypervCimInstance *instance, GError **error);

/* A literal for WQL, with quotes: 'o\'brien'. (transfer full) */
char *wire_wql_quote (const char *text);
/* "\\HOST\root\virtualization\v2:Class.Key=\"…\"" and back. */
char *wire_path_to_text (const HypervCimPath *path); /* HOST is ".", this host */
char *wire_path_to_text_on (const HypervCimPath *path, const char *host);
HypervCimPath *wire_path_from_text (const char *text, GError **error);

G_END_DECLS
