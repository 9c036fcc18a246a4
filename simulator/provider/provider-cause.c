/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/provider/provider.h"

/* Error codes are those of the methods (documented); the sentences are Windows' usual ones. */
static const ProviderCause causes[] = {
  { "failed", 32768, "The operation failed." },
  { "access-denied", 32769, "General access denied error" },
  { "not-supported", 32770, "The operation is not supported." },
  { "timeout", 32772, "The operation cannot be performed because the timeout period expired." },
  { "in-use", 32774, "The object is in use." },
  { "invalid-state", 32775,
    "The operation cannot be performed while the object is in its current state." },
  { "not-available", 32777, "The virtual machine management service is not available." },
  { "out-of-memory", 32778, "Not enough memory in the system to start the virtual machine." },
  { "file-not-found", 32779, "The system cannot find the file specified." },
  /* The system's message for ERROR_DISK_FULL; a VM whose disk is full is paused and critical. */
  { "disk-full", 32768, "There is not enough space on the disk.", 0, 0, PROVIDER_SHOWS_CRITICAL },
  { "vm-locked-by-backup", 32774, "The object is in use.", 32774, 0, PROVIDER_SHOWS_NOTHING },
  /* ERROR_NOT_READY, which the integration services of a guest that has none answer with. */
  { "integration-services-missing", 32780, "The device is not ready.", 32780, 0,
    PROVIDER_SHOWS_NO_CONTACT },
  { "cluster-owner-moved", 32768, "The virtual machine could not be found.", 0,
    PROVIDER_WBEM_E_NOT_FOUND, PROVIDER_SHOWS_GONE },
  { NULL, 0, NULL },
};

const ProviderCause *
provider_get_causes (void)
{
  return causes;
}

const ProviderCause *
provider_find_cause (const char *name)
{
  for (const ProviderCause *row = causes; row->name != NULL; row++)
    if (g_strcmp0 (row->name, name) == 0)
      return row;
  return NULL;
}
