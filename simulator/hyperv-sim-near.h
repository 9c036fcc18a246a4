/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* For errors: those of @names that @name may have been meant to be, nearest first, such as
 * "Msvm_Processor, Msvm_ProcessorSettingData"; NULL: none is near. (transfer full) */
char *hyperv_sim_near (const char *name, const char *const *names);

G_END_DECLS
