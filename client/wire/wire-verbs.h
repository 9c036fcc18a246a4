/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "client/wire/wire.h"

G_BEGIN_DECLS

typedef struct {
  WireVerb verb;
  const char *name;
  const char *action;       /* NULL: none (Identify), or made of class and method (Invoke) */
  const char *reply_action; /* the same */
  const char *reply_space;  /* namespace and local name of what the reply's body holds; NULL: any */
  const char *reply_element;
} WireVerbRow;

const WireVerbRow *wire_verb_get (WireVerb verb);
/* Whether @action is the reply's of another verb than @row. */
gboolean wire_verb_is_other_reply (const WireVerbRow *row, const char *action);

/* "…/wmi/root/virtualization/v2/Msvm_ComputerSystem" and the path without keys that it names.
 * A namespace that is a URI itself is WinRM's or DMTF's, such as that of winrm/config.
 * @name_space: when the URI names none (DMTF's, whose namespace is a selector). NULL: not a URI of
 * a class. */
char *wire_class_uri (const char *name_space, const char *class_name);
gboolean wire_class_uri_split (const char *uri, gsize length, const char *name_space,
                               char **out_name_space, char **out_class_name);

G_END_DECLS
