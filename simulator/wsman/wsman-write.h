/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/wsman/wsman-private.h"

G_BEGIN_DECLS

/* Which namespaces an envelope declares: by kind of message, in this order. */
typedef enum {
  WSMAN_ENVELOPE_ENUMERATION,
  WSMAN_ENVELOPE_TRANSFER,
  WSMAN_ENVELOPE_SHELL,        /* Create, Command, Send, Signal */
  WSMAN_ENVELOPE_SHELL_OUTPUT, /* Receive */
  WSMAN_ENVELOPE_SHELL_DELETE,
  WSMAN_ENVELOPE_FAULT
} WsmanEnvelope;

#define wsman_put(out, literal) g_string_append_len (out, "" literal, sizeof (literal) - 1)

/* Envelope, header, and `<s:Body>`. @relates: with a:RelatesTo, when the request had an id. */
GString *wsman_envelope_begin (Wsman *self, SimExchange *exchange, WsmanEnvelope kind,
                               const char *action, gboolean relates, gsize expected);
/* Ends the body and gives the exchange its reply. */
void wsman_envelope_end (SimExchange *exchange, GString *out, guint status);
/* A whole reply with nothing in its body. */
void wsman_envelope_empty (Wsman *self, SimExchange *exchange, WsmanEnvelope kind,
                           const char *action);
/* Characters that a reply may have, as Windows counts them. */
gsize wsman_envelope_limit (Wsman *self, const WsmanMessage *message);
/* FALSE, and refused, when the finished reply is larger than that. */
gboolean wsman_envelope_fits (Wsman *self, SimExchange *exchange, GString *out, const char *fault);
/* Length as the limit counts it. */
gsize wsman_count (Wsman *self, const char *text, gsize length);

/* Text content or attribute value. */
void wsman_put_text (Wsman *self, GString *out, const char *text, gsize length);

/* Value text (no element around it); FALSE and nothing when it cannot be said. */
typedef enum {
  WSMAN_VALUE_PLAIN = 0,
  WSMAN_VALUE_BARE = 1 << 0 /* Datetime and Interval without namespace, as in an XmlFragment */
} WsmanValueFlags;
gboolean wsman_put_value (Wsman *self, GString *out, HypervCimType type, HypervCimScalar value,
                          WsmanValueFlags flags);
/* `20251217095522.702341-000` -> `2025-12-17T09:55:22.702341Z`, and back. FALSE: not of that form.
 */
gboolean wsman_put_datetime (GString *out, const char *dmtf);
gboolean wsman_put_interval (GString *out, const char *dmtf);
char *wsman_datetime_to_dmtf (const char *text);
/* xs:duration without years and months; microseconds. */
gboolean wsman_duration_parse (const char *text, gint64 *microseconds);
char *wsman_interval_to_dmtf (gint64 microseconds);

/* Items. */
typedef enum { WSMAN_MODE_OBJECT, WSMAN_MODE_EPR, WSMAN_MODE_OBJECT_AND_EPR } WsmanMode;
/* @projection: names, NULL-terminated, or NULL for the whole instance. */
void wsman_put_item (Wsman *self, GString *out, RepositoryObject *object, WsmanMode mode,
                     const char *const *projection);
/* `<a:Address>…</a:ReferenceParameters>` */
void wsman_put_epr (Wsman *self, GString *out, const HypervCimPath *path);
/* Property of an element in namespace `p` that is not a repository object's own: out-parameters.
 * @is_object: embedded instances become elements; otherwise CIM-XML text. */
void wsman_put_parameter (Wsman *self, GString *out, const HypervCimProperty *property,
                          gboolean is_object);
/* The instance as CIM-XML (DSP0201), as WMI's GetText gives it. */
void wsman_put_cim_xml (GString *out, const HypervCimInstance *instance);
/* URI of the class; lives as long as @self. */
const char *wsman_class_uri (Wsman *self, const RepositoryClass *klass);
void wsman_class_text_free (gpointer text);

G_END_DECLS
