/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simulator/repository/repository-path.h"
#include "simulator/repository/repository-private.h"

/* Generated VMs. Nothing is kept for a VM that nobody changed: which family it belongs to, its
 * texts and its instances follow from its number and the seed, the numbers from the texts. */

/* A key or reference of a template as it is compared, variables left in. */
static char *
dup_pattern (const HostTemplate *member, guint slot, gboolean as_path)
{
  const HypervCimProperty *property = &member->properties[slot];
  gboolean variables = member->variables != NULL && member->variables[slot];
  g_autoptr (HypervCimPath) path = NULL;
  GString *out;

  if (property->n_items != 1)
    return NULL;
  out = g_string_new (NULL);
  if (property->type != HYPERV_CIM_TYPE_REFERENCE && variables) {
    repository_canonical_text (out, property->items[0].s);
  } else if (property->type != HYPERV_CIM_TYPE_REFERENCE) {
    repository_append_canonical (out, property);
  } else {
    path = variables ? repository_path_read (property->items[0].s, member->klass->name_space, NULL)
                     : hyperv_cim_path_ref (property->items[0].path);
    if (as_path)
      repository_path_canonical (out, path);
    else
      repository_canonical_reference (out, path);
  }
  return g_string_free (out, FALSE);
}

static void
family_init (Repository *self, RepositoryFamily *family, const HostGroup *group)
{
  family->weight = group->weight;
  family->n_members = group->n_instances;
  family->members = g_new0 (const HostTemplate *, group->n_instances + 1);
  family->keys = g_new0 (char **, group->n_instances + 1);
  family->references = g_new0 (char **, group->n_instances + 1);
  for (guint i = 0; i < group->n_instances; i++) {
    const HostTemplate *member
        = host_image_resolve (self->host, host_image_get_member (self->host, group, i));
    const RepositoryClass *klass = member->klass;

    family->members[i] = member;
    family->keys[i] = g_new0 (char *, klass->n_keys + 1);
    for (guint j = 0; j < klass->n_keys; j++)
      family->keys[i][j] = dup_pattern (member, klass->key_slots[j], FALSE);
    if (!repository_class_is_association (klass))
      continue;
    family->references[i] = g_new0 (char *, klass->n_references + 1);
    for (guint j = 0; j < klass->n_references; j++)
      family->references[i][j] = dup_pattern (member, klass->reference_slots[j], TRUE);
  }
}

gboolean
repository_families_init (Repository *self, guint n_vms, GError **error)
{
  const HostHeader *header = host_image_get_header (self->host);

  if (n_vms == 0)
    return TRUE;
  if (n_vms > REPOSITORY_MAX_VMS) {
    g_set_error (error, REPOSITORY_ERROR, REPOSITORY_ERROR_INVALID_VALUE,
                 "expected at most %u generated VMs, found %u", REPOSITORY_MAX_VMS, n_vms);
    return FALSE;
  }
  for (guint i = 0; i < header->n_families; i++)
    self->total_weight += host_image_get_family (self->host, i)->weight;
  if (self->total_weight == 0) {
    g_set_error (error, REPOSITORY_ERROR, REPOSITORY_ERROR_NOT_FOUND,
                 "host %s: expected families with weights in [families] and [mix] of host.ini for "
                 "%u generated VMs, found none",
                 host_image_get_name (self->host), n_vms);
    return FALSE;
  }
  self->n_vms = n_vms;
  self->n_families = header->n_families;
  self->families = g_new0 (RepositoryFamily, self->n_families);
  for (guint i = 0; i < self->n_families; i++) {
    family_init (self, &self->families[i], host_image_get_family (self->host, i));
    self->stride = MAX (self->stride, self->families[i].n_members);
  }
  self->stride = MAX (self->stride, 1);
  return TRUE;
}

static void
free_patterns (RepositoryFamily *family)
{
  for (guint i = 0; i < family->n_members; i++) {
    for (guint j = 0; j < family->members[i]->klass->n_keys; j++)
      g_free (family->keys[i][j]);
    for (guint j = 0; family->references[i] != NULL && j < family->members[i]->klass->n_references;
         j++)
      g_free (family->references[i][j]);
    g_free (family->keys[i]);
    g_free (family->references[i]);
  }
}

void
repository_families_clear (Repository *self)
{
  for (guint i = 0; i < self->n_families; i++) {
    free_patterns (&self->families[i]);
    g_free (self->families[i].members);
    g_free (self->families[i].keys);
    g_free (self->families[i].references);
  }
  g_free (self->families);
  repository_vm_clear (&self->vm);
}

RepositoryFamily *
repository_get_family (Repository *self, guint32 number)
{
  guint64 mixed = repository_vm_mix (repository_vm_mix (self->seed + 1) ^ number);
  guint place = (guint)(mixed % self->total_weight), i = 0;

  while (place >= self->families[i].weight)
    place -= self->families[i++].weight;
  return &self->families[i];
}

const RepositoryVm *
repository_get_vm (Repository *self, guint32 number)
{
  if (self->vm.number != number)
    repository_vm_init (&self->vm, self->seed, number);
  return &self->vm;
}

/* ---- looking up ---- */

static void
add (Repository *self, guint32 number, guint member, GArray *ids)
{
  guint64 id = repository_generated_id (self, number, member);

  if (!repository_is_deleted (self, id))
    g_array_append_val (ids, id);
}

/* The members of a family whose class is @klass or derived from it: they lie side by side. */
static void
find_members (const RepositoryFamily *family, const RepositoryClass *klass, guint *begin,
              guint *end)
{
  *begin = 0;
  while (*begin < family->n_members
         && !repository_class_covers (klass, family->members[*begin]->klass->index))
    (*begin)++;
  *end = *begin;
  while (*end < family->n_members
         && repository_class_covers (klass, family->members[*end]->klass->index))
    (*end)++;
}

void
repository_families_collect (Repository *self, const RepositoryClass *klass, GArray *ids)
{
  g_autofree guint *begin = g_new0 (guint, self->n_families + 1);
  g_autofree guint *end = g_new0 (guint, self->n_families + 1);
  gboolean any = FALSE;

  for (guint i = 0; i < self->n_families; i++) {
    find_members (&self->families[i], klass, &begin[i], &end[i]);
    any = any || begin[i] < end[i];
  }
  for (guint32 number = 1; any && number <= self->n_vms; number++) {
    guint family = (guint)(repository_get_family (self, number) - self->families);

    for (guint member = begin[family]; member < end[family]; member++)
      add (self, number, member, ids);
  }
}

/* All VMs of the family have this member. */
static void
add_all (Repository *self, const RepositoryFamily *family, guint member, guint limit, GArray *ids)
{
  for (guint32 number = 1; number <= self->n_vms && ids->len < limit; number++)
    if (repository_get_family (self, number) == family)
      add (self, number, member, ids);
}

/* Adds the VMs whose member has @canonical where the pattern is. */
static void
match (Repository *self, const RepositoryFamily *family, guint member, const char *pattern,
       const char *canonical, guint limit, GArray *ids)
{
  guint32 number;

  if (pattern == NULL)
    return;
  if (!repository_vm_has_variables (pattern)) {
    if (g_str_equal (pattern, canonical))
      add_all (self, family, member, limit, ids);
    return;
  }
  number = repository_vm_match (pattern, canonical, self->seed, self->n_vms);
  if (number != 0 && repository_get_family (self, number) == family)
    add (self, number, member, ids);
}

void
repository_families_find_key (Repository *self, const RepositoryClass *klass, const char *key,
                              const char *canonical, guint limit, GArray *ids)
{
  for (guint i = 0; i < self->n_families; i++) {
    const RepositoryFamily *family = &self->families[i];
    guint begin, end;

    find_members (family, klass, &begin, &end);
    for (guint member = begin; member < end && ids->len < limit; member++) {
      const RepositoryClass *own = family->members[member]->klass;

      for (guint j = 0; j < own->n_keys; j++)
        if (g_ascii_strcasecmp (own->keys[j], key) == 0)
          match (self, family, member, family->keys[member][j], canonical, limit, ids);
    }
  }
}

/* The property's slot and pattern in one member; NULL: it is null there. */
static char *
dup_value_pattern (const HostTemplate *member, const char *property)
{
  gint slot = repository_class_get_slot (member->klass, property);

  return slot < 0 ? NULL : dup_pattern (member, (guint)slot, FALSE);
}

gboolean
repository_families_find_value (Repository *self, const RepositoryClass *klass,
                                const char *property, const char *canonical, guint limit,
                                GArray *ids)
{
  for (guint i = 0; i < self->n_families; i++) {
    const RepositoryFamily *family = &self->families[i];
    guint begin, end;

    find_members (family, klass, &begin, &end);
    for (guint member = begin; member < end; member++) {
      g_autofree char *pattern = dup_value_pattern (family->members[member], property);

      match (self, family, member, pattern, canonical, limit, ids);
      if (ids->len >= limit)
        return FALSE;
    }
  }
  return TRUE;
}

void
repository_families_find_reference (Repository *self, const RepositoryClass *klass,
                                    const char *canonical, GArray *ids)
{
  for (guint i = 0; i < self->n_families; i++) {
    const RepositoryFamily *family = &self->families[i];

    for (guint member = 0; member < family->n_members; member++) {
      const RepositoryClass *own = family->members[member]->klass;

      if (family->references[member] == NULL
          || (klass != NULL && !repository_class_covers (klass, own->index)))
        continue;
      for (guint j = 0; j < own->n_references; j++)
        match (self, family, member, family->references[member][j], canonical, G_MAXUINT, ids);
    }
  }
}
