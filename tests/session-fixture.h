/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "client/base/hyperv-error.h"
#include "client/session/session.h"

G_BEGIN_DECLS

/* A server that answers as a script says, on a thread of its own, one connection at a time. */

typedef enum {
  STEP_REPLY,   /* status, type and body */
  STEP_DROP,    /* closes instead of answering */
  STEP_HALF,    /* closes in the middle of the body */
  STEP_STALL,   /* says nothing until the client goes away */
  STEP_CHUNKS,  /* status, type and body, in chunks of 7 bytes */
  STEP_UTF16LE, /* status, type and body, in that encoding and with its mark */
  STEP_UTF16BE,
  STEP_ECHO /* a Get reply whose property K is the selector K of the request */
} StepKind;

typedef struct {
  StepKind kind;
  guint status;
  const char *type;   /* NULL: application/soap+xml; "": none */
  const char *body;   /* @ID@ is the MessageID of the request */
  const char *expect; /* must be in the request; NULL: anything */
} Step;

typedef struct _Server Server;

/* @steps: until one that is all zero (STEP_REPLY, status 0). @repeat: the last one answers whatever
 * comes after. */
Server *server_new (const Step *steps, gboolean repeat);
guint16 server_get_port (Server *self);
/* Requests so far; connections so far. */
guint server_get_n_requests (Server *self);
guint server_get_n_connections (Server *self);
/* Waits until @n requests have come. */
void server_wait (Server *self, guint n);
/* Stops; fails the test when a request was not as expected, or a step is left. */
void server_free (Server *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Server, server_free)

/* A session with it; @timeout_ms: of an operation, 0 for the default. */
HypervSession *server_connect (Server *self, guint timeout_ms);

#define REPLY_HEAD(action)                                                                         \
  "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\""                                \
  " xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\""                                  \
  " xmlns:n=\"http://schemas.xmlsoap.org/ws/2004/09/enumeration\""                                 \
  " xmlns:w=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\""                                    \
  " xmlns:f=\"http://schemas.microsoft.com/wbem/wsman/1/wsmanfault\""                              \
  " xmlns:p=\"http://schemas.microsoft.com/wbem/wsman/1/wmi/root/v2/"                              \
  "C\"><s:Header><a:Action>" action                                                                \
  "</a:Action><a:MessageID>uuid:S</a:MessageID><a:RelatesTo>@ID@</a:RelatesTo></s:Header><s:Body>"
#define REPLY_TAIL "</s:Body></s:Envelope>"
#define TRANSFER "http://schemas.xmlsoap.org/ws/2004/09/transfer/"
#define ENUMERATION "http://schemas.xmlsoap.org/ws/2004/09/enumeration/"
#define GET_REPLY REPLY_HEAD (TRANSFER "GetResponse") "<p:C><p:K>1</p:K></p:C>" REPLY_TAIL
#define ENUMERATE_REPLY(content)                                                                   \
  REPLY_HEAD (ENUMERATION "EnumerateResponse")                                                     \
  "<n:EnumerateResponse>" content "</n:EnumerateResponse>" REPLY_TAIL
#define PULL_REPLY(content)                                                                        \
  REPLY_HEAD (ENUMERATION "PullResponse")                                                          \
  "<n:PullResponse>" content "</n:PullResponse>" REPLY_TAIL
#define RELEASE_REPLY REPLY_HEAD (ENUMERATION "ReleaseResponse") REPLY_TAIL
#define INVOKE_REPLY(method)                                                                       \
  REPLY_HEAD ("http://schemas.microsoft.com/wbem/wsman/1/wmi/root/v2/C/" method "Response")        \
  "<p:" method "_OUTPUT><p:ReturnValue>0</p:ReturnValue></p:" method "_OUTPUT>" REPLY_TAIL
#define FAULT_REPLY(subcode, code)                                                                 \
  REPLY_HEAD ("http://schemas.dmtf.org/wbem/wsman/1/wsman/fault")                                  \
  "<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>" subcode                       \
  "</s:Value></s:Subcode></s:Code><s:Reason><s:Text>Because.</s:Text></s:Reason><s:Detail>"        \
  "<f:WSManFault Code=\"" code "\"/></s:Detail></s:Fault>" REPLY_TAIL
#define CONTEXT(id) "<n:EnumerationContext>" id "</n:EnumerationContext>"
#define ITEMS(content) "<n:Items>" content "</n:Items>"
#define C(value) "<p:C><p:K>" value "</p:K></p:C>"
#define END "<n:EndOfSequence/>"

G_END_DECLS
