/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/wsman/wsman-write.h"

G_BEGIN_DECLS

typedef enum {
  WSMAN_CLASS_QUALIFIERS = 1 << 0,
  WSMAN_CLASS_ORIGIN = 1 << 1,
  WSMAN_CLASS_INHERITED = 1 << 2,
  WSMAN_CLASS_DERIVATION = 1 << 3,
  WSMAN_CLASS_DEEP = 1 << 4
} WsmanClassFlags;

/* `<CLASS …>`: the declaration as CIM-XML (DSP0201), as Windows gives it. */
void wsman_put_class (Wsman *self, GString *out, const RepositoryClass *klass,
                      WsmanClassFlags flags);

G_END_DECLS
