/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Both forms that texts have: XML Schema's, as WinRM sends (2025-12-17T09:55:22.702341Z,
 * P0DT0H5M0S), and the 25 characters of DSP0004 (20251217095522.702341+000, with `:000` for an
 * interval). NULL / FALSE when it is neither. */
GDateTime *cim_datetime_parse (const char *text);
gboolean cim_interval_parse (const char *text, gint64 *microseconds);

G_END_DECLS
