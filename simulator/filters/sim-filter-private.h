/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/filters/sim-filter.h"
#include "simulator/provider/provider.h"

G_BEGIN_DECLS

extern const SimFilterType sim_filter_cause;
extern const SimFilterType sim_filter_delay;
extern const SimFilterType sim_filter_drip;
extern const SimFilterType sim_filter_expired_context;
extern const SimFilterType sim_filter_false_failure;
extern const SimFilterType sim_filter_garble;
extern const SimFilterType sim_filter_hang_up;
extern const SimFilterType sim_filter_http_status;
extern const SimFilterType sim_filter_job;
extern const SimFilterType sim_filter_lost_reply;
extern const SimFilterType sim_filter_quota;
extern const SimFilterType sim_filter_reboot;
extern const SimFilterType sim_filter_soap_fault;
extern const SimFilterType sim_filter_stall;
extern const SimFilterType sim_filter_truncate;

/* ---- settings ---- */
/* One setting of an a{sv}: what it is and where its value goes. */
typedef enum {
  SIM_SETTING_STRING, /* char *, (transfer full) */
  SIM_SETTING_NUMBER, /* guint64; any integer that is not negative, or a double without fraction */
  SIM_SETTING_BOOLEAN /* gboolean */
} SimSettingType;

typedef struct {
  const char *name;
  SimSettingType type;
  guint64 minimum; /* of a NUMBER */
  guint64 maximum;
  gboolean is_required;
} SimSetting;

/* Reads one setting. TRUE when it is right, or absent and not required (then @value is untouched).
 */
gboolean sim_settings_get (GVariant *settings, const SimSetting *setting, gpointer value,
                           GError **error);
/* Every key of @settings must be in one of the lists, each NULL or NULL-terminated. */
gboolean sim_settings_check_keys (GVariant *settings, const char *what, const char *const *own,
                                  const char *const *others, GError **error);

/* The setting `cause`, else the cause of that name; @fallback NULL: it must be there. */
gboolean sim_filter_read_cause (GVariant *settings, const char *fallback,
                                const ProviderCause **cause, GError **error);

/* ---- match ---- */
extern const char *const sim_filter_match_keys[];
gboolean sim_filter_match_read (SimFilterMatch *match, GVariant *settings, GError **error);
void sim_filter_match_clear (SimFilterMatch *match);
/* Whether the exchange is one of those meant; nth and count are the chain's business. */
gboolean sim_filter_match_fits (const SimFilterMatch *match, const SimExchange *exchange);

G_END_DECLS
