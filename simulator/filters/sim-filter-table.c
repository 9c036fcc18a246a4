/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/filters/sim-filter-private.h"

static const SimFilterType *const types[] = {
  &sim_filter_cause,         &sim_filter_delay,
  &sim_filter_drip,          &sim_filter_expired_context,
  &sim_filter_false_failure, &sim_filter_garble,
  &sim_filter_hang_up,       &sim_filter_http_status,
  &sim_filter_job,           &sim_filter_lost_reply,
  &sim_filter_quota,         &sim_filter_reboot,
  &sim_filter_soap_fault,    &sim_filter_stall,
  &sim_filter_truncate,      NULL,
};

const SimFilterType *const *
sim_filter_get_types (void)
{
  return types;
}

const SimFilterType *
sim_filter_find_type (const char *name)
{
  for (gsize i = 0; types[i] != NULL; i++)
    if (g_strcmp0 (types[i]->name, name) == 0)
      return types[i];
  return NULL;
}
