/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/hyperv-sim-site.h"

G_BEGIN_DECLS

/* The verbs of a site, by JSON. One table (control-table.c) and four doors: HTTP, scenario files,
 * --do, and the functions of the public face. Knows that face only. */

/* Does one call, `{"do": "vm-state", …}`, or an array of them, one after the other until one fails.
 * @name: what the text is called in errors (a file), or NULL. @cancellable: calls that wait give
 * up; or NULL. Returns the result as JSON, of an array one of results. Any thread may call. */
char *control_do (HypervSimSite *site, const char *text, gsize size, const char *name,
                  GCancellable *cancellable, GError **error);

/* What is made from the table: "openapi" (of the HTTP door), "schema" (of scenario files), "text"
 * (for people). NULL: no such format. */
char *control_describe (const char *format);

/* The HTTP door, on a thread of its own. @token NULL: everybody on this machine may. */
typedef struct _ControlServer ControlServer;
ControlServer *control_server_new (HypervSimSite *site, const char *address, guint16 port,
                                   const char *token, GError **error);
/* "http://127.0.0.1:PORT/v1" */
const char *control_server_get_uri (const ControlServer *self);
/* Calls in progress are waited for. */
void control_server_free (ControlServer *self);

G_END_DECLS
