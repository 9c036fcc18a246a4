/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "simulator/control/control.h"

G_BEGIN_DECLS

typedef enum {
  CONTROL_TEXT,
  CONTROL_INTEGER, /* not negative */
  CONTROL_NUMBER,
  CONTROL_BOOLEAN,
  CONTROL_OBJECT,
  CONTROL_ARRAY /* of objects */
} ControlType;

/* One argument of a verb. In a URI it is a part of the path, where the verb's path has its name in
 * braces, or a parameter of the query; in JSON a member. */
typedef struct {
  const char *name; /* NULL ends the list */
  ControlType type;
  const char *summary;
  gboolean is_required;
  const char *choices; /* "running|off"; NULL: anything */
} ControlArgument;

typedef struct _ControlVerb ControlVerb;

/* One call, its arguments checked. */
typedef struct {
  HypervSimSite *site;
  const ControlVerb *verb;
  JsonObject *arguments;
  GCancellable *cancellable; /* the door closes; or NULL */
} ControlCall;

/* (transfer full) the result; NULL with an error. */
typedef JsonNode *(*ControlRun) (ControlCall *call, GError **error);

struct _ControlVerb {
  const char *name;   /* "vm-state" */
  const char *method; /* of HTTP */
  const char *path;   /* below /v1: "/vms/{vm}/state" */
  const char *summary;
  const ControlArgument *arguments;
  ControlRun run;
  gboolean takes_more; /* what is not in the list is handed on, and checked there */
};

/* ---- the table: control-table.c ---- */
/* The last row has no name. */
const ControlVerb *control_get_verbs (void);
const ControlVerb *control_find_verb (const char *name);
const char *control_type_get_name (ControlType type);
/* Which entries of the journal, which exchanges; also inside of `order`. */
extern const ControlArgument control_match_arguments[];

/* ---- calls: control-call.c ---- */
/* Checks the arguments against the row. @path: of the object, for errors: "$[2]". @extra: a member
 * that is none of the arguments ("do"), or NULL. */
gboolean control_check (const ControlVerb *verb, JsonObject *arguments, const char *extra,
                        const char *path, GError **error);
/* The same for an object in an argument. */
gboolean control_check_list (const ControlArgument *list, JsonObject *object, const char *what,
                             const char *path, GError **error);
JsonNode *control_run (HypervSimSite *site, const ControlVerb *verb, JsonObject *arguments,
                       GCancellable *cancellable, GError **error);
/* Text of a URI becomes what the argument is; what it cannot be stays text, and is refused later.
 */
JsonNode *control_read_text (const ControlVerb *verb, const char *name, const char *text);

const char *control_text (const ControlCall *call, const char *name);
gint64 control_integer (const ControlCall *call, const char *name, gint64 fallback);
double control_number (const ControlCall *call, const char *name, double fallback);
gboolean control_has (const ControlCall *call, const char *name);
/* The host that is meant: by `host`, else the first. */
HypervSimHost *control_host (const ControlCall *call, GError **error);

/* ---- JSON from outside: control-read.c ---- */
#define CONTROL_MAX_TEXT (4 * 1024 * 1024)
/* @name: what the text is called in errors. @lines: gets JsonObject -> line of its end; or NULL. */
JsonNode *control_json_read (const char *text, gsize size, const char *name, GHashTable *lines,
                             GError **error);

/* ---- JSON: control-json.c ---- */
/* Numbers above 2^63 become texts; nothing is null. */
JsonNode *control_json_from_variant (GVariant *value);
/* An a{sv} of the members, without those in @without (NULL-terminated; or NULL). */
GVariant *control_json_to_settings (JsonObject *object, const char *const *without);
char *control_json_to_text (JsonNode *node);
JsonNode *control_json_ok (void);
JsonNode *control_json_take (JsonObject *object);
JsonNode *control_json_take_array (JsonArray *array);
/* NULL becomes null. */
void control_json_set_text (JsonObject *object, const char *name, const char *text);

/* ---- verbs ---- */
/* control-hosts.c */
JsonNode *control_hosts (ControlCall *call, GError **error);
JsonNode *control_host_settings (ControlCall *call, GError **error);
JsonNode *control_host_set (ControlCall *call, GError **error);
JsonNode *control_host_reboot (ControlCall *call, GError **error);
JsonNode *control_vms (ControlCall *call, GError **error);
JsonNode *control_vm (ControlCall *call, GError **error);
JsonNode *control_vm_state (ControlCall *call, GError **error);
/* control-instances.c */
JsonNode *control_instances (ControlCall *call, GError **error);
JsonNode *control_instance_create (ControlCall *call, GError **error);
JsonNode *control_instance_set (ControlCall *call, GError **error);
JsonNode *control_instance_delete (ControlCall *call, GError **error);
/* control-journal.c */
JsonNode *control_journal (ControlCall *call, GError **error);
JsonNode *control_journal_wait (ControlCall *call, GError **error);
JsonNode *control_journal_expect (ControlCall *call, GError **error);
JsonNode *control_journal_order (ControlCall *call, GError **error);
JsonNode *control_journal_clear (ControlCall *call, GError **error);
JsonNode *control_leaks (ControlCall *call, GError **error);
JsonNode *control_leaks_expect_none (ControlCall *call, GError **error);
/* control-failures.c */
JsonNode *control_failures (ControlCall *call, GError **error);
JsonNode *control_failure_add (ControlCall *call, GError **error);
JsonNode *control_failure_remove (ControlCall *call, GError **error);
JsonNode *control_failures_clear (ControlCall *call, GError **error);
JsonNode *control_filters (ControlCall *call, GError **error);
JsonNode *control_causes (ControlCall *call, GError **error);
JsonNode *control_faults (ControlCall *call, GError **error);
/* control-site.c */
JsonNode *control_clock (ControlCall *call, GError **error);
JsonNode *control_clock_set (ControlCall *call, GError **error);
JsonNode *control_clock_advance (ControlCall *call, GError **error);
JsonNode *control_clock_run (ControlCall *call, GError **error);
JsonNode *control_seed (ControlCall *call, GError **error);
JsonNode *control_reset (ControlCall *call, GError **error);
JsonNode *control_snapshots (ControlCall *call, GError **error);
JsonNode *control_snapshot_take (ControlCall *call, GError **error);
JsonNode *control_snapshot_roll_back (ControlCall *call, GError **error);
JsonNode *control_snapshot_delete (ControlCall *call, GError **error);

G_END_DECLS
