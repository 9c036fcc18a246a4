/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/repository/repository.h"

G_BEGIN_DECLS

/* Properties that move with the clock. */

/* The row of this property, counted from 1; 0: it stands still. */
guint8 repository_computed_find (const RepositoryClass *klass, const char *property);
/* Its value now; NULL when what is stored counts (it is null, or time stands still for it).
 * @stored: the value when it was last set, @since: how long ago that was, in microseconds. */
HypervCimValue *repository_computed_get (guint8 row, RepositoryObject *object,
                                         const HypervCimProperty *stored, gint64 since);
/* Whether a change of @property (index) changes how this one moves: its value is then stored as it
 * is at that moment. */
gboolean repository_computed_depends (guint8 row, const RepositoryClass *klass, guint property);

G_END_DECLS
