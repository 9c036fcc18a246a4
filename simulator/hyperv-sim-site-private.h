/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/control/control.h"
#include "simulator/hyperv-sim-host-private.h"
#include "simulator/hyperv-sim-site.h"

G_BEGIN_DECLS

struct _HypervSimSite {
  GObject parent_instance;
  GPtrArray *hosts; /* of HypervSimHost */
  SimClock *clock;
  guint32 seed;
  gboolean running;

  char *control_address; /* NULL: no control API */
  guint16 control_port;
  char *control_token;
  ControlServer *control;

  GMutex lock;          /* one whole-world change at a time */
  GHashTable *walls;    /* snapshot -> date */
  GPtrArray *snapshots; /* names, oldest first */
};

G_END_DECLS
