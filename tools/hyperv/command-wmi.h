/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tools/hyperv/command.h"

/* What stands on the command line for WMI: paths and typed values. */

/* Letters, digits and underscores. */
gboolean wmi_is_name (const char *text);
/* "Class", "Class.Key=Value", "root/cimv2:Class", "\\HOST\…"; and more keys as KEY=VALUE
 * (nullable). Without a namespace it is Hyper-V's. */
HypervCimPath *wmi_read_path (const char *text, char **keys, GError **error);
/* Adds the parameter "NAME=VALUE" or "NAME:TYPE=VALUE". */
gboolean wmi_add_parameter (HypervCimBuilder *builder, const char *word, GError **error);
