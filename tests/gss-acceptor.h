/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A host that logs connections in with GSSAPI's acceptor and seals its replies, or lies about it as
 * it is told. It shares no code with the client. */
typedef struct _Acceptor Acceptor;

typedef enum {
  LIE_NONE,
  /* in the login */
  LIE_NO_TOKEN,       /* 401 without a token, to the first one */
  LIE_BAD_BASE64,     /* a token that is none */
  LIE_GARBAGE,        /* a token of nonsense */
  LIE_CUT_TOKEN,      /* half of the token */
  LIE_ENDLESS,        /* the first token again and again */
  LIE_IN_AT_ONCE,     /* 200 to the first token, without a word */
  LIE_FAULT_AT_ONCE,  /* 503 to the first token */
  LIE_HANG_UP_MIDWAY, /* closes after its first token, without saying so */
  LIE_CLOSE_ONCE,     /* the same, the first time only */
  LIE_BINDING,        /* takes another channel for the one that is there */
  /* afterwards */
  LIE_FORGET_ONCE,   /* 401 to the first body, as if it had never logged in */
  LIE_FORGET_ALWAYS, /* 401 to every body */
  LIE_IN_CLEAR,      /* the reply is not sealed */
  LIE_EMPTY_500,     /* status 500 without a body */
  LIE_SIGNED_ONLY,   /* Kerberos: signed, and not encrypted */
  LIE_SIGNATURE,     /* one bit of the signature is wrong */
  LIE_CIPHER,        /* one bit of the data is wrong */
  LIE_LONG,          /* Length says one byte more */
  LIE_SHORT,         /* Length says one byte less */
  LIE_CUT_PART,      /* the part ends in the middle, and so does the reply */
  LIE_NO_END,        /* the last boundary is missing */
  LIE_HEADER_SIZE,   /* a signature of 4 GB */
  LIE_REPLAY,        /* the second reply is the first one again */
  LIE_HANG_UP_AFTER, /* closes after each reply, without saying so */
  /* no lies, but other senders' ways */
  WAY_NO_TAB,    /* as Ruby's WinRM writes */
  WAY_EXCHANGE,  /* "-- Encrypted Boundary" */
  WAY_TWO_PARTS, /* the text in two parts */
  WAY_FAULT      /* status 500 with a sealed body */
} Lie;

typedef struct {
  Lie lie;
  const char *offer; /* schemes, with "|" between */
  GTlsCertificate *certificate;
  const char *fingerprint; /* its SHA-256 in hex: the channel binding that is expected */
  gsize reply_length;      /* 0: the text "fine" */
} AcceptorConfig;

Acceptor *acceptor_new (const AcceptorConfig *config);
guint16 acceptor_get_port (Acceptor *self);
guint acceptor_get_n_connections (Acceptor *self);
guint acceptor_get_n_logins (Acceptor *self);   /* completed */
guint acceptor_get_n_requests (Acceptor *self); /* with a body that was taken */
gboolean acceptor_is_bound (Acceptor *self);    /* the last login came with the channel's binding */
char *acceptor_dup_body (Acceptor *self);       /* the last one, opened */
char *acceptor_dup_head (Acceptor *self);       /* of the last request with a body */
char *acceptor_dup_target (Acceptor *self);     /* the name under which the last login came */
char *acceptor_dup_heads (Acceptor *self);      /* of all requests, one after the other */
void acceptor_free (Acceptor *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Acceptor, acceptor_free)

G_END_DECLS
