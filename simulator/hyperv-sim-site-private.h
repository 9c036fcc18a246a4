/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/control/control.h"
#include "simulator/hyperv-sim-host-private.h"
#include "simulator/hyperv-sim-site.h"

G_BEGIN_DECLS

/* What a site, not its hosts, keeps of a snapshot. */
typedef struct {
  gint64 wall;
  guint32 seed;
  SimClockMode mode;
  double rate;
} HypervSimMark;

struct _HypervSimSite {
  GObject parent_instance;
  GPtrArray *hosts; /* of HypervSimHost */
  SimClock *clock;
  SimClockMode start_mode; /* of the clock when the site was started, and its rate */
  double start_rate;
  guint32 seed;
  gboolean running;

  char *control_address; /* NULL: no control API */
  guint16 control_port;
  char *control_token;
  ControlServer *control;

  GMutex world;         /* one whole-world change at a time; not taken on hosts' threads */
  GMutex lock;          /* for what follows, and for the seed; nothing is waited for under it */
  GHashTable *marks;    /* snapshot -> HypervSimMark */
  GPtrArray *snapshots; /* names, oldest first */
};

G_END_DECLS
