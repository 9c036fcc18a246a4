/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "client/base/hyperv-clock.h"
#include "client/base/hyperv-credentials.h"
#include "client/base/hyperv-trust.h"

G_BEGIN_DECLS

/* Where a session goes and how; filled by whoever knows the URI, handed on unread. */
typedef struct {
  const char *host;
  guint16 port;
  gboolean https;
  const HypervTrust *trust;
  HypervCredentials *credentials;
  const char *auth;          /* nullable */
  const char *spn;           /* nullable */
  const char *certificate;   /* nullable: PEM file of ours */
  gboolean allow_clear;
  const char *proxy;         /* nullable */
  HypervClock *clock;        /* nullable: monotonic */
  guint connect_timeout_ms;  /* 0: default */
  /* The longest silence before and in a reply; 0: 75 s. Four fifths of it are sent as
   * OperationTimeout. */
  guint operation_timeout_ms;
} SessionConfig;

G_END_DECLS
