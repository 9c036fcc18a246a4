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
