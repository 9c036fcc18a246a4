/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/repository/repository.h"

G_BEGIN_DECLS

/* Values become what a property can hold, or are refused. */

/* One text as one item of a type other than STRING, REFERENCE and INSTANCE (the 25 characters of
 * DSP0004 for dates). @scalar may point into @text. */
gboolean repository_value_parse (HypervCimType type, const char *text, HypervCimScalar *scalar,
                                 GError **error);
/* @value as the property's type: same type, texts read, integers within range, scalar for scalar
 * and array for array. References in texts are read in @name_space. INVALID_VALUE. */
HypervCimValue *repository_value_convert (const RepositoryProperty *target,
                                          const HypervCimProperty *value, const char *name_space,
                                          GError **error);

/* `yyyymmddHHMMSS.mmmmmmsUUU`: microseconds since 1970. FALSE for an interval and for stars. */
gboolean repository_value_read_time (const char *text, gint64 *when);
/* @offset: minutes east of Greenwich; UTC is `-000`, as WMI writes it. @buffer: 26 bytes. */
#define REPOSITORY_TIME_SIZE 26
void repository_value_write_time (gint64 when, int offset, char *buffer);
/* `ddddddddHHMMSS.mmmmmm:000` */
gboolean repository_value_is_interval (const char *text);

G_END_DECLS
