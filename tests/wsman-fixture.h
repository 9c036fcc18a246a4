/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/wsman/wsman.h"

G_BEGIN_DECLS

/* A host without listener: requests are handed to wsman as the listener would. */
typedef struct {
  SimClock *clock;
  RepositoryImage *image;
  Repository *repository;
  Provider *provider;
  Wsman *wsman;
} WsmanFixture;

/* A shipped host with a stepped clock. */
WsmanFixture *wsman_fixture_new (const char *host_name, guint n_vms);
/* A host that has nothing but these instances (MOF), with the classes of that release. */
WsmanFixture *wsman_fixture_new_small (const char *schema, const char *mof);
void wsman_fixture_free (WsmanFixture *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WsmanFixture, wsman_fixture_free)

/* All three steps for that body, as user "administrator" (NULL: anonymous). */
SimExchange *wsman_fixture_send_as (WsmanFixture *self, const char *body, const char *user);
SimExchange *wsman_fixture_send (WsmanFixture *self, const char *body);
/* The reply as text; the exchange is freed. */
char *wsman_fixture_ask (WsmanFixture *self, const char *body, guint expected_status);
char *wsman_fixture_reply (const SimExchange *exchange);

/* An envelope with what every request needs; @headers and @body are XML. */
char *wsman_fixture_request (const char *action, const char *resource, const char *headers,
                             const char *body);
char *wsman_fixture_enumerate (const char *wql, const char *elements);
char *wsman_fixture_pull (const char *reply, const char *elements);

/* Text between the first @open and the @close after it; NULL: not there. (transfer full) */
char *wsman_fixture_between (const char *text, const char *open, const char *close);
guint wsman_fixture_count (const char *text, const char *needle);
/* GUIDs after `uuid:` become stars. */
char *wsman_fixture_mask (const char *text);
/* Time passes until no job waits any more. */
void wsman_fixture_let_jobs_end (WsmanFixture *self);
void wsman_fixture_assert_reply (WsmanFixture *self, const char *request, guint status,
                                 const char *expected);
/* Fails and shows the place where the two part. */
void wsman_fixture_assert_same (const char *ours, const char *theirs);

/* Adds a test `FOLDER/SENTENCE`: @test gets @row as GSIZE_TO_POINTER; or one for each story. */
void wsman_fixture_add (const char *folder, const char *sentence, gsize row, GTestDataFunc test);
typedef struct {
  const char *sentence;
  GTestFunc test;
} WsmanStory;
void wsman_fixture_add_stories (const char *folder, const WsmanStory *stories, gsize n_stories);

#define V2_URI "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/"
#define CIMV2_URI "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/"
#define TRANSFER_URI "http://schemas.xmlsoap.org/ws/2004/09/transfer/"
#define ENUMERATION_URI "http://schemas.xmlsoap.org/ws/2004/09/enumeration/"

G_END_DECLS
