/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tools/hyperv/command.h"

/* What stands on the command line for WMI: paths and typed values. */

/* Letters, digits and underscores. */
gboolean wmi_is_name (const char *text);
/* "Class", "Class.Key=Value", "root/cimv2:Class", "\\HOST\…"; and more keys as KEY=VALUE
 * (nullable). Without a namespace it is Hyper-V's. */
HypervCimPath *wmi_read_path (const char *text, char **keys, GError **error);
/* Adds to the host's error, if it says that there is no such class: in which namespace classes with
 * such a name are. */
void wmi_hint_namespace (GError *error, const char *class_name, const char *name_space);
/* Adds the parameter "NAME=VALUE" or "NAME:TYPE=VALUE". */
gboolean wmi_add_parameter (HypervCimBuilder *builder, const char *word, GError **error);
