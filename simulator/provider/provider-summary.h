/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/provider/provider-private.h"

G_BEGIN_DECLS

/* One Msvm_SummaryInformation on its way: of a virtual machine, or of a checkpoint. */
typedef struct {
  Provider *provider;
  const RepositoryClass *klass;
  RepositoryObject *vm;       /* NULL: a checkpoint */
  RepositoryObject *settings; /* NULL: was not found */
  GHashTable *values;         /* name as declared -> HypervCimValue */
} Summary;

typedef struct _SummaryRow SummaryRow;
/* What it cannot know it leaves null. */
typedef void (*SummaryFill) (Summary *summary, const SummaryRow *row);
struct _SummaryRow {
  guint32 code; /* of RequestedInformation */
  const char *property;
  SummaryFill fill;
  const char *of;   /* class beside the virtual machine; or NULL */
  const char *from; /* property there */
};

/* A property that the release lacks is passed over. @value (transfer full), or NULL */
void provider_summary_put (Summary *summary, const char *name, HypervCimValue *value);
void provider_summary_put_number (Summary *summary, const char *name, gint64 value);

/* Copies, from the computer system, its settings, the first part of the settings tree of a class,
 * the first device of a class, and all instances of a class that belong to the computer system. */
void provider_summary_from_vm (Summary *summary, const SummaryRow *row);
void provider_summary_from_settings (Summary *summary, const SummaryRow *row);
void provider_summary_from_part (Summary *summary, const SummaryRow *row);
void provider_summary_from_device (Summary *summary, const SummaryRow *row);
void provider_summary_from_related (Summary *summary, const SummaryRow *row);

void provider_summary_notes (Summary *summary, const SummaryRow *row);
void provider_summary_switches (Summary *summary, const SummaryRow *row);
void provider_summary_shielded (Summary *summary, const SummaryRow *row);
void provider_summary_processor_load (Summary *summary, const SummaryRow *row);
void provider_summary_memory_usage (Summary *summary, const SummaryRow *row);
void provider_summary_memory_available (Summary *summary, const SummaryRow *row);
void provider_summary_memory_buffer (Summary *summary, const SummaryRow *row);
void provider_summary_memory_spans (Summary *summary, const SummaryRow *row);
void provider_summary_heartbeat (Summary *summary, const SummaryRow *row);
void provider_summary_application_health (Summary *summary, const SummaryRow *row);
void provider_summary_services_version (Summary *summary, const SummaryRow *row);
void provider_summary_guest_system (Summary *summary, const SummaryRow *row);
void provider_summary_checkpoints (Summary *summary, const SummaryRow *row);
void provider_summary_tasks (Summary *summary, const SummaryRow *row);

G_END_DECLS
