/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/wsman/wsman-private.h"

G_BEGIN_DECLS

/* Limits of the reader. What goes past one is refused with w:EncodingLimit. */
#define WSMAN_MAX_DEPTH 32
#define WSMAN_MAX_ELEMENTS 20000
#define WSMAN_MAX_HEADERS 64
#define WSMAN_MAX_SELECTORS 64
#define WSMAN_MAX_OPTIONS 128
#define WSMAN_MAX_URI 2048
#define WSMAN_MIN_ENVELOPE 8192
/* Names of elements that the kept parser may have collected before it is made anew. */
#define WSMAN_MAX_DICTIONARY 4096

xmlParserCtxt *wsman_parser_new (void);
/* The envelope as a tree without DTD and within the limits; refuses otherwise. */
xmlDoc *wsman_read_xml (Wsman *self, SimExchange *exchange);
/* Reads the whole request: fills head and message, or refuses. */
void wsman_read_request (Wsman *self, SimExchange *exchange);
void wsman_read_headers (Wsman *self, SimExchange *exchange, WsmanMessage *message,
                         xmlNode *header);
/* Refuses whatever stands in s:Body: the step `read` of verbs that have nothing there. */
void wsman_read_empty (Wsman *self, SimExchange *exchange, WsmanMessage *message);
/* Splits the resource URI and finds the class; refuses what is not there. */
void wsman_read_resource (Wsman *self, SimExchange *exchange, WsmanMessage *message);
/* URI of the message's class, in the form in which the client asked. */
const char *wsman_resource_uri (Wsman *self, const WsmanMessage *message);
/* The same for DMTF's URIs, whose namespace is a selector. */
void wsman_read_dmtf_resource (Wsman *self, SimExchange *exchange, WsmanMessage *message);
/* w:SelectorSet -> exchange's selectors and message's path. */
void wsman_read_selectors (Wsman *self, SimExchange *exchange, WsmanMessage *message,
                           xmlNode *selector_set);

/* Namespace and class of a resource URI of WMI; FALSE when it is none. */
gboolean wsman_resource_split (const char *uri, char **name_space, char **class_name);
gboolean wsman_resource_split_dmtf (const char *uri, xmlNode *selector_set, char **name_space,
                                    char **class_name);
/* Content of an endpoint reference (or of an element that holds one); NULL when it makes no sense.
 */
HypervCimPath *wsman_read_epr (xmlNode *node);

/* Trees. */
gboolean wsman_xml_is (const xmlNode *node, const char *ns, const char *name);
xmlNode *wsman_xml_first (const xmlNode *parent);
xmlNode *wsman_xml_next (const xmlNode *node);
xmlNode *wsman_xml_find (const xmlNode *parent, const char *ns, const char *name);
/* The text without white space around it; NULL when there are elements in it. */
char *wsman_xml_dup_text (const xmlNode *node);
/* The same, white space kept. */
char *wsman_xml_dup_raw (const xmlNode *node);
/* Attribute without namespace, or in @ns; NULL when absent. (transfer full) */
char *wsman_xml_dup_attribute (const xmlNode *node, const char *ns, const char *name);
gboolean wsman_xml_is_true (const xmlNode *node, const char *ns, const char *name);

G_END_DECLS
