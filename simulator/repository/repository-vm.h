/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "simulator/repository/image-format.h"

G_BEGIN_DECLS

/* What the variables of a template say for one VM. For a generated VM all of it follows from its
 * number and the host's seed, and back: no table is kept, whatever the number of VMs. */
typedef struct {
  char texts[IMAGE_N_VARIABLES][64]; /* by ImageVariable; NAME is in @name when it is longer */
  char *name;
  guint32 number; /* from 1 on; 0: not a generated VM */
} RepositoryVm;

/* More than this many VMs are refused. */
#define REPOSITORY_MAX_VMS 1000000u

void repository_vm_init (RepositoryVm *self, guint32 seed, guint32 number);
/* A VM that was made by hand. */
void repository_vm_init_named (RepositoryVm *self, const char *guid, const char *name);
void repository_vm_clear (RepositoryVm *self);
const char *repository_vm_get (const RepositoryVm *self, ImageVariable variable);
/* "vm.guid" …; 0: no such variable. */
ImageVariable repository_vm_find_variable (const char *name);

gboolean repository_vm_has_variables (const char *text);
void repository_vm_render (GString *out, const char *text, const RepositoryVm *vm);
/* The number of the VM for which the canonical (lower case) @pattern with variables becomes
 * @canonical; 0: none of @n_vms. */
guint32 repository_vm_match (const char *pattern, const char *canonical, guint32 seed,
                             guint32 n_vms);

/* Random numbers: splitmix64. */
guint64 repository_vm_mix (guint64 value);
/* GUID of version 4 in upper case out of 128 bits; @buffer: 37 bytes. */
void repository_vm_format_guid (guint64 high, guint64 low, char *buffer);

G_END_DECLS
